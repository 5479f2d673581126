/** What a vendor allows one account, or a share of it. */
export interface Limit {
  /** Calls allowed per window. */
  count: number;
  windowMs: number;
  /** Calls the vendor takes at once after a quiet time; `null` where it counts per window. */
  burst: number | null;
  /** Calls per UTC day; `null` where there is no such limit. */
  perDay: number | null;
}

const UNITS_MS: Record<string, number> = { s: 1_000, min: 60_000, h: 3_600_000, day: 86_400_000 };
const RATE = /^(\d+)\/(s|min|h|day)$/;

/** Reads `10/s burst 20` or `60/min 7220/day`. Of several rates below a day the slowest counts. @throws Error that says what is wrong */
export function parseLimit(text: string): Limit {
  const burst = / burst (\d+)$/.exec(text);
  const rates = (burst ? text.slice(0, burst.index) : text).split(' ').map((word) => {
    const [, count, unit] = RATE.exec(word) ?? [];
    if (!count || !unit || Number(count) < 1) throw new Error('a limit looks like "10/s burst 20" or "60/min 7220/day"');
    return { count: Number(count), windowMs: UNITS_MS[unit]! };
  });
  const daily = rates.filter((rate) => rate.windowMs === UNITS_MS.day).map((rate) => rate.count);
  const paces = rates.filter((rate) => rate.windowMs !== UNITS_MS.day);
  const slowest = paces.sort((a, b) => a.count / a.windowMs - b.count / b.windowMs)[0];
  const perDay = daily.length > 0 ? Math.min(...daily) : null;
  if (slowest) return { ...slowest, burst: burst ? Number(burst[1]) : null, perDay };
  return { count: perDay!, windowMs: UNITS_MS.day!, burst: burst ? Number(burst[1]) : perDay, perDay };
}

/** A part of a limit, for one of several services that call with the same key. */
export function share(limit: Limit, part: number): Limit {
  if (!(part > 0 && part <= 1)) throw new Error('a share is more than 0 and at most 1');
  return {
    ...limit,
    count: limit.count * part,
    burst: limit.burst === null ? null : limit.burst * part,
    perDay: limit.perDay === null ? null : Math.floor(limit.perDay * part),
  };
}
