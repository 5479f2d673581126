import type { Database } from '@lever-certn/database/database';
import { fromSqlTime } from '@lever-certn/database/sql-rows';

/** A problem that a service raised and has not cleared. */
export interface RaisedProblem {
  reason: string;
  at: string;
  opportunityId: string | null;
  checkId: string | null;
  vendor: string | null;
  detail: string | null;
}

const MAX_RAISED = 200;

/** Problems that services raised. */
export class ProblemsStore {
  constructor(private readonly database: Database) {}

  /** Newest first. Those that a candidate's own row shows (\`needs-attention\`) are left out: they leave with it. */
  async raised(teamId: string): Promise<RaisedProblem[]> {
    const rows = await this.database.query<Record<string, string | null>>(
      `SELECT reason, at, opportunity_id, check_id, vendor, detail FROM raised_problems
       WHERE team_id = ? AND raised = 1 AND reason <> 'needs-attention' ORDER BY at DESC LIMIT ?`,
      [teamId, MAX_RAISED],
    );
    return rows.map((row) => ({
      reason: row.reason!,
      at: fromSqlTime(row.at!),
      opportunityId: row.opportunity_id ?? null,
      checkId: row.check_id ?? null,
      vendor: row.vendor ?? null,
      detail: row.detail ?? null,
    }));
  }
}
