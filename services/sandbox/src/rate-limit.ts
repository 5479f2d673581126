const WINDOW_MS = { s: 1000, min: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** How often a key may call: a steady rate with a burst, and perhaps a count per longer window. */
export interface RateLimit {
  text: string;
  perMs: number;
  burst: number;
  windows: { most: number; windowMs: number }[];
}

/**
 * Reads `10/s burst 20` or `60/min 7220/day`: the first rate is a token bucket (its burst is the rate itself unless named), each further one a count per
 * window. Throws on anything else.
 */
export function parseRateLimit(text: string): RateLimit {
  const burst = / burst (\d+)$/.exec(text);
  const rates = (burst ? text.slice(0, burst.index) : text).trim().split(/\s+/).map(parseRate);
  const [first, ...windows] = rates;
  if (!first) throw new Error('a rate limit looks like `10/s burst 20` or `60/min 7220/day`');
  return { text, perMs: first.most / first.windowMs, burst: burst ? Number(burst[1]) : first.most, windows };
}

function parseRate(text: string): { most: number; windowMs: number } {
  const match = /^(\d+)\/(s|min|hour|day)$/.exec(text);
  if (!match) throw new Error(`no rate: ${text} (say 10/s, 60/min, 7220/day)`);
  return { most: Number(match[1]), windowMs: WINDOW_MS[match[2] as keyof typeof WINDOW_MS] };
}

/** What one key has left. */
export class Bucket {
  private tokens: number;
  private at: number;
  private readonly counts: { started: number; count: number }[];

  constructor(
    readonly limit: RateLimit,
    nowMs: number,
  ) {
    this.tokens = limit.burst;
    this.at = nowMs;
    this.counts = limit.windows.map(() => ({ started: nowMs, count: 0 }));
  }

  /** Takes one call; false means 429. */
  take(nowMs: number): boolean {
    this.tokens = Math.min(this.limit.burst, this.tokens + (nowMs - this.at) * this.limit.perMs);
    this.at = nowMs;
    if (this.tokens < 1 || !this.roomInWindows(nowMs)) return false;
    this.tokens -= 1;
    for (const window of this.counts) window.count += 1;
    return true;
  }

  private roomInWindows(nowMs: number): boolean {
    return this.limit.windows.every(({ most, windowMs }, index) => {
      const window = this.counts[index] as { started: number; count: number };
      if (nowMs - window.started >= windowMs) Object.assign(window, { started: nowMs, count: 0 });
      return window.count < most;
    });
  }
}
