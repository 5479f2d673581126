import type { Database } from '@lever-certn/database/database';
import { fromSqlTime } from '@lever-certn/database/sql-rows';
import type { ReportRow, ReportState } from './report.rules';

/** The report last asked for of each check. */
export class ReportsStore {
  constructor(private readonly database: Database) {}

  async read(checkId: string): Promise<ReportRow | undefined> {
    const rows = await this.database.query<{
      check_version: number;
      file_id: string | null;
      state: ReportState;
      asked_at: string;
    }>('SELECT check_version, file_id, state, asked_at FROM reports WHERE check_id = ?', [checkId]);
    const row = rows[0];
    if (!row) return undefined;
    return {
      checkVersion: Number(row.check_version),
      fileId: row.file_id,
      state: row.state,
      askedMs: Date.parse(fromSqlTime(row.asked_at)),
    };
  }

  /** Takes the right to have the report made; false where another click took it since `before` was read. */
  async take(checkId: string, checkVersion: number, before: ReportRow | undefined, nowMs: number): Promise<boolean> {
    const at = sqlTimeOf(nowMs);
    if (!before) {
      const added = await this.database.run(
        `INSERT IGNORE INTO reports (check_id, check_version, file_id, state, asked_at) VALUES (?, ?, NULL, 'asking', ?)`,
        [checkId, checkVersion, at],
      );
      return added.affectedRows === 1;
    }
    const taken = await this.database.run(
      `UPDATE reports SET check_version = ?, file_id = NULL, state = 'asking', asked_at = ? WHERE check_id = ? AND state = ? AND asked_at = ?`,
      [checkVersion, at, checkId, before.state, sqlTimeOf(before.askedMs)],
    );
    return taken.affectedRows === 1;
  }

  async set(checkId: string, state: ReportState, fileId: string | null): Promise<void> {
    await this.database.run('UPDATE reports SET state = ?, file_id = ? WHERE check_id = ?', [state, fileId, checkId]);
  }

  /** Forgets the report, so that it is made afresh. */
  async forget(checkId: string): Promise<void> {
    await this.database.run('DELETE FROM reports WHERE check_id = ?', [checkId]);
  }
}

function sqlTimeOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 23).replace('T', ' ');
}
