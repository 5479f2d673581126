import type { Database } from '@lever-certn/database/database';
import type { WriteSeen } from './permissions.rules';

const OPPORTUNITIES_TRIED = 3;

/** What the read model knows that a new key can be tried on, and what the services saw of a team's keys. */
export class KnownRecords {
  constructor(private readonly database: Database) {}

  /** The ids of opportunities that were seen last. */
  async opportunities(teamId: string): Promise<string[]> {
    const rows = await this.database.query<{ opportunity_id: string }>(
      'SELECT opportunity_id FROM candidates WHERE team_id = ? ORDER BY moved_at DESC LIMIT ?',
      [teamId, OPPORTUNITIES_TRIED],
    );
    return rows.map((row) => row.opportunity_id);
  }

  /** The case of an open check, if there is one. */
  async openCase(teamId: string): Promise<string | undefined> {
    const rows = await this.database.query<{ case_id: string }>(
      `SELECT k.case_id FROM candidates c JOIN checks k ON k.check_id = c.status_check_id
       WHERE c.team_id = ? AND c.status IN ('pending', 'analyzing', 'partial') AND k.case_id IS NOT NULL ORDER BY c.moved_at DESC LIMIT 1`,
      [teamId],
    );
    return rows[0]?.case_id;
  }

  /** How many open checks a team has. */
  async openChecks(teamId: string): Promise<number> {
    const rows = await this.database.query<{ n: number }>(
      `SELECT COUNT(*) n FROM candidates WHERE team_id = ? AND (status IN ('requested', 'pending', 'analyzing', 'partial')
         OR (status = 'error' AND reason = 'needs-attention'))`,
      [teamId],
    );
    return Number(rows[0]?.n ?? 0);
  }

  async leverWrites(teamId: string): Promise<{ tags: WriteSeen; links: WriteSeen }> {
    const seen = await this.seen(teamId);
    return { tags: seen.get('tag') ?? 'unseen', links: seen.get('link') ?? 'unseen' };
  }

  async certnOrders(teamId: string): Promise<WriteSeen> {
    return (await this.seen(teamId)).get('order') ?? 'unseen';
  }

  private async seen(teamId: string): Promise<Map<string, WriteSeen>> {
    const rows = await this.database.query<{ step: string; outcome: WriteSeen }>(
      'SELECT step, outcome FROM steps_seen WHERE team_id = ?',
      [teamId],
    );
    return new Map(rows.map((row) => [row.step, row.outcome]));
  }
}
