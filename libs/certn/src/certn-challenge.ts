/** Longest challenge that is echoed. */
const MAX_LENGTH = 256;
/** Printable ASCII without what could make the echo mean something in a page. */
const ECHOED = /^[\x20-\x7e]+$/;
const MARKUP = /[<>&"']/;

/**
 * What to answer to Certn's `GET <url>?challenge=X`: X itself, as `text/plain` with `nosniff`, within 10 s. `null` (answer 400) where it is missing, given
 * more than once, over 256 characters, or not plain printable ASCII.
 */
export function challengeAnswer(query: Readonly<Record<string, unknown>>): string | null {
  const { challenge } = query;
  if (typeof challenge !== 'string' || challenge.length > MAX_LENGTH) return null;
  return ECHOED.test(challenge) && !MARKUP.test(challenge) ? challenge : null;
}
