/** The starts of the reader's last days in the reader's zone, oldest first, today's last. */
export function dayStarts(nowMs: number, count: number): string[] {
  const now = new Date(nowMs);
  return Array.from({ length: count }, (_, index) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() - (count - 1 - index)).toISOString(),
  );
}

const UNITS: [name: string, ms: number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
];

/** A span of time in a word or two, to two digits: `40 ms`, `0.4 s`, `12 s`, `3.5 min`, `2 h`. */
export function spanWords(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`;
  const [name, size] = UNITS.find(([, unit]) => ms >= unit) ?? UNITS.at(-1)!;
  const value = ms / size;
  return `${value < 9.95 ? Number(value.toFixed(1)) : Math.round(value)} ${name}`;
}

/** Round spans that frame these, each about a step of the eye apart, for a scale on which every step is a multiple. */
export function scaleOf(spansMs: readonly number[]): number[] {
  const lowest = Math.min(...spansMs);
  const highest = Math.max(...spansMs);
  const from = Math.max(
    0,
    STEPS_MS.findLastIndex((step) => step <= lowest),
  );
  const to = STEPS_MS.findIndex((step) => step >= highest);
  const steps = STEPS_MS.slice(from, (to === -1 ? STEPS_MS.length - 1 : Math.max(to, from + 1)) + 1);
  return steps;
}

const STEPS_MS = [
  1,
  10,
  100,
  1000,
  10_000,
  60_000,
  600_000,
  3_600_000,
  6 * 3_600_000,
  86_400_000,
  7 * 86_400_000,
  60 * 86_400_000,
];

/** Where a span stands on a scale, 0 to 1. */
export function placeOn(scale: readonly number[], ms: number): number {
  const low = Math.log(scale[0]!);
  const high = Math.log(scale.at(-1)!);
  return Math.min(1, Math.max(0, (Math.log(Math.max(ms, 1)) - low) / (high - low)));
}

/** A whole number at which an axis may end, with room above the highest. */
export function roundTop(highest: number): number {
  if (highest <= 4) return 4;
  const size = 10 ** Math.floor(Math.log10(highest));
  return [1, 2, 4, 5, 8, 10].map((factor) => factor * size).find((top) => top >= highest)!;
}
