import type { Database } from '@lever-certn/database/database';
import { fromSqlTime, toSqlTime } from '@lever-certn/database/sql-rows';

/** Which webhooks of a team. */
export interface DeliveryFilter {
  teamId: string;
  vendor?: string;
  outcome?: string;
  opportunityId?: string;
  /** ISO 8601, both included. */
  since?: string;
  until?: string;
  after?: readonly string[];
  limit: number;
}

/** A webhook and its verdict; or, of those nobody signed, how many came at once. */
export interface Delivery {
  at: string;
  id: string;
  vendor: string | null;
  outcome: string;
  reason: string | null;
  detail: string | null;
  opportunityId: string | null;
  count: number;
}

/** How many webhooks of a vendor got a verdict. */
export interface DeliveryCount {
  vendor: string | null;
  outcome: string;
  count: number;
}

/** Webhooks and their verdicts, newest first. */
export class DeliveriesStore {
  constructor(private readonly database: Database) {}

  async list(filter: DeliveryFilter): Promise<(Delivery & { position: [string, string] })[]> {
    const { teamId, vendor, outcome, opportunityId, since, until, after, limit } = filter;
    const conditions: [string, unknown[]][] = [['team_id = ?', [teamId]]];
    if (vendor !== undefined) conditions.push(['vendor = ?', [vendor]]);
    if (outcome !== undefined) conditions.push(['outcome = ?', [outcome]]);
    if (opportunityId !== undefined) conditions.push(['opportunity_id = ?', [opportunityId]]);
    if (since !== undefined) conditions.push(['at >= ?', [toSqlTime(since)]]);
    if (until !== undefined) conditions.push(['at <= ?', [toSqlTime(until)]]);
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

  /** How many came with which verdict since a time, the most frequent first. */
  async counts(teamId: string, since: string): Promise<DeliveryCount[]> {
    const rows = await this.database.query<{ vendor: string | null; outcome: string; count: string | number }>(
      'SELECT vendor, outcome, SUM(times) count FROM deliveries WHERE team_id = ? AND at >= ? GROUP BY vendor, outcome ORDER BY count DESC, outcome',
      [teamId, toSqlTime(since)],
    );
    return rows.map(({ vendor, outcome, count }) => ({ vendor: vendor ?? null, outcome, count: Number(count) }));
  }
}
