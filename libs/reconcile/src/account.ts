import type { AccountState } from './account-leases';
import type { AccountPace } from './account-pace';
import type { Breaker, HeldReason } from './breaker';
import type { DueCursor, DueRow } from './due-table';

/** A row in memory. */
export interface Entry<Row extends DueRow> {
  row: Row;
  kind: string;
  /** It is being worked. */
  active: boolean;
  /** A newer hint came while it was worked. */
  again: boolean;
  /** Why it waits for the connection, as it was told. */
  told: HeldReason | null;
}

/** A turn that waits for a token in its middle. */
export interface Waiter {
  kind: string;
  grant(): void;
  refuse(error: Error): void;
}

/** What a process needs to work an account, while it holds the lease. */
export interface HeldLease {
  epoch: number;
  /** By this process's steady clock, counted from before the database was asked. */
  untilMs: number;
  pace: AccountPace;
  breaker: Breaker;
}

/** How long a search of the whole table waits for the next one, when it found more than there is room for. */
const SEARCH_AGAIN_MS = 10_000;

/** One account as this process knows it: what waits, what is under way, the lease, and how far its due rows were read. */
export class Account<Row extends DueRow> {
  lease: HeldLease | null = null;
  taking = false;
  /** Another process holds it: rows recorded here are left to that one until then. */
  deniedUntilMs = 0;
  /** About to be handed to another process: nothing new is started. */
  leaving = false;
  queued = 0;
  /** Turns in the middle of a call. */
  calling = 0;
  /** Turns begun and not over, those that wait for a token included. */
  readonly turns = new Set<{ abandon(error: Error): void }>();
  readonly waiters: Waiter[] = [];
  wokenAtMs = -Infinity;
  busyAtMs = 0;
  inRing = false;
  timer: NodeJS.Timeout | undefined;
  timerAtMs = Infinity;
  private readonly queues = new Map<string, Entry<Row>[]>();
  private kindTurn = 0;
  /** Nothing was read yet. */
  private unread = true;
  /** Where the reading of due rows stands; at the beginning if not given. */
  private cursor: DueCursor | undefined;
  /** Kinds of which rows were left in the table for want of room. */
  private readonly leftOut = new Set<string>();
  private searchAgainMs = 0;

  constructor(readonly name: string) {}

  /** Puts a row at the end of what waits. */
  push(entry: Entry<Row>): void {
    const queue = this.queues.get(entry.kind);
    if (queue) queue.push(entry);
    else this.queues.set(entry.kind, [entry]);
    this.queued += 1;
  }

  /** The kinds that have rows waiting, each first in its turn. */
  kindsWaiting(): Entry<Row>[][] {
    const queues: Entry<Row>[][] = [];
    for (const queue of this.queues.values()) if (queue.length > 0) queues.push(queue);
    if (queues.length < 2) return queues;
    this.kindTurn = (this.kindTurn + 1) % queues.length;
    return [...queues.slice(this.kindTurn), ...queues.slice(0, this.kindTurn)];
  }

  /** How many rows of a kind wait. */
  waiting(kind: string): number {
    return this.queues.get(kind)?.length ?? 0;
  }

  /** Rows that wait and of which nobody was told that it is for this. */
  untold(reason: HeldReason): Entry<Row>[] {
    return [...this.queues.values()].flatMap((queue) => queue.filter(({ told }) => told !== reason));
  }

  /** Takes the first row of a queue. */
  shift(queue: Entry<Row>[]): void {
    queue.shift();
    this.queued -= 1;
  }

  /** Takes a row out of what waits. */
  remove(entry: Entry<Row>): void {
    const queue = this.queues.get(entry.kind);
    const at = queue?.indexOf(entry) ?? -1;
    if (at < 0) return;
    queue?.splice(at, 1);
    this.queued -= 1;
  }

  /** Forgets what waits and how far was read; answers what waited. */
  clear(): Entry<Row>[] {
    const entries = [...this.queues.values()].flat();
    this.queues.clear();
    this.queued = 0;
    this.readAgain();
    return entries;
  }

  /** Due rows are to be read from the beginning. */
  readAgain(): void {
    this.unread = true;
    this.cursor = undefined;
    this.leftOut.clear();
  }

  /** A row found no room and stays in the table for now. */
  leaveOut(kind: string): void {
    this.leftOut.add(kind);
  }

  /**
   * Whether a page of due rows is wanted now, given how many rows of a kind may wait. Where there are several kinds the whole table is read on though one
   * has no room, since another may stand behind it: a thousand orders must not hide a case to be read.
   */
  wantsPage(room: number, severalKinds: boolean, nowMs: number): boolean {
    // Nothing is worked; what others recorded is read now and then, so that it can be told that it waits.
    if (this.lease?.breaker.state !== 'closed')
      return this.queued === 0 || (this.queued < room / 2 && nowMs >= this.searchAgainMs);
    const low = [...this.leftOut].some((kind) => this.waiting(kind) < room / 2);
    if (low) this.readAgain();
    if (this.cursor) return severalKinds || this.queued < room / 2;
    if (this.leftOut.size > 0) return nowMs >= this.searchAgainMs;
    return severalKinds || this.queued < room / 2;
  }

  /** Whether a page should be read without waiting for the next regular look. */
  hurries(room: number): boolean {
    if (this.unread || this.cursor) return this.queued < room / 2;
    for (const kind of this.leftOut) if (this.waiting(kind) < room / 2) return true;
    return false;
  }

  /** Where the next page begins. */
  pageStart(): { account: string; after?: DueCursor } {
    return this.cursor ? { account: this.name, after: this.cursor } : { account: this.name };
  }

  /** A page was read; `end` is where it ended if more may follow. */
  pageRead(end: DueCursor | undefined, nowMs: number): void {
    this.unread = false;
    this.cursor = end;
    if (!end) this.searchAgainMs = nowMs + SEARCH_AGAIN_MS;
  }

  /** A look at the table found nothing due. */
  nothingDue(): void {
    this.unread = false;
    this.cursor = undefined;
    this.leftOut.clear();
  }

  /** Whether it may be worked now, as far as the lease goes. */
  holds(nowMs: number): boolean {
    return this.lease !== null && nowMs < this.lease.untilMs;
  }

  /** Nothing waits and nothing is under way. */
  get idle(): boolean {
    return this.queued === 0 && this.turns.size === 0;
  }

  /** What its row is to keep. */
  state(lease: HeldLease, nowMs: number): AccountState {
    return { ...lease.pace.state(nowMs), breaker: lease.breaker.state };
  }
}
