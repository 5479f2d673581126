import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import type { Account, HeldLease } from './account';
import type { BreakerState } from './account-leases';
import type { DueRow } from './due-table';
import { tell, type ReconcilerOptions } from './reconciler-options';

/** The kind of a probe's call: it has no share of its own. */
const PROBE_KIND = 'probe';

/** What the watch needs of the loop. */
export interface WatchedLoop<Row extends DueRow> {
  /** Looks at the account again, now. */
  tick(account: Account<Row>): void;
  tickIn(account: Account<Row>, inMs: number): void;
  /** Makes due now what waits for the account. */
  resume(account: string): void;
  trouble(error: unknown): void;
}

/** Keeps each account's breaker: what calls say of the vendor goes in, and probes say when it is over. */
export class ConnectionWatch<Row extends DueRow> {
  constructor(
    private readonly options: ReconcilerOptions<Row>,
    private readonly loop: WatchedLoop<Row>,
  ) {}

  /** The vendor answered a call of this account, whatever the answer. */
  answered(account: Account<Row>, lease: HeldLease | null): void {
    if (!lease || account.lease !== lease) return;
    const was = lease.breaker.state;
    if (lease.breaker.succeeded(performance.now())) this.closed(account, lease, was);
  }

  /** A call failed. */
  failed(account: Account<Row>, error: VendorError): void {
    const { lease } = account;
    if (!lease) return;
    const nowMs = performance.now();
    switch (error.kind) {
      case 'unauthorized':
        if (lease.breaker.refused(nowMs)) this.say(account, 'broken', error.kind);
        break;
      case 'unavailable':
        lease.breaker.failed(nowMs);
        break;
      case 'rate-limited':
        lease.pace.empty(nowMs, error.retryAfterMs);
        break;
      case 'forbidden':
      case 'not-found':
      case 'rejected':
        this.answered(account, lease);
        break;
    }
    if (lease.breaker.state !== 'closed') this.loop.tick(account);
  }

  /** Whether the account may call. Where there is no probe, one row at a time is let through instead. */
  letsThrough(account: Account<Row>, lease: HeldLease, nowMs: number): boolean {
    const { breaker } = lease;
    if (breaker.state === 'closed') return true;
    if (this.options.probe || account.queued === 0) return false;
    if (nowMs < breaker.probeAtMs) {
      this.loop.tickIn(account, breaker.probeAtMs - nowMs);
      return false;
    }
    breaker.probing(nowMs);
    return true;
  }

  /** Probes if it is time to, or looks again when it is. */
  look(account: Account<Row>, nowMs: number): void {
    const { lease } = account;
    if (!lease || !this.options.probe || lease.breaker.state === 'closed') return;
    if (nowMs >= lease.breaker.probeAtMs) void this.probe(account, lease, nowMs);
    else this.loop.tickIn(account, lease.breaker.probeAtMs - nowMs);
  }

  /** The settings changed: a broken connection is tried at once. */
  tryNow(account: Account<Row>): void {
    if (!account.lease || account.lease.breaker.state === 'closed') return;
    account.lease.breaker.probeAtMs = performance.now();
    this.loop.tick(account);
  }

  private async probe(account: Account<Row>, lease: HeldLease, nowMs: number): Promise<void> {
    if (!account.holds(nowMs) || lease.breaker.underProbe) return;
    const waitMs = lease.pace.take(PROBE_KIND, nowMs);
    if (waitMs > 0) {
      lease.breaker.probeAtMs = nowMs + waitMs;
      return this.loop.tickIn(account, waitMs);
    }
    lease.breaker.probing(nowMs);
    lease.breaker.underProbe = true;
    try {
      await this.options.probe?.(account.name);
      this.answered(account, lease);
    } catch (error) {
      if (!(error instanceof VendorError)) this.loop.trouble(error);
      else {
        if (error.kind === 'rate-limited') this.answered(account, lease);
        // To a probe, 403 is the whole key's: a connection that is broken stays so.
        const isStillRefused = error.kind === 'forbidden' && lease.breaker.state === 'broken';
        if (account.lease === lease && !isStillRefused) this.failed(account, error);
      }
    } finally {
      lease.breaker.underProbe = false;
    }
    if (account.lease === lease) this.loop.tick(account);
  }

  private closed(account: Account<Row>, lease: HeldLease, was: BreakerState): void {
    if (was === 'broken') this.say(account, 'ok', 'works');
    if (was === 'broken' || lease.breaker.steady) this.loop.resume(account.name);
    this.loop.tick(account);
  }

  private say(account: Account<Row>, state: 'ok' | 'broken', reason: string): void {
    tell(
      () => this.options.onConnection?.(account.name, state, reason),
      (error) => this.loop.trouble(error),
    );
  }
}
