/** What a failed call that orders means for its row. */
export type OrderFailure =
  /** Certn may have made a case. */
  | 'unclear'
  /** Certn refused this order; it would refuse it again. */
  | 'rejected'
  /** The key may not order; whether it may anything is to be found out. */
  | 'forbidden'
  /** Nothing was made, and later it may be. */
  | 'later';

/** Reads a failed call. `made` decides first: only what surely made nothing may be tried again or given up without a lookup. */
export function orderFailure(error: {
  made: 'not-made' | 'unclear';
  kind: 'unavailable' | 'rate-limited' | 'unauthorized' | 'forbidden' | 'not-found' | 'rejected';
}): OrderFailure {
  if (error.made === 'unclear') return 'unclear';
  switch (error.kind) {
    case 'rejected':
    case 'not-found':
      return 'rejected';
    case 'forbidden':
      return 'forbidden';
    case 'unauthorized':
    case 'rate-limited':
    case 'unavailable':
      return 'later';
  }
}

/** Waits before an order is tried again after its first, second … attempt ended unclear; after the last one a person decides. */
export const UNCLEAR_RETRIES_MS: readonly number[] = [0, 300_000, 1_800_000, 7_200_000];

/** Attempts in a row that end unclear on an account before its orders are held back. */
export const UNCLEAR_IN_A_ROW = 5;

/** A row whose attempt was found nowhere at Certn. */
export type AfterUnclear = { kind: 'order-again'; inMs: number } | { kind: 'needs-attention' };

/** What follows the `unclear`th attempt of a row that ended unclear and made no case that could be found. */
export function afterUnclear(unclear: number, retriesMs: readonly number[] = UNCLEAR_RETRIES_MS): AfterUnclear {
  const inMs = retriesMs[unclear - 1];
  return inMs === undefined ? { kind: 'needs-attention' } : { kind: 'order-again', inMs };
}

/** When the next lookup of an unclear attempt is due, or `null` when all have been done. */
export function nextLookupInMs(lookupsDone: number, attemptedAgoMs: number, lookupsMs: readonly number[]): number | null {
  const afterMs = lookupsMs[lookupsDone];
  return afterMs === undefined ? null : Math.max(0, afterMs - attemptedAgoMs);
}

/** Whether facts must be looked at again before an order: too old, or newer ones are known to exist. */
export function mustLookFirst(facts: {
  decidedAt: string;
  newerFactsAt: string | null;
  nowMs: number;
  freshMs: number;
}): boolean {
  if (facts.newerFactsAt !== null && facts.newerFactsAt > facts.decidedAt) return true;
  return facts.nowMs - Date.parse(facts.decidedAt) > facts.freshMs;
}

const FIRST_HOLD_MS = 60_000;
const LONGEST_HOLD_MS = 1_800_000;

/**
 * How long orders of an account rest after so many unclear ones in a row: not at all, then a minute, twice that after each single try that ended
 * unclear too. Attempts that were under way together when the hold began do not count as tries.
 */
export function holdAfterUnclear(inARow: number, failedTries: number, firstHoldMs = FIRST_HOLD_MS): number {
  if (inARow < UNCLEAR_IN_A_ROW) return 0;
  return Math.min(LONGEST_HOLD_MS, firstHoldMs * 2 ** Math.min(failedTries, 20));
}
