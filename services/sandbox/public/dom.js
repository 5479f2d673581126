/** Makes an element: `h('button', { class: 'x', onclick, 'aria-label': 'y' }, 'text', child)`. Nothing, false and null make no child and no attribute. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'value') element.value = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A time of day. */
export function clock(ms) {
  return new Date(ms).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
}

/** `APPLICANT_SUBMITTED` as people say it. */
export function words(constant) {
  const text = (constant ?? 'no status').replaceAll('_', ' ').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A check type as people say it: `CREDIT_REPORT_1` → Credit report. */
export function checkName(type) {
  return words(type.replace(/_\d+$/, ''));
}

const said = document.getElementById('said');
let silence;

/** Says something to everybody: shown for a moment, and read out. */
export function say(text, bad = false) {
  clearTimeout(silence);
  // An open dialog covers the page and makes it inert, so what is said must be said inside it.
  const place = document.querySelector('dialog[open]') ?? document.body;
  if (said.parentElement !== place) place.append(said);
  said.textContent = text;
  said.dataset.bad = String(bad);
  silence = setTimeout(() => (said.textContent = ''), 6000);
}

/** Calls the control API. What went wrong is said, and `undefined` answered. */
export async function control(method, path, body) {
  try {
    const answer = await fetch(`/control${path}`, {
      method,
      headers: body ? { 'content-type': 'application/json' } : {},
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    const json = text ? JSON.parse(text) : null;
    if (answer.ok) return json;
    say(json?.error ?? `That did not work (${answer.status})`, true);
  } catch {
    say('The sandbox does not answer', true);
  }
  return undefined;
}

/** Puts new content in place of the old, and the focus back where it was (elements are known by `data-key`). */
export function replace(target, ...content) {
  const key = target.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const scrolls = [...target.querySelectorAll('[data-scroll]')].map((element) => [
    element.dataset.scroll,
    element.scrollLeft,
    element.scrollTop,
  ]);
  target.replaceChildren(...content);
  for (const [name, left, top] of scrolls) {
    const element = target.querySelector(`[data-scroll="${name}"]`);
    if (element) Object.assign(element, { scrollLeft: left, scrollTop: top });
  }
  if (key) target.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}
