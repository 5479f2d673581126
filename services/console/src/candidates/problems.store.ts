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

  /**
   * Newest first. Left out are those that a candidate's own row shows (`needs-attention`): they leave with it; and a possible double of which it has turned out that
   * the case it names is the check's own: its answer had only come too late. A check has one case, so a double of any other case stays.
   */
  async raised(teamId: string): Promise<RaisedProblem[]> {
    const rows = await this.database.query<Record<string, string | null>>(
      `SELECT p.reason, p.at, p.opportunity_id, p.check_id, p.vendor, p.detail FROM raised_problems p
       LEFT JOIN checks k ON k.check_id = p.check_id AND k.team_id = p.team_id
       WHERE p.team_id = ? AND p.raised = 1 AND p.reason <> 'needs-attention'
         AND NOT (p.reason = 'possible-double' AND COALESCE(p.detail = CONCAT('case ', k.case_id), FALSE))
       ORDER BY p.at DESC LIMIT ?`,
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
