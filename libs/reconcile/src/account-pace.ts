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

/** How fast a limit lets us go. */
export interface PacePlan {
  /** Tokens that come per millisecond, in all. */
  perMs: number;
  /** Most tokens kept for calls of any kind, and for kinds that have a part of their own. */
  shared: number;
  kept: Record<string, number>;
}

/** How far we stay below the vendor's limit, since calls that leave us evenly arrive a little less so. */
const RATE_MARGIN = 0.98;
const BURST_MARGIN = 0.95;
const WINDOW_MARGIN = 0.995;
const DAY_MS = 86_400_000;

/** Plans a pace below a limit. A bucket holds at least one token, or no call would ever go. */
export function pacePlan(limit: Limit, kinds: KindShares = {}): PacePlan {
  const parts = Object.entries(kinds).flatMap(([kind, { atLeast }]) => (atLeast ? [[kind, atLeast] as const] : []));
  const rest = 1 - parts.reduce((sum, [, part]) => sum + part, 0);
  const size = limit.burst === null ? 1 : limit.burst * BURST_MARGIN;
  const shared = Math.max(1, size * rest);
  const kept = Object.fromEntries(parts.map(([kind, part]) => [kind, Math.max(1, size * part)]));
  if (limit.burst !== null) return { perMs: (limit.count / limit.windowMs) * RATE_MARGIN, shared, kept };
  // A vendor that counts per window sees what was kept and what came: both together must fit.
  const total = shared + parts.length;
  const count = limit.count > 2 * total ? (limit.count - total) * WINDOW_MARGIN : limit.count / 2;
  return { perMs: count / limit.windowMs, shared, kept };
}

class Bucket {
  level: number;

  constructor(
    readonly size: number,
    readonly perMs: number,
    part: number,
  ) {
    this.level = size * part;
  }

  /** Fills for a time; answers what finds no room. */
  fill(elapsedMs: number, more = 0): number {
    const level = this.level + elapsedMs * this.perMs + more;
    this.level = Math.min(this.size, level);
    return level - this.level;
  }
}

/**
 * The token bucket of one account, with shares for kinds of calls. A kind with `atLeast` has a bucket of its own that fills first and spills over into the
 * shared one, so that nothing is lost while the kind is quiet; a kind with `atMost` needs a token of its own ceiling too. Times are milliseconds of
 * one steady clock; nothing here looks at one.
 */
export class AccountPace {
  private readonly shared: Bucket;
  private readonly kept = new Map<string, Bucket>();
  private readonly ceilings = new Map<string, Bucket>();
  private readonly holds = new Map<string, { everyMs: number; nextMs: number }>();
  private readonly dayKinds: Map<string, number>;
  private dayCount: number;
  private dayEndsMs: number;
  private refilledMs: number;
  private blockedUntilMs = 0;

  constructor(
    private readonly limit: Limit,
    private readonly kinds: KindShares,
    nowMs: number,
    dayEndsInMs: number,
    state?: PaceState,
  ) {
    const { perMs, shared, kept } = pacePlan(limit, kinds);
    const sizes = Object.values(kept).reduce((sum, size) => sum + size, shared);
    const part = state ? Math.min(1, Math.max(0, state.tokens) / sizes) : 1;
    let rest = 1;
    for (const [kind, { atLeast, atMost }] of Object.entries(kinds)) {
      if (atLeast) this.kept.set(kind, new Bucket(kept[kind]!, perMs * atLeast, part));
      if (atMost) this.ceilings.set(kind, new Bucket(Math.max(1, sizes * atMost), perMs * atMost, part));
      rest -= atLeast ?? 0;
    }
    this.shared = new Bucket(shared, perMs * rest, part);
    this.refilledMs = nowMs;
    this.dayEndsMs = nowMs + dayEndsInMs;
    this.dayCount = state?.dayCount ?? 0;
    this.dayKinds = new Map(Object.entries(state?.dayKinds ?? {}));
  }

