import { html, type Html, page } from './page';

/** The start page: what this is, who one is, and where the API is described. */
export function startPage(email: string | undefined): string {
  const who = email
    ? html`<p>Signed in as ${email}.</p>
        <form method="post" action="/sign-out"><button>Sign out</button></form>`
    : html`<p><a href="/sign-in">Sign in</a></p>`;
  return page({
    title: 'lever-certn console',
    body: html`<p>
        Background checks that start by themselves: a recruiter moves a candidate into a stage in Lever, Certn runs the check, and
        a tag on the candidate tells how it stands.
      </p>
      ${who}
      <p>Everything is set up through the API, which is described at <a href="/api/docs">/api/docs</a>.</p>`,
  });
}

/** The sign-in page. `path`: where it leads back to. */
export function signInPage(path: string, failure: { detail: string; cure: string } | undefined): string {
  const notice = failure && html`<p class="notice" role="alert">${failure.detail} ${failure.cure}</p>`;
  return page({
    title: 'Sign in',
    body: html`${notice}
      <form method="post" action="/sign-in">
        <input type="hidden" name="return" value="${path}" />
        <label>E-mail address <input type="email" name="email" autocomplete="username" required autofocus /></label>
        <label>Password <input type="password" name="password" autocomplete="current-password" required /></label>
        <button>Sign in</button>
      </form>`,
  });
}

/** Goes on to a page of ours. A redirect would count as the form's own target, and the report lies on another site. */
export function goOnPage(path: string): string {
  return page({ title: 'One moment', body: html`<p><a href="${path}">Go on</a></p>`, goOn: { seconds: 0, path } });
}

/** What every page of a report says beside its own words. */
export interface ReportWords {
  /** The opportunity has a newer check. */
  hasNewer: boolean;
}

const NEWER = html`<p class="notice">This candidate has a newer check; its own report is linked beside it in Lever.</p>`;

function newer({ hasNewer }: ReportWords): Html | undefined {
  return hasNewer ? NEWER : undefined;
}

/** Certn makes the report; the page asks again by itself. */
export function preparingPage(path: string, seconds: number, words: ReportWords): string {
  return page({
    title: 'The report is being prepared',
    body: html`<p>Certn is putting it together. It opens here by itself.</p>
      ${newer(words)}
      <p><a href="${path}">Look now</a></p>`,
    goOn: { seconds, path },
  });
}

/** The report could not be made. */
export function failedPage(path: string, words: ReportWords): string {
  return page({
    title: 'The report could not be made',
    body: html`<p>Certn says that making it failed.</p>
      ${newer(words)}
      <form method="post" action="${path}"><button>Try again</button></form>`,
  });
}

/** Something stands in the way, with what to do. `seconds`: the page tries again by itself. */
export function obstaclePage(title: string, says: string, words: ReportWords, goOn?: { seconds: number; path: string }): string {
  return page({
    title,
    body: html`<p>${says}</p>
      ${newer(words)}`,
    ...(goOn ? { goOn } : {}),
  });
}

/** There is nothing here, or nothing for this person. */
export function absentPage(): string {
  return page({
    title: 'Not found',
    body: html`<p>There is no such page, or it belongs to a team you are not of. Ask an admin of the team.</p>
      <p><a href="/">Start</a></p>`,
  });
}

/** A problem, for people. */
export function problemPage(title: string, detail: string | undefined, cure: string): string {
  return page({
    title,
    body: html`<p>${detail ?? ''}</p>
      <p>${cure}</p>
      <p><a href="/">Start</a></p>`,
  });
}
