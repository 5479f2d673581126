import { isDatabaseOutage } from '@lever-certn/database/database';
import { Account } from './account';
import { ConnectionWatch } from './connection-watch';
import type { DueAccount, DueRow } from './due-table';
import { LeaseHolder } from './lease-holder';
import type { ReconcilerOptions } from './reconciler-options';
import { RowMemory } from './row-memory';
import { TurnStarter } from './turn-starter';

const POLL_MS = 500;
/** Under load every look at the table finds more: so often is enough to keep the queues filled. */
const MIN_POLL_GAP_MS = 50;
const LEASE_MS = 10_000;
const MAX_QUEUED = 500;
/** In so many looks at its own accounts, one at all there are. */
const SEARCH_POLLS = 4;
/** Accounts read in one round trip, and rows of all of them together. */
const PAGE_ACCOUNTS = 32;
const PAGE_ROWS = 2_000;
const LEAST_ROWS = 8;
/** An outage of the database is told once in so long a time. */
const OUTAGE_TOLD_MS = 10_000;

/** How much a reconciler has in hand. */
export interface Load {
  /** Accounts of this process. */
  accounts: number;
  /** Of these, whose vendor is down or refuses the key. */
  waitingAccounts: number;
  /** Rows in memory, waiting or worked. */
  rows: number;
  /** Turns in a call. */
  active: number;
}

/** What the parts of a reconciler share, and the looking for due rows. {@link Reconciler} is its face to services. */
export class ReconcileLoop<Row extends DueRow> {
  readonly pollMs: number;
  readonly leaseMs: number;
  readonly accounts = new Map<string, Account<Row>>();
  readonly memory: RowMemory<Row>;
  readonly watch: ConnectionWatch<Row>;
  private readonly leases: LeaseHolder<Row>;
  private readonly turns: TurnStarter<Row>;
  private readonly resumes = new Set<string>();
  private state: 'new' | 'running' | 'stopping' | 'stopped' = 'new';
  private pollTimer: NodeJS.Timeout | undefined;
  private pollAtMs = Infinity;
  private polling: Promise<void> | undefined;
  private searchAtMs = 0;
  private outageToldMs = -Infinity;
  private onTurnsOver: (() => void) | undefined;

  constructor(private readonly options: ReconcilerOptions<Row>) {
    this.pollMs = options.pollMs ?? POLL_MS;
    this.leaseMs = options.leaseMs ?? LEASE_MS;
    this.memory = new RowMemory(options.maxQueued ?? MAX_QUEUED, (name) => this.accounts.get(name), options.kindOf);
    this.watch = new ConnectionWatch(options, this);
    this.leases = new LeaseHolder(options, this);
    this.turns = new TurnStarter(options, this);
  }

  get running(): boolean {
    return this.state === 'running';
  }

  get load(): Load {
    const held = [...this.accounts.values()].filter((account) => account.lease);
    const waitingAccounts = held.filter((account) => account.lease?.breaker.state !== 'closed').length;
    return { accounts: held.length, waitingAccounts, rows: this.memory.size, active: this.turns.active };
  }

  start(): void {
    if (this.state !== 'new') return;
    this.state = 'running';
    this.pollSoon(0);
  }

  async stop(graceMs: number): Promise<void> {
    if (this.state === 'stopped' || this.state === 'stopping') return;
    this.state = 'stopping';
    for (const account of this.accounts.values()) this.memory.forget(account);
    await this.turnsEnd(graceMs);
    this.state = 'stopped';
    clearTimeout(this.pollTimer);
    await this.polling;
    const accounts = [...this.accounts.values()];
    for (const account of accounts) this.leases.abandonTurns(account, 'stopping');
    try {
      await this.options.table.drained();
      await this.leases.giveBack(accounts);
    } catch (error) {
      this.trouble(error);
    }
    for (const account of accounts) clearTimeout(account.timer);
  }

