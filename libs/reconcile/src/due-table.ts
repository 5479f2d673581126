import { MicroBatch } from '@lever-certn/batching/micro-batch';
import type { Database } from '@lever-certn/database/database';
import { rowsOf } from '@lever-certn/database/sql-rows';

/** What the loop knows of a row, besides what the service keeps in it. */
export interface DueRow {
  id: string;
  teamId: string;
  /** Fingerprint of the vendor account that the work is paced by. */
  account: string;
  /** Rises with every new reason to work the row. */
  hint: number;
  /** Changes with every recorded outcome: whoever writes with an older one is refused. */
  turn: number;
  /** Failures in a row. */
  attempts: number;
}

/** What became of one turn of a row. */
export interface RowOutcome {
  /** When it is due again; `null`: nothing is left to do, unless a newer hint came meanwhile. */
  dueInMs: number | null;
  reason: string | null;
  attempts: number;
}

/** An account with rows that are due or soon will be. */
export interface DueAccount {
  account: string;
  /** 0 or less: now. */
  dueInMs: number;
}

/** Where a page of due rows ended, so that the next one goes on there. */
export interface DueCursor {
  dueAt: string;
  id: string;
}

/** Table and columns of a kind of work. */
export interface DueTableOptions<Row extends DueRow> {
  database: Database;
  table: string;
  idColumn: string;
  /** What a row is read from, as the list of a SELECT. Without alias; times as they are. */
  columns?: string;
  /** Reads a row. */
  map?: (columns: never) => Row;
}

const MAX_BATCH = 500;
const MAX_WAITING = 100_000;
/** Turns are compared for equality only: a number nobody else can have written says afterwards whose outcome stands. */
const TURN_RANGE = 2 ** 31;

/** The due rows of a table, and what became of them. Every time is the database's own. */
export class DueTable<Row extends DueRow> {
  private readonly outcomes: MicroBatch<{ row: Row; outcome: RowOutcome }, boolean>;
  private readonly reads: MicroBatch<string, Row | null>;

  constructor(private readonly options: DueTableOptions<Row>) {
    const { table } = options;
    const limits = { maxItems: MAX_BATCH, maxWaiting: MAX_WAITING };
    this.outcomes = new MicroBatch(`${table} settled`, limits, (items) => this.settleAll(items));
    this.reads = new MicroBatch(`${table} read`, limits, (ids) => this.readAll(ids));
  }

  /**
   * Which rows of several accounts are due, a page for each, the longest due first, in one round trip. Read from the index alone, since most of them
   * are already in the hands of who asks.
   */
  async duePages(pages: { account: string; limit: number; after?: DueCursor }[]): Promise<DueCursor[][]> {
    if (pages.length === 0) return [];
    const { table, idColumn } = this.options;
    const sqls = pages.map(({ after }) => {
      const from = after ? ` AND due_at >= ? AND (due_at > ? OR ${idColumn} > ?)` : '';
      return `SELECT ${idColumn} AS id, due_at AS dueAt FROM ${table}
        WHERE account = ? AND due_at <= UTC_TIMESTAMP(6)${from} ORDER BY due_at, ${idColumn} LIMIT ?`;
    });
    const values = pages.flatMap(({ account, limit, after }) =>
      after ? [account, after.dueAt, after.dueAt, after.id, limit] : [account, limit],
    );
    const answer = await this.options.database.query<unknown>(sqls.join(';\n'), values);
    return (pages.length === 1 ? [answer] : answer) as DueCursor[][];
  }

  /** Every account with rows due within `withinMs`. Walks the accounts by the index, or all of it where the server knows too little of its own tables. */
  async accountsDue(withinMs = 0): Promise<DueAccount[]> {
    const rows = await this.options.database.query<DueColumns>(
      `SELECT account, ${DUE_IN} AS due_in_us FROM (SELECT account, MIN(due_at) AS due_at FROM ${this.options.table}
       WHERE due_at <= UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND GROUP BY account) due`,
      [Math.round(withinMs * 1_000)],
    );
    return rows.map(dueAccount);
  }

  /** Of these accounts, those with rows due within `withinMs`. One step in the index for each, however many rows there are. */
  async dueOf(accounts: readonly string[], withinMs = 0): Promise<DueAccount[]> {
    if (accounts.length === 0) return [];
    const one = `SELECT ? AS account, (SELECT MIN(due_at) FROM ${this.options.table} WHERE account = ?) AS due_at`;
    const rows = await this.options.database.query<DueColumns>(
      `SELECT account, ${DUE_IN} AS due_in_us FROM (${accounts.map(() => one).join(' UNION ALL ')}) due
       WHERE due_at <= UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND`,
      [...accounts.flatMap((account) => [account, account]), Math.round(withinMs * 1_000)],
    );
    return rows.map(dueAccount);
  }

