import { randomBytes } from 'node:crypto';
import { type Database, isDatabaseOutage } from '@lever-certn/database/database';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import { Account, type Entry } from './account';
import { AccountLeases, type TakenLease } from './account-leases';
import { AccountPace, type KindShares, paceOf } from './account-pace';
import { backoffMs } from './backoff';
import { Breaker, BREAKER, type BreakerOptions } from './breaker';
import { PAUSED, type DueRow, type DueTable, type RowOutcome } from './due-table';
import type { Limit } from './limits';

/** What is next for a row after its turn. */
export type Next =
  /** `work` recorded the outcome itself, guarded by the turn; `reason` is for the log line. */
  | { kind: 'settled'; reason?: string | null }
  | { kind: 'done' }
  /** Waiting, not failing. */
  | { kind: 'again'; inMs: number; reason: string };

/** What a turn may ask of the loop. */
export interface Turn {
  /**
   * Resolves when the account may make one more call. The first call's token was taken before the turn began; every further call takes one.
   * @throws TurnAbandonedError when the account went to another process or this one stops: let it pass through
   */
  token(kind?: string): Promise<void>;
  /** Aborted when the turn is abandoned. */
  readonly signal: AbortSignal;
}

/** The turn can't go on here: the row stays due, and whoever holds the account works it. */
export class TurnAbandonedError extends Error {
  constructor(why: string) {
    super(`turn abandoned: ${why}`);
    this.name = 'TurnAbandonedError';
  }
}

/** One turn that is over. */
export interface WorkedTurn<Row> {
  row: Row;
  outcome: 'settled' | 'done' | 'again' | 'paused' | 'failed' | 'refused' | 'abandoned' | 'bug';
  reason: string | null;
  durationMs: number;
  nextTryInMs: number | null;
}

/** A reconciler: whose rows, how fast, and what is done with one. */
export interface ReconcilerOptions<Row extends DueRow> {
  /** Names its leases in the table; at most 40 characters of ASCII. */
  name: string;
  table: DueTable<Row>;
  database: Database;
  /** What this service may call of the vendor, per account. */
  limit: Limit;
  /** Parts of the limit for kinds of calls. */
  kinds?: KindShares;
  /** The kind of a row's first call. */
  kindOf?: (row: Row) => string;
  /** Why the row is to wait without costing anything (team disabled, settings unknown): until `resume`, looked at again every quarter of an hour. */
  paused?: (row: Row) => string | null;
  /** Looks, decides and acts. Throws VendorError for what the loop is to try again. */
  work: (row: Row, turn: Turn) => Promise<Next>;
  /** One cheap GET that says whether the vendor answers this account. Without it one row at a time is tried. @throws VendorError */
  probe?: (account: string) => Promise<void>;
  /** A vendor failed; the row is due again in that time. */
  onFailure?: (row: Row, error: VendorError, dueInMs: number) => void;
  /** The vendor refuses the account's key, or takes it again. */
  onConnection?: (account: string, state: 'ok' | 'broken', reason: string) => void;
  /** One turn is over. */
  onTurn?: (turn: WorkedTurn<Row>) => void;
  /** Something other than a vendor failed: a bug in `work`, or the loop's own statements. The row or the statement is tried again. */
  onTrouble?: (error: unknown, row?: Row) => void;
  /** Most turns under way. */
  maxActive?: number;
  /** Most rows of one kind of one account in memory. */
  maxQueued?: number;
  /** How often due rows are looked for. */
  pollMs?: number;
  /** How long an account stays with a process that says nothing. */
  leaseMs?: number;
  breaker?: Partial<BreakerOptions>;
}

const PAUSED_MS = 15 * 60_000;
const MIN_POLL_GAP_MS = 5;
const PAGE_ACCOUNTS = 32;
const MAX_QUEUED_IN_ALL = 10_000;
/** What an account may keep in memory however many others there are. */
const ALWAYS_ROOM = 8;
const FIRST_KIND = 'call';
const PROBE_KIND = 'probe';
/** One account leaves room for others. */
const ACCOUNT_PART = 0.75;

