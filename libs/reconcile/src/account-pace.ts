import type { Limit } from './limits';

/** Of a kind of calls: the largest part of the limit it may take, the part that is kept for it. */
export interface KindShare {
  atMost?: number;
  atLeast?: number;
}

export type KindShares = Readonly<Record<string, KindShare>>;

/** What is kept of a pace while nobody holds the account. */
export interface PaceState {
  tokens: number;
  dayCount: number;
  /** Per kind that has a share. */
  dayKinds: Record<string, number>;
}

/**
 * How far below the vendor's limit we stay, since calls leave us evenly and arrive a little less so: measured against a vendor that counts
 * exactly, none is refused.
 */
const RATE_MARGIN = 0.98;
const BURST_MARGIN = 0.95;

class Bucket {
  level: number;
  constructor(
    readonly size: number,
    readonly perMs: number,
    part: number,
  ) {
    this.level = size * part;
  }
}

/** How fast a limit lets us go: the tokens that come per millisecond, and how many may be kept. */
export function paceOf(limit: Limit): { perMs: number; size: number } {
  if (limit.burst !== null)
    return { perMs: (limit.count / limit.windowMs) * RATE_MARGIN, size: Math.max(1, limit.burst * BURST_MARGIN) };
  // A vendor that counts per window sees what was kept and what came: both together must fit.
  const count = limit.count >= 2 ? limit.count - 1 : limit.count;
  return { perMs: (count / limit.windowMs) * RATE_MARGIN, size: 1 };
}

/**
 * The token bucket of one account, with shares for kinds of calls. A kind with `atLeast` has a bucket of its own that fills first and spills over into the
 * shared one, so nothing is lost while the kind is quiet; a kind with `atMost` needs a token of its own ceiling too. Times are milliseconds of one
 * steady clock; nothing here looks at one.
 */
export class AccountPace {
  private readonly shared: Bucket;
  private readonly kept = new Map<string, Bucket>();
  private readonly ceilings = new Map<string, Bucket>();
  private readonly holds = new Map<string, { everyMs: number; nextMs: number }>();
  private refilledMs: number;
  private blockedUntilMs = 0;
  private dayEndsMs: number;
  private dayCount: number;
  private readonly dayKinds: Map<string, number>;

  constructor(
    private readonly limit: Limit,
    private readonly kinds: KindShares,
    nowMs: number,
    day: { endsInMs: number },
    state?: PaceState,
  ) {
    const { perMs, size } = paceOf(limit);
    const part = state ? Math.min(1, Math.max(0, state.tokens) / size) : 1;
    let rest = 1;
    for (const [kind, { atLeast, atMost }] of Object.entries(kinds)) {
      if (atLeast) {
        this.kept.set(kind, new Bucket(size * atLeast, perMs * atLeast, part));
        rest -= atLeast;
      }
      if (atMost) this.ceilings.set(kind, new Bucket(Math.max(1, size * atMost), perMs * atMost, part));
    }
    // What is kept for others may leave less than one token: then a token is gathered all the same, and the kept ones wait a little.
    this.shared = new Bucket(Math.max(1, size * rest), perMs * rest, part);
    this.refilledMs = nowMs;
    this.dayEndsMs = nowMs + day.endsInMs;
    this.dayCount = state?.dayCount ?? 0;
    this.dayKinds = new Map(Object.entries(state?.dayKinds ?? {}));
  }

  /** Takes a token: 0, or for how long there will be none. */
  take(kind: string, nowMs: number): number {
    const waitMs = this.waitMs(kind, nowMs);
    if (waitMs > 0) return waitMs;
    const kept = this.kept.get(kind);
    const source = kept && kept.level >= 1 ? kept : this.shared;
    source.level -= 1;
    const ceiling = this.ceilings.get(kind);
    if (ceiling) ceiling.level -= 1;
    const hold = this.holds.get(kind);
    if (hold) hold.nextMs = nowMs + hold.everyMs;
    this.dayCount += 1;
    if (kind in this.kinds) this.dayKinds.set(kind, (this.dayKinds.get(kind) ?? 0) + 1);
    return 0;
  }

