const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const SOON_SECONDS = 45;

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const EXACT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const UTC = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });

/** How long ago, or until, an ISO time: `just now`, `5 minutes ago`, `in 2 hours`. */
export function relativeTime(at: string, nowMs: number): string {
  const seconds = (Date.parse(at) - nowMs) / 1000;
  if (Math.abs(seconds) < SOON_SECONDS) return seconds > 5 ? 'in a moment' : 'just now';
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1)!;
  return RELATIVE.format(Math.trunc(seconds / size) || Math.sign(seconds), unit);
}

/** An ISO time in the reader's zone. */
export function exactTime(at: string): string {
  return EXACT.format(Date.parse(at));
}

/** An ISO time in UTC, and that it is. */
export function utcTime(at: string): string {
  return `${UTC.format(Date.parse(at))} UTC`;
}