/**
 * Brings about what the due rows of a table say: leases accounts, gives them turns, paces their calls, tries again, and records what became of each row.
 * See docs/decisions/reconcilers.md.
 */
export class Reconciler<Row extends DueRow> {
  private readonly accounts = new Map<string, Account<Row>>();
  private readonly known = new Map<string, Entry<Row>>();
  private readonly leases: AccountLeases;
  private readonly ring: Account<Row>[] = [];
  private readonly resumes = new Set<string>();
  private readonly maxActive: number;
  private readonly maxQueued: number;
  private readonly pollMs: number;
  private readonly leaseMs: number;
  private readonly breaker: BreakerOptions;
  /** Turns that were recorded in this and the former round of polling: a row that still shows one of them was read before. */
  private recorded = new Map<string, number>();
  private recordedBefore = new Map<string, number>();
  private calling = 0;
  private state: 'new' | 'running' | 'stopping' | 'stopped' = 'new';
  private pollTimer: NodeJS.Timeout | undefined;
  private pollAtMs = Infinity;
  private polling: Promise<void> | undefined;
  private renewedAtMs = 0;
  private onIdle: (() => void) | undefined;

  constructor(private readonly options: ReconcilerOptions<Row>) {
    this.maxActive = options.maxActive ?? 256;
    this.maxQueued = options.maxQueued ?? 500;
    this.pollMs = options.pollMs ?? 500;
    this.leaseMs = options.leaseMs ?? 10_000;
    this.breaker = { ...BREAKER, ...options.breaker };
    const owner = randomBytes(8).toString('hex');
    this.leases = new AccountLeases(options.database, options.name, owner, this.leaseMs, paceOf(options.limit).perMs);
  }

  /** Begins to work what is due. */
  start(): void {
    if (this.state !== 'new') return;
    this.state = 'running';
    this.pollSoon(0);
  }

  /** Starts nothing more, lets turns end within `graceMs`, abandons the rest, and gives the accounts back. */
  async stop(graceMs: number): Promise<void> {
    if (this.state === 'stopped' || this.state === 'stopping') return;
    this.state = 'stopping';
    for (const account of this.accounts.values()) this.forgetQueue(account);
    if (this.turnsUnderWay() > 0) {
      await new Promise<void>((resolve) => {
        this.onIdle = resolve;
        setTimeout(resolve, graceMs).unref();
      });
    }
    this.state = 'stopped';
    clearTimeout(this.pollTimer);
    await this.polling;
    for (const account of this.accounts.values()) this.abandonTurns(account, 'stopping');
    try {
      await this.options.table.drained();
      await this.leases.release(this.heldLeases());
    } catch (error) {
      this.options.onTrouble?.(error);
    }
    for (const account of this.accounts.values()) clearTimeout(account.timer);
    this.accounts.clear();
  }

  /** Rows this process has just recorded, as they stand: worked at once if it has or gets their account; else whoever has it finds them. */
  wake(rows: Row[]): void {
    if (this.state !== 'running') return;
    const nowMs = performance.now();
    for (const row of rows) {
      const account = this.accountOf(row.account);
      account.wokenAtMs = nowMs;
      if (!account.holds(nowMs) && account.deniedUntilMs > nowMs) continue;
      if (this.isRecorded(row)) void this.readAgain(row.id);
      else this.offer(account, row);
      if (!account.lease) void this.take(account);
    }
    this.pump();
  }

  /** The account's settings changed, or a team was enabled: what waits for that is due now, and a broken connection is tried at once. */
  resume(account: string): void {
    this.resumes.add(account);
    const held = this.accounts.get(account);
    if (held?.lease && held.lease.breaker.state !== 'closed') {
      held.lease.breaker.probeAtMs = performance.now();
      this.tick(held);
    }
    this.pollSoon(0);
  }

  /** Lets one call of a kind through per `everyMs` for an account this process holds; 0 ends that. */
  hold(account: string, kind: string, everyMs: number): void {
    const nowMs = performance.now();
    const held = this.accounts.get(account);
    held?.lease?.pace.hold(kind, everyMs, nowMs);
    if (held) this.tick(held);
  }

