import type { BreakerState } from './account-leases';

/** How a breaker behaves. */
export interface BreakerOptions {
  /** Failures of the vendor in a row, without a success between, that open it. */
  opensAfter: number;
  /** How often a vendor that is down is tried. */
  openProbeMs: number;
  /** How often a connection that is refused is tried. */
  brokenProbeMs: number;
  /** How long a vendor is down before those who wait for it are told; most such times are over sooner. */
  toldAfterMs: number;
}

/** Why an account does not work. */
export type HeldReason = 'unauthorized' | 'unavailable';

export const BREAKER: BreakerOptions = { opensAfter: 5, openProbeMs: 1_000, brokenProbeMs: 60_000, toldAfterMs: 10_000 };

/** An opening so soon after a closing says that the probe proves little: the next probes come ever later. */
const SOON_MS = 60_000;

/**
 * Whether an account may work. It opens when the vendor fails several times in a row, and is broken when the vendor refuses the key; either way one
 * probe at a time says when it is over. Times are those of one steady clock.
 */
export class Breaker {
  private failures = 0;
  private closedAtMs = -Infinity;
  private openedAtMs = -Infinity;
  private probeEveryMs: number;
  probeAtMs = Infinity;
  /** A probe is out. */
  underProbe = false;

  constructor(
    private readonly options: BreakerOptions,
    public state: BreakerState,
    nowMs: number,
  ) {
    this.probeEveryMs = options.openProbeMs;
    if (state !== 'closed') this.probeAtMs = this.openedAtMs = nowMs;
  }

  /** The vendor answered. True: that closed it. */
  succeeded(nowMs: number): boolean {
    this.failures = 0;
    if (this.state === 'closed') return false;
    this.state = 'closed';
    this.closedAtMs = nowMs;
    this.probeAtMs = Infinity;
    return true;
  }

  /** The vendor failed. */
  failed(nowMs: number): void {
    this.failures += 1;
    if (this.state !== 'closed' || this.failures < this.options.opensAfter) return;
    const soon = nowMs - this.closedAtMs < SOON_MS;
    this.probeEveryMs = soon ? Math.min(this.options.brokenProbeMs, this.probeEveryMs * 2) : this.options.openProbeMs;
    this.state = 'open';
    this.openedAtMs = nowMs;
    this.probeAtMs = nowMs + this.probeEveryMs;
  }

  /** The vendor refused the key. True: that is news. */
  refused(nowMs: number): boolean {
    const news = this.state !== 'broken';
    this.state = 'broken';
    if (news) this.probeAtMs = nowMs + this.options.brokenProbeMs;
    return news;
  }

  /** Why those who wait are to be told that they do; `null` while it works, or is down for a moment. */
  heldReason(nowMs: number): HeldReason | null {
    if (this.state === 'broken') return 'unauthorized';
    return this.state === 'open' && nowMs - this.openedAtMs >= this.options.toldAfterMs ? 'unavailable' : null;
  }

  /** A probe begins: the next one comes no sooner than this. */
  probing(nowMs: number): void {
    this.probeAtMs = nowMs + (this.state === 'broken' ? this.options.brokenProbeMs : this.probeEveryMs);
  }

  /** Whether rows that wait for the vendor may all come at once now: not when it opens again and again. */
  get steady(): boolean {
    return this.probeEveryMs === this.options.openProbeMs;
  }
}
