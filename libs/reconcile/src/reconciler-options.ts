import type { Database } from '@lever-certn/database/database';
import type { VendorError } from '@lever-certn/vendor-http/vendor-error';
import type { KindShares } from './account-pace';
import type { BreakerOptions, HeldReason } from './breaker';
import type { DueRow, DueTable } from './due-table';
import type { Limit } from './limits';
import type { Next, Turn } from './turn';

/** One turn that is over. */
export interface WorkedTurn<Row> {
  row: Row;
  /** `refused`: another turn was recorded first. `abandoned`: nothing was recorded, the row is still due. */
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
  /**
   * The row waits, since the vendor refuses the account's key or has been down for a while; the connection is tried in that time. Told of rows in memory, tried
   * or not, and again when a row comes into memory again: the line that is made of it should be the same each time.
   */
  onHeld?: (row: Row, reason: HeldReason, triedInMs: number) => void;
  /** The vendor refuses the account's key, or takes it again. */
  onConnection?: (account: string, state: 'ok' | 'broken', reason: string) => void;
  /** One turn is over. */
  onTurn?: (turn: WorkedTurn<Row>) => void;
  /** Something other than a vendor failed: a bug in `work`, or the loop's own statements. The row or the statement is tried again. */
  onTrouble?: (error: unknown, row?: Row) => void;
  /** Most turns in a call at once (256). */
  maxActive?: number;
  /** Most rows of one kind of one account waiting in memory (500). */
  maxQueued?: number;
  /** How often due rows are looked for (500). */
  pollMs?: number;
  /** How long an account stays with a process that says nothing (10,000). */
  leaseMs?: number;
  breaker?: Partial<BreakerOptions>;
}

/** Tells a hook, whatever it does. */
export function tell(hook: () => void, failed: (error: unknown) => void): void {
  try {
    hook();
  } catch (error) {
    failed(error);
  }
}