  // Rows in memory

  private accountOf(name: string): Account<Row> {
    let account = this.accounts.get(name);
    if (!account) {
      account = new Account<Row>(name);
      account.busyAtMs = performance.now();
      this.accounts.set(name, account);
    }
    return account;
  }

  private offer(account: Account<Row>, row: Row): void {
    const entry = this.known.get(row.id);
    if (entry?.active) entry.again ||= row.hint !== entry.row.hint;
    else if (!entry) this.queue(account, row);
    else if (row.hint >= entry.row.hint) {
      if (row.account === entry.row.account) entry.row = row;
      else this.moveTo(account, entry, row);
    }
  }

  /** The team's account has changed: the row must not wait for one that may be broken for ever. */
  private moveTo(account: Account<Row>, entry: Entry<Row>, row: Row): void {
    this.accounts.get(entry.row.account)?.remove(entry);
    this.known.delete(row.id);
    this.queue(account, row);
  }

  private queue(account: Account<Row>, row: Row): void {
    const kind = this.options.kindOf?.(row) ?? FIRST_KIND;
    if ((account.queues.get(kind)?.length ?? 0) >= this.room()) {
      account.more = true;
      return;
    }
    const entry: Entry<Row> = { row, kind, active: false, again: false };
    this.known.set(row.id, entry);
    account.push(entry);
    account.busyAtMs = performance.now();
    this.enter(account);
  }

  private room(): number {
    return this.known.size < MAX_QUEUED_IN_ALL ? this.maxQueued : ALWAYS_ROOM;
  }

  private isRecorded(row: Row): boolean {
    return (this.recorded.get(row.id) ?? this.recordedBefore.get(row.id)) === row.turn;
  }

  private async readAgain(id: string): Promise<void> {
    try {
      const row = await this.options.table.current(id);
      if (!row || this.state !== 'running') return;
      const account = this.accountOf(row.account);
      this.offer(account, row);
      if (!account.lease) void this.take(account);
      this.pump();
    } catch (error) {
      this.trouble(error);
    }
  }

  private forgetQueue(account: Account<Row>): void {
    for (const entry of account.clear()) this.known.delete(entry.row.id);
    account.more = true;
    account.cursor = undefined;
  }

  // Leases

  private async take(account: Account<Row>): Promise<void> {
    if (account.taking || account.lease) return;
    account.taking = true;
    const askedMs = performance.now();
    try {
      const taken = await this.leases.take(account.name);
      if (taken) this.taken(account, taken, askedMs);
      else this.denied(account);
    } catch (error) {
      this.denied(account);
      this.trouble(error);
    } finally {
      account.taking = false;
    }
  }

  private taken(account: Account<Row>, { epoch, dayEndsInMs, state }: TakenLease, askedMs: number): void {
    if (this.state !== 'running') return;
    const nowMs = performance.now();
    const { limit, kinds } = this.options;
    const pace = new AccountPace(limit, kinds ?? {}, nowMs, { endsInMs: dayEndsInMs }, state ?? undefined);
    const breaker = new Breaker(this.breaker, state?.breaker ?? 'closed', nowMs);
    account.lease = { epoch, untilMs: askedMs + this.leaseMs, pace, breaker };
    account.leaving = false;
    account.busyAtMs = nowMs;
    account.more = true;
    account.cursor = undefined;
    this.pollSoon(0);
    this.tick(account);
  }

  private denied(account: Account<Row>): void {
    account.deniedUntilMs = performance.now() + this.pollMs;
    this.forgetQueue(account);
  }

  private heldLeases(): { account: string; epoch: number; state: ReturnType<Account<Row>['state']> }[] {
    const nowMs = performance.now();
    return [...this.accounts.values()].flatMap((account) => {
      const { lease } = account;
      return lease ? [{ account: account.name, epoch: lease.epoch, state: account.state(lease, nowMs) }] : [];
    });
  }

