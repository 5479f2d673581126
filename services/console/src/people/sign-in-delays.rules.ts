/** What failed sign-ins are counted for: an account, wherever it is tried; or a network address, whatever account is tried. */
export type Counted = 'account' | 'place';

/** Failures as they stand, by the database's clock. */
export interface FailureCount {
  failures: number;
  /** How long ago the last one was. */
  restedMs: number;
  /** How long until the next try is looked at; not above 0 when it may come now. */
  waitMs: number;
  /** Goes up with each change, so that of two tries at once only one takes the turn. */
  turn: number;
}

const HOUR_MS = 3_600_000;

/**
 * After `free` failures each further one doubles the wait, up to `maxMs`: slow enough for whoever guesses, short enough for whoever remembers. An office has
 * one address for many people, so it is slowed later, for less long, and forgets sooner.
 */
const SLOWING = {
  account: { free: 5, firstMs: 1_000, maxMs: 60_000, forgottenAfterMs: 12 * HOUR_MS },
  place: { free: 30, firstMs: 1_000, maxMs: 30_000, forgottenAfterMs: HOUR_MS / 4 },
} as const;

/** After so long without a failure nothing is remembered of any. */
export const FAILURES_FORGOTTEN_AFTER_MS = Math.max(SLOWING.account.forgottenAfterMs, SLOWING.place.forgottenAfterMs);

/** How long to wait before the password is looked at. */
export function waitMs(count: FailureCount | undefined): number {
  return Math.max(0, count?.waitMs ?? 0);
}

/** The count when this try fails too, and how long the next one then waits. */
export function withOneMore(counted: Counted, count: FailureCount | undefined): { failures: number; delayMs: number } {
  const { free, firstMs, maxMs, forgottenAfterMs } = SLOWING[counted];
  const before = count === undefined || count.restedMs >= forgottenAfterMs ? 0 : count.failures;
  const failures = Math.min(before + 1, 1_000);
  return { failures, delayMs: failures <= free ? 0 : Math.min(maxMs, firstMs * 2 ** (failures - free - 1)) };
}

const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const GROUPS_OF_A_NETWORK = 4;

/** What counts as one address: of IPv6 the network of 64 bits, since whoever has one has all of it. */
export function placeOf(ip: string): string {
  const plain = IPV4_IN_IPV6.exec(ip)?.[1] ?? ip;
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array<string>(zeros).fill('0'), ...last];
  return groups
    .slice(0, GROUPS_OF_A_NETWORK)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
