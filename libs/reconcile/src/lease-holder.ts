import { randomBytes } from 'node:crypto';
import type { Account } from './account';
import { AccountLeases, type KeptAccount, type TakenLease } from './account-leases';
import { AccountPace, pacePlan } from './account-pace';
import { Breaker, BREAKER } from './breaker';
import type { DueRow } from './due-table';
import type { ReconcilerOptions } from './reconciler-options';
import type { RowMemory } from './row-memory';
import { TurnAbandonedError } from './turn';

/** How long an account that was handed over is left to who wanted it, in looks for due rows. */
const LEFT_ALONE_POLLS = 4;

/** What the holder needs of the loop. */
export interface LeasedLoop<Row extends DueRow> {
  readonly running: boolean;
  readonly accounts: ReadonlyMap<string, Account<Row>>;
  readonly memory: RowMemory<Row>;
  readonly pollMs: number;
  readonly leaseMs: number;
  tick(account: Account<Row>): void;
  pollSoon(inMs: number): void;
  trouble(error: unknown): void;
}

/** Takes accounts for this process, keeps them, and gives them back. */
export class LeaseHolder<Row extends DueRow> {
  private readonly leases: AccountLeases;
  private renewedAtMs = 0;

  constructor(
    private readonly options: ReconcilerOptions<Row>,
    private readonly loop: LeasedLoop<Row>,
  ) {
    const owner = randomBytes(8).toString('hex');
    const { perMs } = pacePlan(options.limit, options.kinds);
    this.leases = new AccountLeases(options.database, options.name, owner, loop.leaseMs, perMs);
  }

  /** Takes an account if nobody holds it. Never rejects. */
  async take(account: Account<Row>): Promise<void> {
    if (account.taking || account.lease) return;
    account.taking = true;
    const askedMs = performance.now();
    try {
      const taken = await this.leases.take(account.name);
      if (taken) this.taken(account, taken, askedMs);
      else this.denied(account);
    } catch (error) {
      this.denied(account);
      this.loop.trouble(error);
    } finally {
      account.taking = false;
    }
  }

  /** Takes those of these accounts that nobody holds; asks before, so that held ones cost no write. */
  async takeFree(accounts: Account<Row>[]): Promise<void> {
    const nowMs = performance.now();
    const unheld = accounts.filter((account) => !account.lease && account.deniedUntilMs <= nowMs);
    if (unheld.length === 0) return;
    const others = await this.leases.heldByOthers(unheld.map((account) => account.name));
    const free = unheld.filter((account) => !others.has(account.name));
    for (const account of unheld) if (others.has(account.name)) account.deniedUntilMs = nowMs + this.loop.pollMs;
    await Promise.all(free.map((account) => this.take(account)));
  }

  /** Renews every lease of this process if it is time to, and lets go of what was lost or is wanted elsewhere. */
  async renew(): Promise<void> {
    const askedMs = performance.now();
    if (askedMs - this.renewedAtMs < this.loop.leaseMs / 3) return;
    const mine = this.kept([...this.loop.accounts.values()]);
    if (mine.length === 0) return;
    const { held, dayEndsInMs } = await this.leases.renew(mine);
    this.renewedAtMs = askedMs;
    for (const { account: name, epoch } of mine) {
      const account = this.loop.accounts.get(name);
      if (account?.lease?.epoch !== epoch) continue;
      const renewed = held.get(name);
      if (renewed?.epoch !== epoch) this.lose(account);
      else {
        const ranOut = !account.holds(performance.now());
        account.lease.untilMs = askedMs + this.loop.leaseMs;
        // What came while it had run out is still waiting.
        if (ranOut) this.loop.tick(account);
        account.lease.pace.dayEnds(performance.now(), dayEndsInMs);
        if (renewed.wanted && askedMs - account.wokenAtMs > this.loop.leaseMs / 2) this.leave(account);
      }
    }
  }

  /** Gives these accounts back; each must be idle. Rows that come meanwhile wait, and the account is taken again for them. */
  async giveBack(accounts: Account<Row>[]): Promise<void> {
    const kept = this.kept(accounts);
    const nowMs = performance.now();
    for (const account of accounts) {
      account.deniedUntilMs = account.leaving ? nowMs + LEFT_ALONE_POLLS * this.loop.pollMs : 0;
      account.lease = null;
      account.leaving = false;
      account.taking = true;
    }
    try {
      await this.leases.release(kept);
    } finally {
      for (const account of accounts) {
        account.taking = false;
        if (account.queued > 0) void this.take(account);
      }
    }
  }

  /** Ends what is under way for an account. */
  abandonTurns(account: Account<Row>, why: string): void {
    const error = new TurnAbandonedError(why);
    for (const waiter of account.waiters.splice(0)) waiter.refuse(error);
    for (const turn of account.turns) turn.abandon(error);
  }

  private taken(account: Account<Row>, { epoch, dayEndsInMs, state }: TakenLease, askedMs: number): void {
    if (!this.loop.running) return;
    const nowMs = performance.now();
    const { limit, kinds, breaker } = this.options;
    account.lease = {
      epoch,
      untilMs: askedMs + this.loop.leaseMs,
      pace: new AccountPace(limit, kinds ?? {}, nowMs, dayEndsInMs, state ?? undefined),
      breaker: new Breaker({ ...BREAKER, ...breaker }, state?.breaker ?? 'closed', nowMs),
    };
    account.leaving = false;
    account.busyAtMs = nowMs;
    account.readAgain();
    this.loop.pollSoon(0);
    this.loop.tick(account);
  }

  /** What was recorded here is left to the process that holds the account, which finds it by looking. */
  private denied(account: Account<Row>): void {
    account.deniedUntilMs = performance.now() + this.loop.pollMs;
    this.loop.memory.forget(account);
  }

  private lose(account: Account<Row>): void {
    account.lease = null;
    this.loop.memory.forget(account);
    this.abandonTurns(account, 'the account went to another process');
  }

  /** The other process records for this account, and this one no longer does: it is handed over as soon as nothing is under way. */
  private leave(account: Account<Row>): void {
    account.leaving = true;
    this.loop.memory.forget(account);
    this.loop.pollSoon(0);
  }

  private kept(accounts: Account<Row>[]): KeptAccount[] {
    const nowMs = performance.now();
    return accounts.flatMap((account) => {
      const { lease } = account;
      return lease ? [{ account: account.name, epoch: lease.epoch, state: account.state(lease, nowMs) }] : [];
    });
  }
}