  private async renew(): Promise<void> {
    const askedMs = performance.now();
    if (askedMs - this.renewedAtMs < this.leaseMs / 3) return;
    const mine = this.heldLeases();
    if (mine.length === 0) return;
    const { held, dayEndsInMs } = await this.leases.renew(mine);
    this.renewedAtMs = askedMs;
    for (const { account: name, epoch } of mine) {
      const account = this.accounts.get(name);
      if (account?.lease?.epoch !== epoch) continue;
      const renewed = held.get(name);
      if (renewed?.epoch !== epoch) this.lose(account);
      else {
        account.lease.untilMs = askedMs + this.leaseMs;
        account.lease.pace.dayEnds(performance.now(), dayEndsInMs);
        account.leaving = renewed.wanted && askedMs - account.wokenAtMs > this.leaseMs / 2;
        if (account.leaving) this.forgetQueue(account);
      }
    }
  }

  private lose(account: Account<Row>): void {
    account.lease = null;
    this.forgetQueue(account);
    this.abandonTurns(account, 'the account went to another process');
  }

  private abandonTurns(account: Account<Row>, why: string): void {
    const error = new TurnAbandonedError(why);
    for (const waiter of account.waiters.splice(0)) waiter.refuse(error);
    for (const turn of account.turns) turn.abandon(error);
  }

  private async giveBack(accounts: Account<Row>[]): Promise<void> {
    const nowMs = performance.now();
    const given = accounts.flatMap((account) => {
      const { lease } = account;
      if (!lease) return [];
      account.deniedUntilMs = account.leaving ? nowMs + 4 * this.pollMs : 0;
      account.lease = null;
      return [{ account: account.name, epoch: lease.epoch, state: account.state(lease, nowMs) }];
    });
    await this.leases.release(given);
  }

  // Looking for due rows

  private pollSoon(inMs: number): void {
    if (this.state === 'stopped' || this.state === 'new') return;
    const atMs = performance.now() + Math.max(MIN_POLL_GAP_MS, inMs);
    if (this.polling || atMs >= this.pollAtMs) {
      if (this.polling) this.pollAtMs = Math.min(this.pollAtMs, atMs);
      return;
    }
    clearTimeout(this.pollTimer);
    this.pollAtMs = atMs;
    this.pollTimer = setTimeout(() => {
      this.pollAtMs = Infinity;
      this.polling = this.poll().finally(() => {
        this.polling = undefined;
        const nextMs = Math.min(this.pollAtMs - performance.now(), this.pollMs);
        this.pollAtMs = Infinity;
        this.pollSoon(nextMs);
      });
    }, atMs - performance.now());
  }

  private async poll(): Promise<void> {
    try {
      await this.renew();
      if (this.state !== 'running') return;
      this.recordedBefore = this.recorded;
      this.recorded = new Map();
      for (const account of [...this.resumes]) {
        await this.options.table.resume(account);
        this.resumes.delete(account);
      }
      const due = await this.options.table.accountsDue(this.pollMs);
      await this.takeFree(due.filter(({ dueInMs }) => dueInMs <= 0).map(({ account }) => account));
      await this.fetch(due.filter(({ dueInMs }) => dueInMs <= 0).map(({ account }) => account));
      const later = due.map(({ dueInMs }) => dueInMs).filter((dueInMs) => dueInMs > 0);
      if (later.length > 0) this.pollSoon(Math.min(...later));
      await this.giveBackIdle(new Set(due.map(({ account }) => account)));
    } catch (error) {
      this.trouble(error);
    }
  }

  private async takeFree(names: string[]): Promise<void> {
    const nowMs = performance.now();
    const unheld = names
      .map((name) => this.accountOf(name))
      .filter((account) => !account.lease && account.deniedUntilMs <= nowMs);
    if (unheld.length === 0) return;
    const others = await this.leases.heldByOthers(unheld.map((account) => account.name));
    for (const account of unheld) {
      if (!others.has(account.name)) continue;
      account.deniedUntilMs = nowMs + this.pollMs;
    }
    await Promise.all(unheld.filter((account) => !others.has(account.name)).map((account) => this.take(account)));
  }

