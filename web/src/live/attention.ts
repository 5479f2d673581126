/** Set on what a page reads by itself while nobody touches it, so that it does not keep an idle session alive. */
export const UNATTENDED_HEADER = 'x-unattended';

/** Who has not touched the page for this long is not counted as being there. */
const ATTENDED_MS = 60_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'focus'] as const;

let touchedAtMs = 0;

/** Begins to notice whether somebody is at the page; whoever opened it is. */
export function watchAttention(page: Pick<Window, 'addEventListener'> = window): void {
  touchedAtMs = Date.now();
  for (const sign of SIGNS) page.addEventListener(sign, () => (touchedAtMs = Date.now()), { passive: true, capture: true });
}

/** Whether somebody is at the page. */
export function isAttended(): boolean {
  return Date.now() - touchedAtMs < ATTENDED_MS;
}
