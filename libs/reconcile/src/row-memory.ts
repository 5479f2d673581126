import type { Account, Entry } from './account';
import type { DueRow } from './due-table';

/** Rows in memory over all accounts, beyond which each account keeps only a few. */
const MAX_IN_ALL = 10_000;
const ALWAYS_ROOM = 8;
const REMEMBERED_MS = 1_000;

/** The kind of a first call where the service names none. */
export const FIRST_KIND = 'call';

/**
 * The rows this process has in memory, each once: waiting or being worked. What finds no room stays in the table, where reading finds it again.
 */
export class RowMemory<Row extends DueRow> {
  private readonly known = new Map<string, Entry<Row>>();
  /** Turns whose outcome was recorded lately: a row that still shows one was read before that, and is not what stands in the table. */
  private recorded = new Map<string, number>();
  private recordedBefore = new Map<string, number>();
  private roundAtMs = 0;

  constructor(
    private readonly maxQueued: number,
    private readonly accountNamed: (name: string) => Account<Row> | undefined,
    private readonly kindOf: (row: Row) => string = () => FIRST_KIND,
  ) {}

  /** How many rows of one kind an account may have waiting. */
  get room(): number {
    return this.known.size < MAX_IN_ALL ? this.maxQueued : Math.min(this.maxQueued, ALWAYS_ROOM);
  }

  /** All rows here. */
  get size(): number {
    return this.known.size;
  }

  /**
   * Whether the row is here as one of that account, as it was recorded or read. What came to it since from elsewhere keeps it due, and it is read after its turn.
   */
  has(id: string, account: string): boolean {
    return this.known.get(id)?.row.account === account;
  }

  /** Takes a row in, as it was just recorded or read. True: it waits now and did not before. */
  offer(account: Account<Row>, row: Row): boolean {
    const entry = this.known.get(row.id);
    if (!entry) return this.queue(account, row);
    if (entry.active) entry.again ||= row.hint !== entry.row.hint;
    else if (row.hint >= entry.row.hint) return this.replace(account, entry, row);
    return false;
  }

  /** Whether the row was read before its last turn here was recorded. */
  isStale(row: Row): boolean {
    return (this.recorded.get(row.id) ?? this.recordedBefore.get(row.id)) === row.turn;
  }

  /** A turn of the row is over; with `recorded`, its outcome stands in the table. */
  over(row: Row, recorded: boolean): void {
    if (recorded) this.recorded.set(row.id, row.turn);
    this.known.delete(row.id);
  }

  /** Forgets what waits for an account; what is being worked stays. */
  forget(account: Account<Row>): void {
    for (const entry of account.clear()) this.known.delete(entry.row.id);
  }

  /** A round of reading begins. Recorded turns are remembered for longer than any reading or recording takes that may still show them. */
  roundBegins(nowMs: number): void {
    if (nowMs - this.roundAtMs < REMEMBERED_MS) return;
    this.roundAtMs = nowMs;
    this.recordedBefore = this.recorded;
    this.recorded = new Map();
  }

  private replace(account: Account<Row>, entry: Entry<Row>, row: Row): boolean {
    if (row.account === entry.row.account && this.kindOf(row) === entry.kind) {
      entry.row = row;
      return false;
    }
    // Its team's account has changed: it must not wait for one that may be broken for ever.
    this.accountNamed(entry.row.account)?.remove(entry);
    this.known.delete(row.id);
    return this.queue(account, row);
  }

  private queue(account: Account<Row>, row: Row): boolean {
    const kind = this.kindOf(row);
    if (account.waiting(kind) >= this.room) {
      account.leaveOut(kind);
      return false;
    }
    const entry: Entry<Row> = { row, kind, active: false, again: false, told: null };
    this.known.set(row.id, entry);
    account.push(entry);
    account.busyAtMs = performance.now();
    return true;
  }
}
