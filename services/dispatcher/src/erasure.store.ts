import { randomBytes } from 'node:crypto';
import type { Database } from '@lever-certn/database/database';
import type { Outbox } from '@lever-certn/database/outbox';
import { rowsOf } from '@lever-certn/database/sql-rows';
import { CHECK_COLUMNS, checkRowOf, type CheckCells, type CheckRow } from './check-row';
import { erasedEntry } from './status-entry';

const WRITER_BYTES = 8;
const MAX_ROUNDS = 5;

/**
 * Table `checks`, as an erasure writes it: ids stay for ever, so that nothing is ordered again for the same move; what tells of the person goes, and so
 * does what others were told (a tombstone). A row whose order is under way is erased as soon as it is known how that ended.
 */
export class ErasureStore {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Erases all checks of an opportunity. Twice: nothing is left to erase. @throws DatabaseError */
  async eraseOpportunity(teamId: string, opportunityId: string): Promise<void> {
    for (let round = 1; ; round += 1) {
      await this.database.run(
        `UPDATE checks SET erasing = 1, hint = hint + 1 WHERE team_id = ? AND opportunity_id = ? AND state = 'ordering'`,
        [teamId, opportunityId],
      );
      const cells = await this.database.query<CheckCells>(
        `SELECT ${CHECK_COLUMNS} FROM checks
         WHERE team_id = ? AND opportunity_id = ? AND state <> 'erased' AND NOT (state = 'ordering' AND erasing = 1) ORDER BY check_id`,
        [teamId, opportunityId],
      );
      const rows = cells.map(checkRowOf);
      // One whose order began between the two statements is marked in the next round.
      const erased = await this.erase(rows.filter(({ state }) => state !== 'ordering'));
      if (erased.size === rows.length) return;
      if (round === MAX_ROUNDS) throw new Error('checks that were to be erased kept changing');
    }
  }

  /** Erases rows as they were read; answers the ids of those that had not moved on. */
  async erase(rows: readonly CheckRow[]): Promise<Set<string>> {
    if (rows.length === 0) return new Set();
    const writer = randomBytes(WRITER_BYTES);
    const ids = rows.map(({ id }) => id);
    const v = rowsOf(
      ['id ascii', 'turn'],
      rows.map(({ id, turn }) => [id, turn]),
    );
    const told = rows.filter(({ version }) => version > 0).map((row) => erasedEntry({ ...row, version: row.version + 1 }));
    const tombstones =
      told.length > 0
        ? this.outbox.insertSql(told, { table: 'checks', idColumn: 'check_id', writerColumn: 'writer', writer })
        : undefined;
    const results = await this.database.script(
      `UPDATE (${v.sql}) v STRAIGHT_JOIN checks c ON c.check_id = v.id
       SET c.turn = v.turn + 1, c.writer = ?, c.state = 'erased', c.erasing = 0, c.due_at = NULL, c.reason = 'erased', c.version = c.version + 1,
         c.status_reason = NULL, c.is_open = NULL, c.attempt_key = NULL, c.package = NULL, c.applicant = NULL, c.applicant_of = NULL, c.email_hash = NULL,
         c.case_status = NULL, c.case_result = NULL, c.problem = NULL, c.resolution = NULL, c.resolution_case_id = NULL, c.traceparent = NULL
       WHERE c.turn = v.turn;
       DELETE o FROM outbox o JOIN checks c ON c.check_id = o.aggregate_id WHERE c.check_id IN (?) AND c.writer = ?;
       ${tombstones ? `${tombstones.sql};` : ''}
       SELECT check_id FROM checks WHERE check_id IN (?) AND writer = ?`,
      [...v.values, writer, ids, writer, ...(tombstones?.values ?? []), ids, writer],
    );
    const erased = new Set((results.at(-1) as { check_id: string }[]).map((row) => row.check_id));
    await this.outbox.published(told.filter((entry) => erased.has(entry.aggregateId)));
    return erased;
  }
}
