import { isDatabaseOutage } from '@lever-certn/database/database';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import type { Account, Entry, HeldLease } from './account';
import { backoffMs } from './backoff';
import { BREAKER } from './breaker';
import type { ConnectionWatch } from './connection-watch';
import { PAUSED, type DueRow, type RowOutcome } from './due-table';
import { tell, type ReconcilerOptions, type WorkedTurn } from './reconciler-options';
import type { RowMemory } from './row-memory';
import { RowTurn, TurnAbandonedError, type Next } from './turn';

const PAUSED_MS = 15 * 60_000;
const JITTER = 0.2;
/** The part of all calls that one account may take, so that there is room for others. */
const ACCOUNT_PART = 0.75;
const MAX_ACTIVE = 256;
const MAX_TIMER_MS = 60_000;

/** What the starter needs of the loop. */
export interface StartedLoop<Row extends DueRow> {
  /** Whether new turns may begin. */
  readonly running: boolean;
  readonly memory: RowMemory<Row>;
  readonly watch: ConnectionWatch<Row>;
  readonly pollMs: number;
  pollSoon(inMs: number): void;
  /** Reads a row that was hinted at while it was worked. */
  readAgain(id: string): Promise<void>;
  /** Makes due now what waits for the account. */
  resume(account: string): void;
  turnOver(): void;
  trouble(error: unknown, row?: Row): void;
}

/** Starts turns: accounts one after the other, each row when its account has a token, and records what became of each. */
export class TurnStarter<Row extends DueRow> {
  private readonly ring: Account<Row>[] = [];
  private readonly maxActive: number;
  private readonly maxPerAccount: number;
  private calling = 0;

  constructor(
    private readonly options: ReconcilerOptions<Row>,
    private readonly loop: StartedLoop<Row>,
  ) {
    this.maxActive = options.maxActive ?? MAX_ACTIVE;
    this.maxPerAccount = Math.ceil(this.maxActive * ACCOUNT_PART);
  }

  /** Turns in a call now. */
  get active(): number {
    return this.calling;
  }

  /** Gives the account its turn after those that wait for theirs. */
  enter(account: Account<Row>): void {
    if (account.inRing) return;
    account.inRing = true;
    this.ring.push(account);
  }

  /** Starts what may start, one row of each account after the other. */
  pump(): void {
    while (this.calling < this.maxActive) {
      const account = this.ring.shift();
      if (!account) return;
      account.inRing = false;
      if (this.startOne(account)) this.enter(account);
    }
  }

  /** Looks at an account again, now. */
  tick(account: Account<Row>): void {
    this.loop.watch.look(account, performance.now());
    this.enter(account);
    this.pump();
  }

  /** Looks at an account again after a time, or sooner. */
  tickIn(account: Account<Row>, inMs: number): void {
    const waitMs = Math.min(Math.ceil(inMs), MAX_TIMER_MS);
    const atMs = performance.now() + waitMs;
    if (atMs >= account.timerAtMs) return;
    clearTimeout(account.timer);
    account.timerAtMs = atMs;
    account.timer = setTimeout(() => {
      account.timerAtMs = Infinity;
      this.tick(account);
    }, waitMs);
  }

  /** True: something was started, and there may be more. */
  private startOne(account: Account<Row>): boolean {
    const { lease } = account;
    const nowMs = performance.now();
    if (!lease || !account.holds(nowMs) || account.calling >= this.maxPerAccount) return false;
    if (!this.loop.watch.letsThrough(account, lease, nowMs)) {
      this.tellHeld(account, lease, nowMs);
      return false;
    }
    const without = new Set<string>();
    const waits: number[] = [];
    const takes = (kind: string): boolean => {
      if (without.has(kind)) return false;
      const waitMs = lease.pace.take(kind, nowMs);
      if (waitMs === 0) return true;
      without.add(kind);
      waits.push(waitMs);
      return false;
    };
    const started = this.grantOne(account, takes) || this.beginOne(account, takes);
    if (account.hurries(this.loop.memory.room)) this.loop.pollSoon(0);
    if (!started && waits.length > 0) this.tickIn(account, Math.min(...waits));
    return started;
  }

