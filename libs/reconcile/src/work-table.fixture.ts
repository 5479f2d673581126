import { randomBytes, randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '@lever-certn/database/database';
import { ASCII } from '@lever-certn/database/sql-rows';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { accountLeasesTableSql } from './account-leases';
import { DueTable, type DueRow } from './due-table';

/** A table of due rows, and the calls and turns that processes made for them, in one order. */
export class WorkTables1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(accountLeasesTableSql());
    await runner.query(`CREATE TABLE work (id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY, team_id VARCHAR(36) NOT NULL DEFAULT 'team', account CHAR(16) ${ASCII} NOT NULL,
      due_at DATETIME(6) NULL, attempts INT NOT NULL DEFAULT 0, reason VARCHAR(60) NULL, hint INT UNSIGNED NOT NULL DEFAULT 1, turn INT UNSIGNED NOT NULL DEFAULT 0,
      kind VARCHAR(10) NOT NULL DEFAULT 'call', KEY due (account, due_at)) ENGINE=InnoDB`);
    await runner.query(`CREATE TABLE calls (place BIGINT AUTO_INCREMENT PRIMARY KEY, id CHAR(36) ${ASCII} NOT NULL, account CHAR(16) ${ASCII} NOT NULL, worker VARCHAR(20) NOT NULL,
      at DATETIME(6) NOT NULL, KEY id (id)) ENGINE=InnoDB`);
    await runner.query(
      `CREATE TABLE turns (place BIGINT AUTO_INCREMENT PRIMARY KEY, id CHAR(36) ${ASCII} NOT NULL, worker VARCHAR(20) NOT NULL, outcome VARCHAR(10) NOT NULL) ENGINE=InnoDB`,
    );
  }
  async down(): Promise<void> {}
}

export interface WorkRow extends DueRow {
  kind: string;
}

export const newSchema = (): string => `spec_${randomBytes(6).toString('hex')}`;

export function openWork(schema: string, poolSize = 6, url = process.env.DATABASE_URL!): Promise<Database> {
  return openDatabase({ url, schema, migrations: [WorkTables1700000000000], poolSize });
}

export function workTable(database: Database): DueTable<WorkRow> {
  return new DueTable<WorkRow>({
    database,
    table: 'work',
    idColumn: 'id',
    columns: 'id, team_id AS teamId, account, hint, turn, attempts, kind',
  });
}

/** New rows, due now; as they stand in the table. */
export async function addRows(
  database: Database,
  account: string,
  count: number,
  kind = 'call',
  dueInMs = 0,
): Promise<WorkRow[]> {
  const rows = Array.from({ length: count }, () => ({
    id: randomUUID(),
    teamId: 'team',
    account,
    hint: 1,
    turn: 0,
    attempts: 0,
    kind,
  }));
  for (let first = 0; first < count; first += 1_000) {
    const some = rows.slice(first, first + 1_000).sort((a, b) => (a.id < b.id ? -1 : 1));
    const marks = some.map(() => '(?, ?, ?, UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND)').join(', ');
    const values = some.flatMap(({ id }) => [id, account, kind, dueInMs * 1_000]);
    await database.run(`INSERT INTO work (id, account, kind, due_at) VALUES ${marks}`, values);
  }
  return rows;
}

export async function count(database: Database, sql: string, values: unknown[] = []): Promise<number> {
  const [row] = await database.query<{ n: number | string }>(`SELECT COUNT(*) AS n FROM ${sql}`, values);
  return Number(row?.n);
}

export async function until(what: string, holds: () => Promise<boolean> | boolean, withinMs = 20_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
