import { Problem } from '../http/problem';

/** How long a link that lets somebody in may wait. */
export const LINK_HOURS = 72;
/** A token is 43 characters; whoever sends more sends something else. */
export const MAX_TOKEN_CHARACTERS = 100;

/** The pages that one-time links lead to. */
export type LinkPage = 'invitation' | 'password-reset';

/** The link to give to a person. Its secret stands behind `#`, which browsers never send: no log and no proxy learns it. */
export function oneTimeLink(publicUrl: string, page: LinkPage, secret: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/${page}#${secret}`;
}

/** The same answer for a link that never was, that is used up, withdrawn or too old, and for one whose maker may no longer make it. */
export function linkOver(): Problem {
  return new Problem('link-over', {
    detail: `A link can be used once, within ${LINK_HOURS} hours, and ends when another one is made.`,
    cure: 'Check that you copied all of it, or ask whoever gave it to you for a new one.',
  });
}