  /** What comes while the key is refused or the vendor is down is not tried: without a word it would wait in silence. */
  private tellHeld(account: Account<Row>, { breaker }: HeldLease, nowMs: number): void {
    const { onHeld, paused } = this.options;
    const reason = breaker.heldReason(nowMs);
    if (!onHeld || !reason) return;
    for (const entry of account.untold(reason)) {
      const { row } = entry;
      // What is paused waits for something else, for now.
      if (paused?.(row)) continue;
      entry.told = reason;
      this.hook(() => onHeld(row, reason, Math.max(0, breaker.probeAtMs - nowMs)), row);
    }
  }

  /** Turns already begun go before new ones. */
  private grantOne(account: Account<Row>, takes: (kind: string) => boolean): boolean {
    const at = account.waiters.findIndex((waiter) => takes(waiter.kind));
    if (at < 0) return false;
    const [waiter] = account.waiters.splice(at, 1);
    this.begin(account);
    waiter?.grant();
    return true;
  }

  private beginOne(account: Account<Row>, takes: (kind: string) => boolean): boolean {
    if (!this.loop.running || account.leaving) return false;
    for (const queue of account.kindsWaiting()) {
      const entry = this.firstToWork(account, queue);
      if (!entry || !takes(entry.kind)) continue;
      account.shift(queue);
      this.begin(account);
      void this.run(account, entry);
      return true;
    }
    return false;
  }

  /** Rows that are paused are put aside until one is found that is not. */
  private firstToWork(account: Account<Row>, queue: Entry<Row>[]): Entry<Row> | undefined {
    for (;;) {
      const entry = queue[0];
      const reason = entry && this.options.paused?.(entry.row);
      if (!entry || !reason) return entry;
      account.shift(queue);
      entry.active = true;
      void this.pause(account, entry, reason);
    }
  }

  private async pause(account: Account<Row>, entry: Entry<Row>, reason: string): Promise<void> {
    const { row } = entry;
    const dueInMs = PAUSED_MS * (1 - JITTER + 2 * JITTER * Math.random());
    const outcome = { dueInMs, reason: PAUSED + reason, attempts: row.attempts };
    await this.record(account, entry, { outcome: 'paused', reason, durationMs: 0, nextTryInMs: dueInMs }, outcome);
    // What it waits for may have come between the asking and the writing, and nobody would tell again.
    if (this.options.paused?.(row) === null) this.loop.resume(account.name);
  }

  private begin(account: Account<Row>): void {
    this.calling += 1;
    account.calling += 1;
  }

  private end(account: Account<Row>): void {
    this.calling -= 1;
    account.calling -= 1;
  }

  private async run(account: Account<Row>, entry: Entry<Row>): Promise<void> {
    entry.active = true;
    const { lease } = account;
    const startedMs = performance.now();
    const turn = new RowTurn(entry.kind, (asking, kind) => this.token(account, asking, kind));
    account.turns.add(turn);
    try {
      const next = await this.options.work(entry.row, turn);
      this.loop.watch.answered(account, lease);
      await this.recordNext(account, entry, next, performance.now() - startedMs);
    } catch (error) {
      await this.recordFailure(account, entry, error, performance.now() - startedMs);
    } finally {
      account.turns.delete(turn);
      this.end(account);
      account.busyAtMs = performance.now();
      if (account.lease) this.enter(account);
      this.pump();
      this.loop.turnOver();
    }
  }

  private token(account: Account<Row>, turn: RowTurn, kind: string): Promise<void> {
    const { lease } = account;
    const nowMs = performance.now();
    if (turn.abandoned) return Promise.reject(turn.abandoned);
    if (!lease || !account.holds(nowMs)) return Promise.reject(new TurnAbandonedError('the lease ran out'));
    const first = account.waiters.length === 0 && lease.breaker.state === 'closed';
    if (first && lease.pace.take(kind, nowMs) === 0) return Promise.resolve();
    return new Promise((grant, refuse) => {
      // What waits holds no place.
      this.end(account);
      const refused = (error: Error): void => {
        this.begin(account);
        refuse(error);
      };
      account.waiters.push({ kind, grant, refuse: refused });
      this.tick(account);
    });
  }