  wake(rows: readonly Row[]): void {
    if (!this.running) return;
    for (const row of rows) {
      this.accountOf(row.account).wokenAtMs = performance.now();
      if (this.memory.isStale(row)) void this.readAgain(row.id);
      else this.takeIn(row);
    }
    this.turns.pump();
  }

  settingsChanged(account: string): void {
    this.resume(account);
    const held = this.accounts.get(account);
    if (held) this.watch.tryNow(held);
  }

  resume(account: string): void {
    this.resumes.add(account);
    this.pollSoon(0);
  }

  hold(account: string, kind: string, everyMs: number): void {
    const held = this.accounts.get(account);
    held?.lease?.pace.hold(kind, everyMs, performance.now());
    if (held) this.turns.tick(held);
  }

  tick(account: Account<Row>): void {
    this.turns.tick(account);
  }

  tickIn(account: Account<Row>, inMs: number): void {
    this.turns.tickIn(account, inMs);
  }

  async readAgain(id: string): Promise<void> {
    try {
      const row = await this.options.table.current(id);
      if (!row || !this.running) return;
      this.takeIn(row);
      this.turns.pump();
    } catch (error) {
      this.trouble(error);
    }
  }

  turnOver(): void {
    if (this.onTurnsOver && this.turnsUnderWay() === 0) this.onTurnsOver();
  }

  trouble(error: unknown, row?: Row): void {
    if (isDatabaseOutage(error)) {
      const nowMs = performance.now();
      if (nowMs - this.outageToldMs < OUTAGE_TOLD_MS) return;
      this.outageToldMs = nowMs;
    }
    this.options.onTrouble?.(error, row);
  }

  /** Looks for due rows in that time, or sooner. */
  pollSoon(inMs: number): void {
    if (this.state === 'new' || this.state === 'stopped') return;
    const atMs = performance.now() + Math.max(MIN_POLL_GAP_MS, inMs);
    if (atMs >= this.pollAtMs) return;
    this.pollAtMs = atMs;
    if (this.polling) return;
    clearTimeout(this.pollTimer);
    this.pollTimer = setTimeout(() => this.pollNow(), atMs - performance.now());
  }

  private pollNow(): void {
    this.pollAtMs = Infinity;
    this.polling = this.poll()
      .catch((error: unknown) => this.trouble(error))
      .then(() => {
        this.polling = undefined;
        const nextMs = Math.min(this.pollAtMs - performance.now(), this.pollMs);
        this.pollAtMs = Infinity;
        this.pollSoon(nextMs);
      });
  }

  private async poll(): Promise<void> {
    await this.leases.renew();
    if (!this.running) return;
    this.memory.roundBegins(performance.now());
    await this.resumeAll();
    const due = await this.lookForDue();
    const now = due.filter(({ dueInMs }) => dueInMs <= 0).map(({ account }) => this.accountOf(account));
    this.noteNothingDue(new Set(now));
    await this.leases.takeFree(now);
    await this.readDue(now);
    this.comeBackFor(due);
    await this.giveBackIdle(new Set(due.map(({ account }) => account)));
  }

  private async resumeAll(): Promise<void> {
    for (const account of [...this.resumes]) {
      // Struck off first: a resume that comes while this one looks may be about a row that was put aside after it has looked.
      this.resumes.delete(account);
      try {
        await this.options.table.resume(account);
      } catch (error) {
        this.resumes.add(account);
        throw error;
      }
      this.searchAtMs = 0;
    }
  }

  /** Every time at the accounts of this process, which costs next to nothing; now and then at all there are, for those nobody has. */
  private async lookForDue(): Promise<DueAccount[]> {
    const nowMs = performance.now();
    const everyMs = SEARCH_POLLS * this.pollMs;
    if (nowMs < this.searchAtMs) {
      const held = [...this.accounts.values()].filter((account) => account.lease).map(({ name }) => name);
      return this.options.table.dueOf(held, this.pollMs);
    }
    const due = await this.options.table.accountsDue(everyMs + this.pollMs);
    this.searchAtMs = nowMs + everyMs;
    for (const { account, dueInMs } of due)
      if (dueInMs > 0 && !this.accounts.get(account)?.lease) this.searchAtMs = Math.min(this.searchAtMs, nowMs + dueInMs);
    return due;
  }

