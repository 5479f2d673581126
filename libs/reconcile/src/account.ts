import type { AccountState } from './account-leases';
import type { AccountPace } from './account-pace';
import type { Breaker } from './breaker';
import type { DueCursor, DueRow } from './due-table';

/** A row in memory. */
export interface Entry<Row extends DueRow> {
  row: Row;
  kind: string;
  /** It is being worked. */
  active: boolean;
  /** A newer hint came while it was worked. */
  again: boolean;
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

/** One account as this process knows it: what waits, what is under way, and the lease. */
export class Account<Row extends DueRow> {
  lease: HeldLease | null = null;
  taking = false;
  /** Another process holds it: rows recorded here are left to that one until then. */
  deniedUntilMs = 0;
  /** About to be handed to another process: nothing new is started. */
  leaving = false;
  /** Rows that wait, by kind. */
  readonly queues = new Map<string, Entry<Row>[]>();
  queued = 0;
  /** Turns in the middle of a call. */
  calling = 0;
  /** Turns begun and not over, those that wait for a token included. */
  readonly turns = new Set<{ abandon(error: Error): void }>();
  waiters: Waiter[] = [];
  /** The table may hold due rows that are not here. */
  more = true;
  cursor: DueCursor | undefined;
  wokenAtMs = -Infinity;
  busyAtMs = 0;
  inRing = false;
  timer: NodeJS.Timeout | undefined;
  timerAtMs = Infinity;
  private kindTurn = 0;

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
    const queues = [...this.queues.values()].filter((queue) => queue.length > 0);
    if (queues.length < 2) return queues;
    this.kindTurn = (this.kindTurn + 1) % queues.length;
    return [...queues.slice(this.kindTurn), ...queues.slice(0, this.kindTurn)];
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

  /** Forgets what waits; answers it. */
  clear(): Entry<Row>[] {
    const entries = [...this.queues.values()].flat();
    this.queues.clear();
    this.queued = 0;
    return entries;
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