  /** The row as it is now; `null` when it is gone or not due. Batched. */
  current(id: string): Promise<Row | null> {
    return this.reads.add(id);
  }

  /** Those of these rows that are due now. */
  async read(ids: readonly string[]): Promise<Row[]> {
    if (ids.length === 0) return [];
    const rows = await Promise.all(ids.map((id) => this.current(id)));
    return rows.filter((row) => row !== null);
  }

  /**
   * Records what became of a row's turn, batched. False: refused, since another turn was recorded after this one had read the row. A hint that came since
   * keeps the row due.
   */
  settle(row: Row, outcome: RowOutcome): Promise<boolean> {
    return this.outcomes.add({ row, outcome });
  }

  /** Makes due now what waits for an account to work again, or for a team to be enabled; not what waits for a time of its own. */
  async resume(account: string): Promise<void> {
    const { database, table, idColumn } = this.options;
    for (;;) {
      const { affectedRows } = await database.run(
        `UPDATE ${table} SET due_at = UTC_TIMESTAMP(6)
         WHERE account = ? AND due_at > UTC_TIMESTAMP(6) AND (attempts > 0 OR reason LIKE '${PAUSED}%' OR reason = 'unauthorized')
         ORDER BY due_at, ${idColumn} LIMIT ${MAX_RESUMED}`,
        [account],
      );
      if (affectedRows < MAX_RESUMED) return;
    }
  }

  /** Resolves when every outcome handed over is written. */
  async drained(): Promise<void> {
    await this.outcomes.drained();
  }

  private async readAll(ids: string[]): Promise<(Row | null)[]> {
    const { database, table, idColumn, columns = '*', map } = this.options;
    const unique = [...new Set(ids)];
    const sql = `SELECT ${columns} FROM ${table} WHERE ${idColumn} IN (?) AND due_at <= UTC_TIMESTAMP(6)`;
    const rows = await database.query<Record<string, unknown>>(sql, [unique]);
    const found = new Map(rows.map((raw) => [raw[idColumn] as string, map ? map(raw as never) : (raw as unknown as Row)]));
    return ids.map((id) => found.get(id) ?? null);
  }

  private async settleAll(items: { row: Row; outcome: RowOutcome }[]): Promise<boolean[]> {
    const { database, table, idColumn } = this.options;
    const settled = items.map(({ row, outcome }) => ({ row, outcome, next: Math.floor(Math.random() * TURN_RANGE) }));
    const sorted = [...settled].sort((a, b) => (a.row.id < b.row.id ? -1 : 1));
    const rows = rowsOf(
      ['id ascii', 'turn', 'hint', 'due_in_us', 'reason', 'attempts', 'next'],
      sorted.map(({ row, outcome, next }) => {
        const dueInUs = outcome.dueInMs === null ? null : Math.round(outcome.dueInMs * 1_000);
        return [row.id, row.turn, row.hint, dueInUs, outcome.reason?.slice(0, MAX_REASON) ?? null, outcome.attempts, next];
      }),
    );
    const { affectedRows } = await database.run(
      `UPDATE (${rows.sql}) v STRAIGHT_JOIN ${table} t ON t.${idColumn} = v.id AND t.turn = v.turn
       SET t.due_at = IF(t.hint = v.hint, UTC_TIMESTAMP(6) + INTERVAL v.due_in_us MICROSECOND, t.due_at),
         t.reason = v.reason, t.attempts = v.attempts, t.turn = v.next`,
      rows.values,
    );
    if (affectedRows === items.length) return items.map(() => true);
    const stands = await database.query<{ id: string; turn: number }>(
      `SELECT ${idColumn} AS id, turn FROM ${table} WHERE ${idColumn} IN (?)`,
      [sorted.map(({ row }) => row.id)],
    );
    const turns = new Map(stands.map(({ id, turn }) => [id, turn]));
    return settled.map(({ row, next }) => turns.get(row.id) === next);
  }
}

interface DueColumns {
  account: string;
  due_in_us: number | string;
}

const DUE_IN = 'TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), due_at)';

function dueAccount({ account, due_in_us }: DueColumns): DueAccount {
  return { account, dueInMs: Number(due_in_us) / 1_000 };
}

const MAX_REASON = 60;
const MAX_RESUMED = 2_000;

/** What the reason of a row begins with while it waits for its team, before the word that `paused` gave. */
export const PAUSED = 'paused: ';
