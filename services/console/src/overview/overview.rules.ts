/** A bucket of a histogram of times, and how many fell into it. */
export interface Bucket {
  bucket: number;
  count: number;
}

/** Buckets per doubling: a time is told to within 5 %. */
export const BUCKETS_PER_DOUBLING = 8;

const HOUR_MS = 3_600_000;
export const MAX_DAYS = 14;
/** A day has 23 to 25 hours; clocks that were changed otherwise are let through too. */
const MIN_DAY_MS = 20 * HOUR_MS;
const MAX_DAY_MS = 28 * HOUR_MS;
/** The clock of a reader may go ahead. */
const AHEAD_MS = HOUR_MS;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/;

/**
 * The starts of a reader's last days, oldest first, today's last, from what the reader's page says: times with commas between. Nothing where they are not the starts of consecutive
 * days that end with today.
 */
export function dayStartsOf(text: string, nowMs: number): string[] | undefined {
  const parts = text.split(',');
  if (parts.length > MAX_DAYS || !parts.every((part) => ISO_TIME.test(part))) return undefined;
  const starts = parts.map((part) => Date.parse(part));
  const areDays = starts.every((start, index) => {
    const nextMs = starts[index + 1];
    if (nextMs === undefined) return start <= nowMs + AHEAD_MS && start >= nowMs - MAX_DAY_MS;
    return nextMs - start >= MIN_DAY_MS && nextMs - start <= MAX_DAY_MS;
  });
  return areDays ? starts.map((start) => new Date(start).toISOString()) : undefined;
}

/** The time below which a part of the times lies, in milliseconds; `null` where there is none. Buckets in their order. */
export function quantileMs(buckets: readonly Bucket[], part: number): number | null {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  const rank = part * total;
  let passed = 0;
  for (const { bucket, count } of buckets) {
    if (passed + count >= rank) return Math.round(2 ** ((bucket + (rank - passed) / count) / BUCKETS_PER_DOUBLING));
    passed += count;
  }
  return null;
}