  /** Reads pages of due rows for the accounts of this process that have room. */
  private async fetch(names: string[]): Promise<void> {
    const nowMs = performance.now();
    const wanting = names
      .map((name) => this.accountOf(name))
      .filter((account) => account.holds(nowMs) && !account.leaving && this.wants(account));
    for (let first = 0; first < wanting.length; first += PAGE_ACCOUNTS) {
      const some = wanting.slice(first, first + PAGE_ACCOUNTS);
      const limit = this.room();
      const pages = await this.options.table.duePages(
        some.map(({ name, cursor }) => ({ account: name, limit, ...(cursor ? { after: cursor } : {}) })),
      );
      some.forEach((account, index) => this.fetched(account, pages[index] ?? [], limit));
      this.pump();
    }
  }

  /** With several kinds it reads on though one queue is full: another kind may wait behind. */
  private wants(account: Account<Row>): boolean {
    if (account.lease?.breaker.state !== 'closed') return account.queued === 0;
    return account.queued < this.room() / 2 || this.options.kindOf !== undefined;
  }

  private fetched(account: Account<Row>, page: { row: Row; cursor: { dueAt: string; id: string } }[], limit: number): void {
    const full = page.length >= limit;
    account.cursor = full ? page.at(-1)?.cursor : undefined;
    account.more = full;
    if (!account.lease) return;
    for (const { row } of page) if (!this.isRecorded(row)) this.offer(account, row);
  }

  private async giveBackIdle(due: Set<string>): Promise<void> {
    const nowMs = performance.now();
    const idle: Account<Row>[] = [];
    for (const account of this.accounts.values()) {
      if (!account.idle) continue;
      if (!account.lease) {
        if (!account.taking && account.deniedUntilMs <= nowMs) this.accounts.delete(account.name);
      } else if (account.leaving) idle.push(account);
      else if (account.lease.breaker.state === 'closed' && !due.has(account.name) && nowMs - account.busyAtMs > this.leaseMs)
        idle.push(account);
    }
    if (idle.length > 0) await this.giveBack(idle);
  }

  // Turns

  private enter(account: Account<Row>): void {
    if (account.inRing) return;
    account.inRing = true;
    this.ring.push(account);
  }

  /** Starts what may start, one row of each account in turn. */
  private pump(): void {
    while (this.calling < this.maxActive) {
      const account = this.ring.shift();
      if (!account) return;
      account.inRing = false;
      if (this.startOne(account)) this.enter(account);
    }
  }

  /** Looks at an account again, now. */
  private tick(account: Account<Row>): void {
    const { lease } = account;
    const nowMs = performance.now();
    if (lease && this.options.probe && lease.breaker.state !== 'closed') {
      if (nowMs >= lease.breaker.probeAtMs) void this.probe(account);
      else this.tickIn(account, lease.breaker.probeAtMs - nowMs);
    }
    this.enter(account);
    this.pump();
  }

  private tickIn(account: Account<Row>, inMs: number): void {
    const atMs = performance.now() + inMs;
    if (atMs >= account.timerAtMs) return;
    clearTimeout(account.timer);
    account.timerAtMs = atMs;
    account.timer = setTimeout(
      () => {
        account.timerAtMs = Infinity;
        this.tick(account);
      },
      Math.min(Math.ceil(inMs), MAX_TIMER_MS),
    );
  }

