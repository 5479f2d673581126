import { MicroBatch } from '@lever-certn/batching/micro-batch';
import type { Database } from '@lever-certn/database/database';
import { ASCII, rowsOf } from '@lever-certn/database/sql-rows';
import type { PaceState } from './account-pace';

/** For the migration of a service that has reconcilers. */
export function accountLeasesTableSql(): string {
  return `CREATE TABLE IF NOT EXISTS account_leases (
    name VARCHAR(40) ${ASCII} NOT NULL,
    account VARCHAR(100) ${ASCII} NOT NULL,
    owner CHAR(16) ${ASCII} NOT NULL,
    epoch INT UNSIGNED NOT NULL,
    until DATETIME(6) NOT NULL,
    released TINYINT NOT NULL,
    wanted_at DATETIME(6) NULL,
    tokens DOUBLE NOT NULL,
    day DATE NOT NULL,
    day_count INT UNSIGNED NOT NULL,
    day_kinds VARCHAR(400) ${ASCII} NOT NULL,
    breaker VARCHAR(10) ${ASCII} NOT NULL,
    breaker_since DATETIME(6) NULL,
    origin VARCHAR(10) ${ASCII} NOT NULL,
    idle_us BIGINT NOT NULL,
    PRIMARY KEY (name, account),
    KEY owner (name, owner)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;
}

/** Whether the vendor lets this account work. */
export type BreakerState = 'closed' | 'open' | 'broken';

/** What an account's row keeps while its lease goes from process to process. */
export interface AccountState extends PaceState {
  breaker: BreakerState;
}

/** An account of this process, with what is to be kept of it. */
export interface KeptAccount {
  account: string;
  epoch: number;
  state: AccountState;
}

/** A lease just taken. */
export interface TakenLease {
  account: string;
  epoch: number;
  /** Until the UTC day of the database ends. */
  dayEndsInMs: number;
  /** `null` of an account nobody worked before. */
  state: AccountState | null;
}

/** Where the leases stand after a renewal. */
export interface Renewal {
  /** Still ours; another process would like to have those marked. */
  held: Map<string, { epoch: number; wanted: boolean }>;
  /** Until the UTC day of the database ends. */
  dayEndsInMs: number;
}

interface LeaseColumns {
  account: string;
  epoch: number;
  mine: number;
  /** How the lease came to its owner: nobody had it before, it was given back, or it ran out. */
  origin: 'new' | 'released' | 'expired';
  idle_us: number | string;
  tokens: number;
  same_day: number;
  day_count: number;
  day_kinds: string;
  breaker: BreakerState;
  day_ends_us: number | string;
}

const MAX_BATCH = 500;

/** Who works which account: one row per account, held for a time by the database's clock. */
export class AccountLeases {
  private readonly takes: MicroBatch<string, TakenLease | null>;

  constructor(
    private readonly database: Database,
    private readonly name: string,
    private readonly owner: string,
    private readonly leaseMs: number,
    /** Tokens that come per millisecond, for the time nobody held the account. */
    private readonly tokensPerMs: number,
  ) {
    this.takes = new MicroBatch(`leases of ${name}`, { maxItems: MAX_BATCH, maxWaiting: 100_000 }, (accounts) =>
      this.takeAll(accounts),
    );
  }

  /** Takes the account if nobody holds it; `null`: another process does, and learns that this one would like it. Batched. */
  take(account: string): Promise<TakenLease | null> {
    return this.takes.add(account);
  }

  /**
   * Renews all leases of this process in one statement, and keeps what is known of each account. What is not in the answer is lost: another process took it.
   * One that ran out and that nobody took is still ours.
   */
  async renew(accounts: KeptAccount[]): Promise<Renewal> {
    const sorted = [...accounts].sort((a, b) => (a.account < b.account ? -1 : 1));
    const rows = rowsOf(
      ['account ascii', 'epoch', 'tokens', 'day_count', 'day_kinds ascii', 'breaker ascii'],
      sorted.map(({ account, epoch, state }) => [
        account,
        epoch,
        state.tokens,
        state.dayCount,
        JSON.stringify(state.dayKinds),
        state.breaker,
      ]),
    );
    const [, held] = await this.database.script(
      `UPDATE (${rows.sql}) v STRAIGHT_JOIN account_leases l ON l.name = ? AND l.account = v.account AND l.owner = ? AND l.epoch = v.epoch
       SET l.breaker_since = IF(v.breaker = l.breaker, l.breaker_since, UTC_TIMESTAMP(6)), l.breaker = v.breaker, l.tokens = v.tokens,
         l.day = UTC_DATE(), l.day_count = v.day_count, l.day_kinds = v.day_kinds, l.until = UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND;
       SELECT account, epoch, COALESCE(wanted_at > UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND, 0) AS wanted, ${DAY_ENDS} AS day_ends_us
       FROM account_leases WHERE name = ? AND owner = ?`,
      [...rows.values, this.name, this.owner, this.leaseMs * 1_000, this.leaseMs * 1_000, this.name, this.owner],
    );
    const answers = held as { account: string; epoch: number; wanted: number; day_ends_us: number | string }[];
    return {
      held: new Map(answers.map(({ account, epoch, wanted }) => [account, { epoch, wanted: Number(wanted) === 1 }])),
      dayEndsInMs: Number(answers[0]?.day_ends_us ?? 0) / 1_000,
    };
  }

  /** Gives accounts back, with what is known of each. */
  async release(accounts: KeptAccount[]): Promise<void> {
    if (accounts.length === 0) return;
    const sorted = [...accounts].sort((a, b) => (a.account < b.account ? -1 : 1));
    const rows = rowsOf(
      ['account ascii', 'epoch', 'tokens', 'day_count', 'day_kinds ascii', 'breaker ascii'],
      sorted.map(({ account, epoch, state }) => [
        account,
        epoch,
        state.tokens,
        state.dayCount,
        JSON.stringify(state.dayKinds),
        state.breaker,
      ]),
    );
    await this.database.run(
      `UPDATE (${rows.sql}) v STRAIGHT_JOIN account_leases l ON l.name = ? AND l.account = v.account AND l.owner = ? AND l.epoch = v.epoch
       SET l.breaker_since = IF(v.breaker = l.breaker, l.breaker_since, UTC_TIMESTAMP(6)), l.breaker = v.breaker, l.tokens = v.tokens,
         l.day = UTC_DATE(), l.day_count = v.day_count, l.day_kinds = v.day_kinds, l.released = 1, l.wanted_at = NULL, l.until = UTC_TIMESTAMP(6)`,
      [...rows.values, this.name, this.owner],
    );
  }

  /** Who holds these accounts now. */
  async heldByOthers(accounts: string[]): Promise<Set<string>> {
    if (accounts.length === 0) return new Set();
    const rows = await this.database.query<{ account: string }>(
      'SELECT account FROM account_leases WHERE name = ? AND account IN (?) AND owner <> ? AND until > UTC_TIMESTAMP(6)',
      [this.name, accounts, this.owner],
    );
    return new Set(rows.map(({ account }) => account));
  }

  private async takeAll(accounts: string[]): Promise<(TakenLease | null)[]> {
    const unique = [...new Set(accounts)].sort();
    const now = 'UTC_TIMESTAMP(6)';
    const free = `until <= ${now}`;
    const mark = `(?, ?, ?, 1, ${now} + INTERVAL ? MICROSECOND, 0, 0, UTC_DATE(), 0, '{}', 'closed', 'new', 0)`;
    // Assignments of one row are made from left to right: what decides (until, released) is changed last.
    const [, rows] = await this.database.script(
      `INSERT INTO account_leases (name, account, owner, epoch, until, released, tokens, day, day_count, day_kinds, breaker, origin, idle_us)
       VALUES ${unique.map(() => mark).join(', ')}
       ON DUPLICATE KEY UPDATE
         wanted_at = IF(${free}, NULL, IF(owner = VALUES(owner), wanted_at, ${now})),
         origin = IF(${free}, IF(released = 1, 'released', 'expired'), origin),
         idle_us = IF(${free}, TIMESTAMPDIFF(MICROSECOND, until, ${now}), idle_us),
         epoch = IF(${free}, epoch + 1, epoch),
         owner = IF(${free}, VALUES(owner), owner),
         released = IF(${free}, 0, released),
         until = IF(owner = VALUES(owner), VALUES(until), until);
       SELECT account, epoch, owner = ? AS mine, origin, idle_us, tokens, day = UTC_DATE() AS same_day, day_count, day_kinds, breaker,
         ${DAY_ENDS} AS day_ends_us
       FROM account_leases WHERE name = ? AND account IN (?)`,
      [...unique.flatMap((account) => [this.name, account, this.owner, this.leaseMs * 1_000]), this.owner, this.name, unique],
    );
    const found = new Map((rows as LeaseColumns[]).map((row) => [row.account, this.takenOf(row)]));
    return accounts.map((account) => found.get(account) ?? null);
  }

  private takenOf(row: LeaseColumns): TakenLease | null {
    if (Number(row.mine) !== 1) return null;
    const { account, epoch, breaker } = row;
    const lease = { account, epoch, dayEndsInMs: Number(row.day_ends_us) / 1_000 };
    if (row.origin === 'new') return { ...lease, state: null };
    const sameDay = Number(row.same_day) === 1;
    // Of a lease that ran out nobody knows what its holder did since it last wrote: as much as it was allowed to.
    const expired = row.origin === 'expired';
    const unwritten = expired ? Math.ceil(this.leaseMs * this.tokensPerMs) : 0;
    const tokens = (expired ? 0 : row.tokens) + (Number(row.idle_us) / 1_000) * this.tokensPerMs;
    const dayKinds = sameDay ? (JSON.parse(row.day_kinds) as Record<string, number>) : {};
    return { ...lease, state: { tokens, dayCount: sameDay ? row.day_count + unwritten : 0, dayKinds, breaker } };
  }
}

/** Microseconds until the UTC day ends. */
const DAY_ENDS = 'TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), UTC_DATE() + INTERVAL 1 DAY)';
