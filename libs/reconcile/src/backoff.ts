const FIRST_MS = 1_000;
const LONGEST_MS = 30 * 60_000;
const JITTER = 0.2;

/** How long a row waits after its n-th failure in a row: 1 s doubling up to 30 min, ±20 %, and never less than the vendor asks. `random` is 0..1. */
export function backoffMs(failures: number, retryAfterMs = 0, random = Math.random()): number {
  const plain = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
  const jittered = plain * (1 - JITTER + 2 * JITTER * random);
  return Math.round(Math.max(jittered, retryAfterMs * (1 + JITTER * random)));
}
