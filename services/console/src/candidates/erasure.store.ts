import type { Database } from '@lever-certn/database/database';
import { changeOfCheckSql } from '../live/changes.store';

/** Takes a person's data out of the read model. */
export class ErasureStore {
  constructor(private readonly database: Database) {}

  /**
   * Erases the applicant of a check's candidate, by whom it is found, and what people wrote about it. Ids, statuses and times stay. What was told before
   * now does not bring it back; what is told of the candidate later is kept again.
   */
  async erase(checkId: string): Promise<void> {
    const candidate = 'JOIN checks k ON k.team_id = x.team_id AND k.opportunity_id = x.opportunity_id';
    const told = changeOfCheckSql(checkId);
    await this.database.script(
      `UPDATE candidates x ${candidate} SET x.applicant = NULL, x.applicant_record = NULL, x.applicant_words = NULL,
         x.applicant_rank = GREATEST(x.applicant_rank, ?) WHERE k.check_id = ?;
       UPDATE timeline x ${candidate} SET x.detail = NULL WHERE k.check_id = ? AND x.kind = 'command';
       ${told.sql}`,
      [new Date().toISOString(), checkId, checkId, ...told.values],
    );
  }
}
