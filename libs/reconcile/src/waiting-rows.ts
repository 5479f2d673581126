import type { Database } from '@lever-certn/database/database';

/** Earlier than every time that is written, so that the rows which wait are a range of the index over (account, due_at). */
const BEFORE_ALL = '1000-01-01';

/** The condition under which a row of a worked table waits for something, as a range of the index over (account, due_at); `null` where there is no row. */
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

/** What is asked for again while it is under way is not begun again: who asks waits for the same end. */
export class UnderWay {
  private readonly works = new Map<string, Promise<void>>();

  once(name: string, work: () => Promise<void>): Promise<void> {
    const known = this.works.get(name);
    if (known) return known;
    const begun = work().finally(() => this.works.delete(name));
    this.works.set(name, begun);
    return begun;
  }
}
