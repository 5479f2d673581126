import type { Database } from '@lever-certn/database/database';

/** Earlier than every time that is written, so that the rows which wait are a range of the index over (account, due_at). */
const BEFORE_ALL = '1000-01-01';

/** The condition under which a row of a worked table waits for something, found by the index over (account, due_at) alone: `WHERE ${waits.sql}`. */
export async function waiting(database: Database, table: string): Promise<{ sql: string; values: unknown[] } | null> {
  const accounts = await database.query<{ account: string }>(`SELECT DISTINCT account FROM ${table}`);
  if (accounts.length === 0) return null;
  return { sql: `account IN (?) AND due_at > '${BEFORE_ALL}'`, values: [accounts.map(({ account }) => account)] };
}

/** The teams and accounts of everything that waits in a worked table. */
export async function waitingAccounts(database: Database, table: string): Promise<{ teamId: string; account: string }[]> {
  const waits = await waiting(database, table);
  if (!waits) return [];
  const rows = await database.query<{ team_id: string; account: string }>(
    `SELECT DISTINCT team_id, account FROM ${table} WHERE ${waits.sql}`,
    waits.values,
  );
  return rows.map(({ team_id: teamId, account }) => ({ teamId, account }));
}
