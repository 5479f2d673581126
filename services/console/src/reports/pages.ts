import { html, type Html, page } from './page';

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