  private noteNothingDue(due: Set<Account<Row>>): void {
    for (const account of this.accounts.values()) if (!due.has(account)) account.nothingDue();
  }

  /** For rows that will be due before the next regular look, and for the search that is to find them. */
  private comeBackFor(due: DueAccount[]): void {
    let soonestMs = this.searchAtMs - performance.now();
    for (const { dueInMs } of due) if (dueInMs > 0) soonestMs = Math.min(soonestMs, dueInMs);
    if (soonestMs < this.pollMs) this.pollSoon(soonestMs);
  }

  /** Reads pages of due rows for the accounts of this process that want them. */
  private async readDue(accounts: Account<Row>[]): Promise<void> {
    const nowMs = performance.now();
    const several = this.options.kindOf !== undefined;
    const wanting = accounts.filter(
      (account) => account.holds(nowMs) && !account.leaving && account.wantsPage(this.memory.room, several, nowMs),
    );
    for (let first = 0; first < wanting.length && this.running; first += PAGE_ACCOUNTS) {
      const some = wanting.slice(first, first + PAGE_ACCOUNTS);
      const most = Math.max(LEAST_ROWS, Math.floor(PAGE_ROWS / some.length));
      const { room } = this.memory;
      const pages = some.map((account) => {
        const limit = Math.min(most, several ? room : Math.max(1, room - account.queued));
        return { ...account.pageStart(), limit };
      });
      const found = await this.options.table.duePages(pages);
      const missing = found.flatMap((page, index) => page.filter(({ id }) => !this.memory.has(id, some[index]!.name)));
      const rows = new Map((await this.options.table.read(missing.map(({ id }) => id))).map((row) => [row.id, row]));
      some.forEach((account, index) => {
        const page = found[index] ?? [];
        account.pageRead(page.length >= pages[index]!.limit ? page.at(-1) : undefined, performance.now());
        for (const { id } of page) {
          const row = rows.get(id);
          if (row && account.lease && !this.memory.isStale(row)) this.takeIn(row);
        }
      });
      this.turns.pump();
    }
  }

  private async giveBackIdle(due: Set<string>): Promise<void> {
    const nowMs = performance.now();
    const idle: Account<Row>[] = [];
    for (const account of this.accounts.values()) {
      if (!account.idle || account.taking) continue;
      if (!account.lease) {
        if (account.deniedUntilMs > nowMs) continue;
        clearTimeout(account.timer);
        this.accounts.delete(account.name);
      } else if (account.leaving) idle.push(account);
      else if (account.lease.breaker.state !== 'closed' || due.has(account.name)) continue;
      else if (nowMs - account.busyAtMs > this.leaseMs) idle.push(account);
    }
    if (idle.length > 0) await this.leases.giveBack(idle);
  }

  private takeIn(row: Row): void {
    const account = this.accountOf(row.account);
    if (!account.lease && account.deniedUntilMs > performance.now()) return;
    if (this.memory.offer(account, row)) this.turns.enter(account);
    if (!account.lease) void this.leases.take(account);
  }

  private accountOf(name: string): Account<Row> {
    let account = this.accounts.get(name);
    if (!account) {
      account = new Account<Row>(name);
      account.busyAtMs = performance.now();
      this.accounts.set(name, account);
    }
    return account;
  }

  private async turnsEnd(graceMs: number): Promise<void> {
    if (this.turnsUnderWay() === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.onTurnsOver = resolve;
      timer = setTimeout(resolve, graceMs);
    });
    clearTimeout(timer);
  }

  private turnsUnderWay(): number {
    let turns = 0;
    for (const account of this.accounts.values()) turns += account.turns.size;
    return turns;
  }
}
