import type { Database } from '@lever-certn/database/database';
import { fromSqlTime } from '@lever-certn/database/sql-rows';
import { CERTN_CHALLENGE, LEVER_WEBHOOK } from '../candidates/facts.rules';
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

  /** What was seen of writes at Lever since the key was set: what an older key could not do says nothing of this one. */
  async leverWrites(teamId: string, sinceIso: string | undefined): Promise<{ tags: WriteSeen; links: WriteSeen }> {
    const seen = await this.seen(teamId);
    return { tags: outcomeSince(seen.get('tag'), sinceIso), links: outcomeSince(seen.get('link'), sinceIso) };
  }

  /** What was seen of orders at Certn since the key was set. */
  async certnOrders(teamId: string, sinceIso: string | undefined): Promise<WriteSeen> {
    return outcomeSince((await this.seen(teamId)).get('order'), sinceIso);
  }

  /** When a signed webhook of Lever, and a challenge of Certn, were last seen. */
  async arrivals(teamId: string): Promise<{ leverWebhook: string | null; certnChallenge: string | null }> {
    const seen = await this.seen(teamId);
    return { leverWebhook: seen.get(LEVER_WEBHOOK)?.at ?? null, certnChallenge: seen.get(CERTN_CHALLENGE)?.at ?? null };
  }

  private async seen(teamId: string): Promise<Map<string, Seen>> {
    const rows = await this.database.query<{ step: string; outcome: WriteSeen; at: string }>(
      'SELECT step, outcome, at FROM steps_seen WHERE team_id = ?',
      [teamId],
    );
    return new Map(rows.map(({ step, outcome, at }) => [step, { outcome, at: fromSqlTime(at) }]));
  }
}

interface Seen {
  outcome: WriteSeen;
  at: string;
}

function outcomeSince(seen: Seen | undefined, sinceIso: string | undefined): WriteSeen {
  return seen && (sinceIso === undefined || seen.at >= sinceIso) ? seen.outcome : 'unseen';
}