  /** Takes a token: 0, or for how long there will surely be none. */
  take(kind: string, nowMs: number): number {
    const waitMs = this.waitMs(kind, nowMs);
    if (waitMs > 0) return waitMs;
    const kept = this.kept.get(kind);
    (kept && kept.level >= 1 ? kept : this.shared).level -= 1;
    const ceiling = this.ceilings.get(kind);
    if (ceiling) ceiling.level -= 1;
    const hold = this.holds.get(kind);
    if (hold) hold.nextMs = nowMs + hold.everyMs;
    this.dayCount += 1;
    if (kind in this.kinds) this.dayKinds.set(kind, (this.dayKinds.get(kind) ?? 0) + 1);
    return 0;
  }

  /** After a 429: no tokens are left, and none come before the vendor's own time. */
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

  /** The database says how long its day still lasts. */
  dayEnds(nowMs: number, inMs: number): void {
    this.refill(nowMs);
    this.dayEndsMs = nowMs + inMs;
  }

  /** What is to be kept of it. */
  state(nowMs: number): PaceState {
    this.refill(nowMs);
    const tokens = [...this.kept.values()].reduce((sum, bucket) => sum + bucket.level, this.shared.level);
    return { tokens, dayCount: this.dayCount, dayKinds: Object.fromEntries(this.dayKinds) };
  }

  private waitMs(kind: string, nowMs: number): number {
    this.refill(nowMs);
    let waitMs = this.blockedUntilMs - nowMs;
    if (!this.dayAllows(kind)) waitMs = Math.max(waitMs, this.dayEndsMs - nowMs);
    const hold = this.holds.get(kind);
    if (hold) waitMs = Math.max(waitMs, hold.nextMs - nowMs);
    const ceiling = this.ceilings.get(kind);
    if (ceiling) waitMs = Math.max(waitMs, untilOne(ceiling.level, ceiling.perMs));
    const kept = this.kept.get(kind);
    if (!kept || kept.level < 1) waitMs = Math.max(waitMs, this.untilShared(kept));
    return waitMs > 0 ? Math.ceil(waitMs) : 0;
  }

  /** Until the kind's own bucket or the shared one has a token, whichever is sooner. */
  private untilShared(kept: Bucket | undefined): number {
    let perMs = this.shared.perMs;
    for (const bucket of this.kept.values()) if (bucket.level >= bucket.size) perMs += bucket.perMs;
    const shared = untilOne(this.shared.level, perMs);
    return kept ? Math.min(shared, untilOne(kept.level, kept.perMs)) : shared;
  }

  private dayAllows(kind: string): boolean {
    const { perDay } = this.limit;
    if (perDay === null) return true;
    const { atMost } = this.kinds[kind] ?? {};
    if (atMost !== undefined && (this.dayKinds.get(kind) ?? 0) >= perDay * atMost) return false;
    let keptForOthers = 0;
    for (const [other, { atLeast }] of Object.entries(this.kinds)) {
      if (other === kind || !atLeast) continue;
      keptForOthers += Math.max(0, perDay * atLeast - (this.dayKinds.get(other) ?? 0));
    }
    return this.dayCount < perDay - keptForOthers;
  }

  private refill(nowMs: number): void {
    if (nowMs >= this.dayEndsMs) {
      this.dayEndsMs = nowMs + DAY_MS;
      this.dayCount = 0;
      this.dayKinds.clear();
    }
    const fromMs = Math.max(this.refilledMs, Math.min(this.blockedUntilMs, nowMs));
    const elapsedMs = nowMs - fromMs;
    if (nowMs > this.refilledMs) this.refilledMs = nowMs;
    if (elapsedMs <= 0) return;
    let spilled = 0;
    for (const bucket of this.kept.values()) spilled += bucket.fill(elapsedMs);
    this.shared.fill(elapsedMs, spilled);
    for (const bucket of this.ceilings.values()) bucket.fill(elapsedMs);
  }
}

function untilOne(level: number, perMs: number): number {
  if (level >= 1) return 0;
  return perMs > 0 ? (1 - level) / perMs : DAY_MS;
}