  /** After a 429: no tokens, and none before the vendor's own time. */
  empty(nowMs: number, retryAfterMs = 0): void {
    this.refill(nowMs);
    for (const bucket of [this.shared, ...this.kept.values()]) bucket.level = 0;
    this.blockedUntilMs = Math.max(this.blockedUntilMs, nowMs + retryAfterMs);
  }

  /** Lets one call of a kind through per `everyMs`, the first one after that time; 0 ends it. */
  hold(kind: string, everyMs: number, nowMs: number): void {
    if (everyMs > 0) this.holds.set(kind, { everyMs, nextMs: nowMs + everyMs });
    else this.holds.delete(kind);
  }

  /** The database says how long the day still lasts. */
  dayEnds(nowMs: number, inMs: number): void {
    this.refill(nowMs);
    this.dayEndsMs = nowMs + inMs;
  }

  /** What is to be kept of it. */
  state(nowMs: number): PaceState {
    this.refill(nowMs);
    const tokens = this.shared.level + [...this.kept.values()].reduce((sum, bucket) => sum + bucket.level, 0);
    return { tokens, dayCount: this.dayCount, dayKinds: Object.fromEntries(this.dayKinds) };
  }

  private waitMs(kind: string, nowMs: number): number {
    this.refill(nowMs);
    const waits = [this.blockedUntilMs - nowMs, (this.holds.get(kind)?.nextMs ?? 0) - nowMs];
    if (!this.dayAllows(kind)) waits.push(this.dayEndsMs - nowMs);
    const kept = this.kept.get(kind);
    if (!(kept && kept.level >= 1)) waits.push(this.untilToken(kept));
    const ceiling = this.ceilings.get(kind);
    if (ceiling) waits.push(untilOne(ceiling.level, ceiling.perMs));
    return Math.max(0, ...waits.map(Math.ceil));
  }

  /** Until the kind's own bucket or the shared one has a token, whichever is sooner. */
  private untilToken(kept: Bucket | undefined): number {
    const spilling = [...this.kept.values()]
      .filter((bucket) => bucket.level >= bucket.size)
      .reduce((sum, bucket) => sum + bucket.perMs, 0);
    const shared = untilOne(this.shared.level, this.shared.perMs + spilling);
    return kept && kept.size >= 1 ? Math.min(shared, untilOne(kept.level, kept.perMs)) : shared;
  }

  private dayAllows(kind: string): boolean {
    const { perDay } = this.limit;
    if (perDay === null) return true;
    const mine = this.dayKinds.get(kind) ?? 0;
    const { atMost } = this.kinds[kind] ?? {};
    if (atMost !== undefined && mine >= perDay * atMost) return false;
    let forOthers = 0;
    for (const [other, { atLeast }] of Object.entries(this.kinds))
      if (other !== kind && atLeast) forOthers += Math.max(0, perDay * atLeast - (this.dayKinds.get(other) ?? 0));
    return this.dayCount < perDay - forOthers;
  }

  private refill(nowMs: number): void {
    if (nowMs >= this.dayEndsMs) {
      this.dayEndsMs += DAY_MS;
      this.dayCount = 0;
      this.dayKinds.clear();
    }
    const from = Math.max(this.refilledMs, Math.min(this.blockedUntilMs, nowMs));
    const elapsedMs = Math.max(0, nowMs - from);
    this.refilledMs = Math.max(this.refilledMs, nowMs);
    if (elapsedMs === 0) return;
    let spill = 0;
    for (const bucket of this.kept.values()) {
      const level = bucket.level + elapsedMs * bucket.perMs;
      bucket.level = Math.min(bucket.size, level);
      spill += level - bucket.level;
    }
    this.shared.level = Math.min(this.shared.size, this.shared.level + elapsedMs * this.shared.perMs + spill);
    for (const bucket of this.ceilings.values()) bucket.level = Math.min(bucket.size, bucket.level + elapsedMs * bucket.perMs);
  }
}

const DAY_MS = 86_400_000;

function untilOne(level: number, perMs: number): number {
  if (level >= 1) return 0;
  return perMs > 0 ? (1 - level) / perMs : DAY_MS;
}