  private recordNext(account: Account<Row>, entry: Entry<Row>, next: Next, durationMs: number): Promise<void> {
    switch (next.kind) {
      case 'settled': {
        const line = { outcome: 'settled', reason: next.reason ?? null, durationMs, nextTryInMs: null } as const;
        return this.record(account, entry, line);
      }
      case 'done': {
        const line = { outcome: 'done', reason: null, durationMs, nextTryInMs: null } as const;
        return this.record(account, entry, line, { dueInMs: null, reason: null, attempts: 0 });
      }
      case 'again': {
        const { inMs, reason } = next;
        const line = { outcome: 'again', reason, durationMs, nextTryInMs: inMs } as const;
        return this.record(account, entry, line, { dueInMs: inMs, reason, attempts: 0 });
      }
    }
  }

  private recordFailure(account: Account<Row>, entry: Entry<Row>, error: unknown, durationMs: number): Promise<void> {
    if (error instanceof TurnAbandonedError) return this.abandoned(account, entry, null, durationMs);
    if (error instanceof VendorError) return this.vendorFailed(account, entry, error, durationMs);
    this.loop.trouble(error, entry.row);
    if (isDatabaseOutage(error)) return this.abandoned(account, entry, 'database', durationMs);
    const attempts = entry.row.attempts + 1;
    const dueInMs = backoffMs(attempts);
    const line = { outcome: 'bug', reason: 'bug', durationMs, nextTryInMs: dueInMs } as const;
    return this.record(account, entry, line, { dueInMs, reason: 'bug', attempts });
  }

  /** Nothing is written: the row stays due as it is. */
  private abandoned(account: Account<Row>, entry: Entry<Row>, reason: string | null, durationMs: number): Promise<void> {
    return this.record(account, entry, { outcome: 'abandoned', reason, durationMs, nextTryInMs: null }, null);
  }

  private vendorFailed(account: Account<Row>, entry: Entry<Row>, error: VendorError, durationMs: number): Promise<void> {
    const { row } = entry;
    this.loop.watch.failed(account, error);
    // A refused key is no failure of the row: it waits for the connection.
    const refused = error.kind === 'unauthorized';
    const attempts = refused ? row.attempts : row.attempts + 1;
    const dueInMs = refused
      ? (this.options.breaker?.brokenProbeMs ?? BREAKER.brokenProbeMs)
      : backoffMs(attempts, error.retryAfterMs);
    this.hook(() => {
      if (refused) this.options.onHeld?.(row, 'unauthorized', dueInMs);
      else this.options.onFailure?.(row, error, dueInMs);
    }, row);
    const line = { outcome: 'failed', reason: error.kind, durationMs, nextTryInMs: dueInMs } as const;
    return this.record(account, entry, line, { dueInMs, reason: error.kind, attempts });
  }

  /** `outcome`: what is to be written; left out where `work` wrote it, `null` where nothing is. Never rejects. */
  private async record(
    account: Account<Row>,
    entry: Entry<Row>,
    line: Omit<WorkedTurn<Row>, 'row'>,
    outcome?: RowOutcome | null,
  ): Promise<void> {
    const { row } = entry;
    let stands = outcome !== null;
    try {
      if (outcome) stands = await this.options.table.settle(row, outcome);
      const said = stands || outcome === null ? line.outcome : 'refused';
      this.hook(() => this.options.onTurn?.({ row, ...line, outcome: said }), row);
    } catch (error) {
      stands = false;
      this.loop.trouble(error, row);
    }
    this.loop.memory.over(row, stands);
    if (outcome && outcome.dueInMs !== null && outcome.dueInMs < this.loop.pollMs) this.loop.pollSoon(outcome.dueInMs);
    // A refused outcome says that the row is not as it was thought to be.
    if (entry.again || (outcome && !stands)) void this.loop.readAgain(row.id);
  }

  private hook(hook: () => void, row: Row): void {
    tell(hook, (error) => this.loop.trouble(error, row));
  }
}
