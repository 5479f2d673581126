import type { Database } from '@lever-certn/database/database';
import { isDuplicate } from '@lever-certn/database/database-error';

const BATCH_ROWS = 1000;

/** Table `checks`, as a changed Certn key writes it. */
export class AccountsStore {
  constructor(private readonly database: Database) {}

  /**
   * Moves all rows of a team to its present Certn account, an attempt under way with them, so that its e-mail stays taken there. Turns are not touched: a call
   * that is out is told of in its row. Twice: nothing is left to move. @throws DatabaseError
   */
  async repoint(teamId: string, account: string): Promise<void> {
    const former = await this.database.query<{ account: string }>(
      'SELECT DISTINCT account FROM checks WHERE team_id = ? AND account <> ?',
      [teamId, account],
    );
    for (const { account: from } of former) while ((await this.move(teamId, from, account)) === BATCH_ROWS);
  }

  private async move(teamId: string, from: string, to: string): Promise<number> {
    const update = (attemptKey: string, values: unknown[]): Promise<{ affectedRows: number }> =>
      this.database.run(
        `UPDATE checks SET ${attemptKey} account = ? WHERE account = ? AND team_id = ? ORDER BY due_at, check_id LIMIT ${BATCH_ROWS}`,
        [...values, to, from, teamId],
      );
    const renamed = `attempt_key = IF(attempt_key IS NULL OR email_hash IS NULL, attempt_key, CONCAT(?, ':', email_hash)),`;
    try {
      return (await update(renamed, [to])).affectedRows;
    } catch (error) {
      // Another team's attempt for the same e-mail is under way there: then each keeps its own key, and the lookups tell their cases apart.
      if (!isDuplicate(error, 'attempt_key')) throw error;
      return (await update('', [])).affectedRows;
    }
  }
}
