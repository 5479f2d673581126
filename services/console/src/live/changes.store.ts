import type { Database } from '@lever-certn/database/database';
import type { Sql } from '@lever-certn/database/sql-rows';
import type { TeamChange } from './changes.rules';

/** A change as it was written. Ids grow, but who wrote first may commit last. */
export interface StoredChange {
  id: number;
  teamId: string;
  change: TeamChange;
}

/** What one reading brought. */
export interface ReadChanges {
  /** The greatest id there is, of whatever team; `null` where the table is empty. */
  newest: number | null;
  /** In the order of their ids, at most {@link MAX_READ}. */
  changes: StoredChange[];
}

/** One reading. */
export const MAX_READ = 1000;
/** Rows among which the beginning is looked for; more than a few seconds bring. */
const MAX_LOOKED_BACK = 5000;
const ROWS_AT_ONCE = 10_000;

/** The statement that tells of changes, to stand in the transaction that makes them; the last of it, so that its locks are short. At least one. */
export function changesSql(changes: ReadonlyMap<string, TeamChange>): Sql {
  return {
    sql: `INSERT INTO changes (team_id, at, told) VALUES ${[...changes].map(() => '(?, UTC_TIMESTAMP(3), ?)').join(', ')}`,
    values: [...changes].flatMap(([teamId, change]) => [teamId, JSON.stringify(change)]),
  };
}

/** The same for the candidate of a check that is known only by its id. */
export function changeOfCheckSql(checkId: string): Sql {
  const change: TeamChange = { what: ['candidates'], opportunityIds: null };
  return {
    sql: 'INSERT INTO changes (team_id, at, told) SELECT team_id, UTC_TIMESTAMP(3), ? FROM checks WHERE check_id = ?',
    values: [JSON.stringify(change), checkId],
  };
}

/** What changed lately, of every team, whichever copy of the console wrote it. */
export class ChangesStore {
  /** The greatest id at earlier prunings, oldest first. */
  private readonly passed: { id: number; atMs: number }[] = [];

  constructor(private readonly database: Database) {}

  /** An id such that everything above it is younger than `seconds`, by the database's clock; of very many rows, as far as one looks back. */
  async before(seconds: number): Promise<number> {
    const rows = await this.database.query<{ older: number | string | null; oldest: number | string | null }>(
      `SELECT MAX(IF(at < UTC_TIMESTAMP(3) - INTERVAL ? SECOND, id, NULL)) older, MIN(id) oldest
       FROM (SELECT id, at FROM changes ORDER BY id DESC LIMIT ${MAX_LOOKED_BACK}) latest`,
      [seconds],
    );
    const { older, oldest } = rows[0]!;
    if (older !== null) return Number(older);
    return oldest === null ? 0 : Number(oldest) - 1;
  }

  /** Changes of these teams above an id, without those that are known. At least one team. */
  async since(id: number, known: readonly number[], teamIds: readonly string[]): Promise<ReadChanges> {
    const [newest, rows] = (await this.database.query<unknown>(
      `SELECT MAX(id) newest FROM changes;
       SELECT id, team_id, told FROM changes WHERE id > ? AND team_id IN (?) ${known.length > 0 ? 'AND id NOT IN (?)' : ''} ORDER BY id LIMIT ${MAX_READ}`,
      [id, teamIds, ...(known.length > 0 ? [known] : [])],
    )) as [{ newest: number | string | null }[], { id: number | string; team_id: string; told: string }[]];
    const greatest = newest[0]?.newest ?? null;
    return {
      newest: greatest === null ? null : Number(greatest),
      changes: rows.map((row) => ({
        id: Number(row.id),
        teamId: row.team_id,
        change: JSON.parse(row.told) as TeamChange,
      })),
    };
  }

  /** Takes out what was there at a pruning at least `keptMs` ago. Called again and again. */
  async prune(keptMs: number, nowMs = performance.now()): Promise<void> {
    const rows = await this.database.query<{ newest: number | string | null }>('SELECT MAX(id) newest FROM changes');
    const newest = rows[0]?.newest ?? null;
    if (newest !== null) this.passed.push({ id: Number(newest), atMs: nowMs });
    const old = this.passed.filter(({ atMs }) => atMs <= nowMs - keptMs);
    this.passed.splice(0, old.length);
    const last = old.at(-1);
    if (!last) return;
    for (;;) {
      const { affectedRows } = await this.database.run('DELETE FROM changes WHERE id <= ? ORDER BY id LIMIT ?', [
        last.id,
        ROWS_AT_ONCE,
      ]);
      if (affectedRows < ROWS_AT_ONCE) return;
    }
  }
}
