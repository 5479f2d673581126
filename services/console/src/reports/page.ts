/** HTML that may stand in a page as it is. */
export class Html {
  constructor(readonly text: string) {}
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Builds HTML; what is put in is escaped unless it is {@link Html} itself. */
export function html(parts: TemplateStringsArray, ...values: (string | number | Html | Html[] | undefined)[]): Html {
  let text = parts[0]!;
  values.forEach((value, index) => {
    text += render(value) + parts[index + 1]!;
  });
  return new Html(text);
}

function render(value: string | number | Html | Html[] | undefined): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map((part) => part.text).join('');
  return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

/** What a page is made of. */
export interface PageWords {
  title: string;
  body: Html;
  /** Goes on by itself, after so many seconds, to a path of ours. */
  goOn?: { seconds: number; path: string };
}

/** A whole page: plain, without scripts. */
export function page({ title, body, goOn }: PageWords): string {
  const refresh = goOn && html`<meta http-equiv="refresh" content="${goOn.seconds}; url=${goOn.path}" />`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        ${refresh}
        <title>${title} · lever-certn</title>
        <link rel="stylesheet" href="/page.css" />
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `.text;
}

/** The style of all pages: light and dark, readable on a phone. */
export const PAGE_CSS = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 34rem; margin: 10vh auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; }
label { display: block; margin: 0.75rem 0; }
input { display: block; box-sizing: border-box; width: 100%; font: inherit; padding: 0.5rem; }
button { font: inherit; padding: 0.5rem 1rem; cursor: pointer; }
.notice { border-left: 0.25rem solid; padding: 0.25rem 0.75rem; }
`;
