import type { Database } from '@lever-certn/database/database';
import { fromSqlTime } from '@lever-certn/database/sql-rows';
import type { DeliveryAnswer } from './answers';

export interface DeliveryFilter {
  teamId: string;
  vendor?: string;
  outcome?: string;
  after?: readonly string[];
  limit: number;
}

/** Webhooks and their verdicts, newest first. */
export class DeliveriesStore {
  constructor(private readonly database: Database) {}

  async list({
    teamId,
    vendor,
    outcome,
    after,
    limit,
  }: DeliveryFilter): Promise<(DeliveryAnswer & { position: [string, string] })[]> {
    const conditions: [string, unknown[]][] = [['team_id = ?', [teamId]]];
    if (vendor !== undefined) conditions.push(['vendor = ?', [vendor]]);
    if (outcome !== undefined) conditions.push(['outcome = ?', [outcome]]);
    if (after) conditions.push(['at <= ? AND (at < ? OR id < ?)', [after[0], after[0], after[1]]]);
    const rows = await this.database.query<Record<string, string | null>>(
      `SELECT at, id, opportunity_id, vendor, outcome, reason, detail, times FROM deliveries WHERE ${conditions.map(([sql]) => sql).join(' AND ')}
       ORDER BY at DESC, id DESC LIMIT ?`,
      [...conditions.flatMap(([, values]) => values), limit],
    );
    return rows.map((row) => ({
      at: fromSqlTime(row.at!),
      id: row.id!,
      vendor: row.vendor ?? null,
      outcome: row.outcome!,
      reason: row.reason ?? null,
      detail: row.detail ?? null,
      opportunityId: row.opportunity_id ?? null,
      count: Number(row.times),
      position: [row.at!, row.id!],
    }));
  }
}
