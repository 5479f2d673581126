import type { Database } from '@lever-certn/database/database';

/** How long lines are kept. */
export interface Kept {
  deliveriesDays: number;
  timelineDays: number;
}

const ROWS_AT_ONCE = 5000;
const MAX_ROUNDS = 50;
/** Everything the read model knows of a team. */
const TABLES = [
  'candidates',
  'checks',
  'timeline',
  'deliveries',
  'connections',
  'connection_tests',
  'raised_problems',
  'steps_seen',
] as const;

/** Deletes lines that are older than they are kept, and everything of deleted teams; a few rows at a time, so that nothing waits for it. */
export async function pruneReadModel(database: Database, kept: Kept): Promise<void> {
  const teams = await database.query<{ id: string; deleted: number }>('SELECT id, deleted_at IS NOT NULL deleted FROM teams');
  for (const { id, deleted } of teams) {
    if (Number(deleted) === 1) for (const table of TABLES) await prune(database, `DELETE FROM ${table} WHERE team_id = ?`, [id]);
    else {
      const older = 'WHERE team_id = ? AND at < UTC_TIMESTAMP(6) - INTERVAL ? DAY';
      await prune(database, `DELETE FROM deliveries ${older}`, [id, kept.deliveriesDays]);
      await prune(database, `DELETE FROM timeline ${older}`, [id, kept.timelineDays]);
    }
  }
}

async function prune(database: Database, sql: string, values: unknown[]): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { affectedRows } = await database.run(`${sql} LIMIT ?`, [...values, ROWS_AT_ONCE]);
    if (affectedRows < ROWS_AT_ONCE) return;
  }
}