  private startOne(account: Account<Row>): boolean {
    const nowMs = performance.now();
    const { lease } = account;
    if (!lease || !account.holds(nowMs) || account.calling >= Math.ceil(this.maxActive * ACCOUNT_PART)) return false;
    if (!this.letsThrough(account, nowMs)) return false;
    let waitMs = Infinity;
    const short = new Set<string>();
    for (const [index, waiter] of account.waiters.entries()) {
      if (short.has(waiter.kind)) continue;
      const kindWaitMs = lease.pace.take(waiter.kind, nowMs);
      if (kindWaitMs === 0) {
        account.waiters.splice(index, 1);
        this.begin(account);
        waiter.grant();
        return true;
      }
      short.add(waiter.kind);
      waitMs = Math.min(waitMs, kindWaitMs);
    }
    if (this.state === 'running' && !account.leaving) {
      for (const queue of account.kindsWaiting()) {
        const entry = this.firstToWork(account, queue);
        if (!entry || short.has(entry.kind)) continue;
        const kindWaitMs = lease.pace.take(entry.kind, nowMs);
        if (kindWaitMs === 0) {
          account.shift(queue);
          this.begin(account);
          void this.run(account, entry);
          return true;
        }
        waitMs = Math.min(waitMs, kindWaitMs);
      }
      if (account.more && account.queued < this.room() / 2) this.pollSoon(0);
    }
    if (waitMs < Infinity) this.tickIn(account, waitMs);
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
      const dueInMs = PAUSED_MS * (0.8 + 0.4 * Math.random());
      const outcome = { dueInMs, reason: `${PAUSED}${reason}`, attempts: entry.row.attempts };
      void this.record(account, entry, { outcome: 'paused', reason, durationMs: 0, nextTryInMs: dueInMs }, outcome);
    }
  }

  private letsThrough(account: Account<Row>, nowMs: number): boolean {
    const breaker = account.lease?.breaker;
    if (!breaker || breaker.state === 'closed') return breaker !== undefined;
    if (this.options.probe || account.idle) return false;
    if (nowMs < breaker.probeAtMs) {
      this.tickIn(account, breaker.probeAtMs - nowMs);
      return false;
    }
    breaker.probing(nowMs);
    return true;
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
    const startedMs = performance.now();
    const turn: RowTurn = new RowTurn(entry.kind, (kind) => this.token(account, turn, kind));
    account.turns.add(turn);
    const { row } = entry;
    const lease = account.lease;
    try {
      const next = await this.options.work(row, turn);
      this.answered(account, lease);
      const durationMs = performance.now() - startedMs;
      await this.recordNext(account, entry, next, durationMs);
    } catch (error) {
      await this.recordFailure(account, entry, error, performance.now() - startedMs);
    } finally {
      account.turns.delete(turn);
      this.end(account);
      account.busyAtMs = performance.now();
      if (account.lease) this.enter(account);
      this.pump();
      if (this.onIdle && this.turnsUnderWay() === 0) this.onIdle();
    }
  }

  private token(account: Account<Row>, turn: RowTurn, kind: string): Promise<void> {
    const nowMs = performance.now();
    if (turn.abandoned) return Promise.reject(turn.abandoned);
    if (!account.holds(nowMs)) return Promise.reject(new TurnAbandonedError('the lease ran out'));
    if (account.waiters.length === 0 && account.lease?.breaker.state === 'closed' && account.lease.pace.take(kind, nowMs) === 0)
      return Promise.resolve();
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
      case 'settled':
        return this.record(account, entry, { outcome: 'settled', reason: next.reason ?? null, durationMs, nextTryInMs: null });
      case 'done': {
        const outcome = { dueInMs: null, reason: null, attempts: 0 };
        return this.record(account, entry, { outcome: 'done', reason: null, durationMs, nextTryInMs: null }, outcome);
      }
      case 'again': {
        const outcome = { dueInMs: next.inMs, reason: next.reason, attempts: 0 };
        return this.record(
          account,
          entry,
          { outcome: 'again', reason: next.reason, durationMs, nextTryInMs: next.inMs },
          outcome,
        );
      }
    }
  }

  private recordFailure(account: Account<Row>, entry: Entry<Row>, error: unknown, durationMs: number): Promise<void> {
    const { row } = entry;
    // A vendor's broken connection has a code like a database's.
    if (error instanceof TurnAbandonedError || (!(error instanceof VendorError) && isDatabaseOutage(error))) {
      const reason = error instanceof TurnAbandonedError ? null : 'database';
      if (reason) this.trouble(error, row);
      return this.record(account, entry, { outcome: 'abandoned', reason, durationMs, nextTryInMs: null }, null);
    }
    if (!(error instanceof VendorError)) {
      this.trouble(error, row);
      const dueInMs = backoffMs(row.attempts + 1);
      const outcome = { dueInMs, reason: 'bug', attempts: row.attempts + 1 };
      return this.record(account, entry, { outcome: 'bug', reason: 'bug', durationMs, nextTryInMs: dueInMs }, outcome);
    }
    const refusedKey = error.kind === 'unauthorized';
    const dueInMs = refusedKey ? this.breaker.brokenProbeMs : backoffMs(row.attempts + 1, error.retryAfterMs);
    this.vendorFailed(account, error);
    if (!refusedKey) this.options.onFailure?.(row, error, dueInMs);
    const outcome = { dueInMs, reason: error.kind, attempts: refusedKey ? row.attempts : row.attempts + 1 };
    return this.record(account, entry, { outcome: 'failed', reason: error.kind, durationMs, nextTryInMs: dueInMs }, outcome);
  }

  /** `outcome`: what is to be written; left out where `work` wrote it, `null` where nothing is. */
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
      if (stands) this.recorded.set(row.id, row.turn);
      this.options.onTurn?.({ row, ...line, ...(stands || outcome === null ? {} : { outcome: 'refused' as const }) });
    } catch (error) {
      this.trouble(error, row);
    } finally {
      this.known.delete(row.id);
      if (outcome?.dueInMs !== undefined && outcome.dueInMs !== null && outcome.dueInMs < this.pollMs)
        this.pollSoon(outcome.dueInMs);
      if (entry.again) void this.readAgain(row.id);
    }
  }

  private turnsUnderWay(): number {
    let turns = 0;
    for (const account of this.accounts.values()) turns += account.turns.size;
    return turns;
  }

  // The vendor

  private answered(account: Account<Row>, lease: Account<Row>['lease']): void {
    if (!lease || account.lease !== lease) return;
    const was = lease.breaker.state;
    if (lease.breaker.succeeded(performance.now())) this.closed(account, was);
  }

  private closed(account: Account<Row>, was: 'closed' | 'open' | 'broken'): void {
    if (was === 'broken') this.options.onConnection?.(account.name, 'ok', 'works');
    if (was === 'broken' || account.lease?.breaker.steady) this.resumes.add(account.name);
    this.pollSoon(0);
    this.tick(account);
  }

  private vendorFailed(account: Account<Row>, error: VendorError): void {
    const { lease } = account;
    if (!lease) return;
    const nowMs = performance.now();
    switch (error.kind) {
      case 'unauthorized':
        if (lease.breaker.refused(nowMs)) this.options.onConnection?.(account.name, 'broken', error.kind);
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
    if (lease.breaker.state !== 'closed') this.tick(account);
  }

  private async probe(account: Account<Row>): Promise<void> {
    const { lease } = account;
    if (!lease || !account.holds(performance.now())) return;
    const nowMs = performance.now();
    lease.breaker.probing(nowMs);
    const waitMs = lease.pace.take(PROBE_KIND, nowMs);
    if (waitMs > 0) {
      lease.breaker.probeAtMs = nowMs + waitMs;
      return this.tickIn(account, waitMs);
    }
    try {
      await this.options.probe?.(account.name);
      this.answered(account, lease);
    } catch (error) {
      if (error instanceof VendorError) {
        if (error.kind === 'rate-limited') this.answered(account, lease);
        this.vendorFailed(account, error);
      } else this.trouble(error);
    }
    if (account.lease === lease && lease.breaker.state !== 'closed') this.tick(account);
  }

  private trouble(error: unknown, row?: Row): void {
    this.options.onTrouble?.(error, row);
  }
}

const MAX_TIMER_MS = 60_000;

class RowTurn implements Turn {
  abandoned: Error | undefined;
  private controller: AbortController | undefined;

  constructor(
    private readonly kind: string,
    private readonly take: (kind: string) => Promise<void>,
  ) {}

  token(kind: string = this.kind): Promise<void> {
    return this.take(kind);
  }

  /** Made only for who asks: most turns never do. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.abandoned) this.controller.abort(this.abandoned);
    return this.controller.signal;
  }

  abandon(error: Error): void {
    this.abandoned = error;
    this.controller?.abort(error);
  }
}
