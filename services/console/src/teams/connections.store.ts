import type { Database } from '@lever-certn/database/database';
import { fromSqlTime, toSqlTime } from '@lever-certn/database/sql-rows';
import { changesSql } from '../live/changes.store';

export const CONNECTION_STATES = ['ok', 'broken', 'unknown'] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];
export type VendorName = 'lever' | 'certn';

/** What is known of a team's connection to a vendor. */
export interface Connection {
  teamId: string;
  vendor: VendorName;
  state: ConnectionState;
  /** A word of a closed list; the cure is made from it. */
  reason: string | null;
  checkedAt: string;
}

/** The last news of every connection: from tests here, and from the services that work with it. The newest wins. */
export class ConnectionsStore {
  constructor(private readonly database: Database) {}

  async of(teamIds: readonly string[]): Promise<Connection[]> {
    if (teamIds.length === 0) return [];
    const rows = await this.database.query<Record<string, string>>(
      'SELECT team_id, vendor, state, reason, checked_at FROM connections WHERE team_id IN (?)',
      [teamIds],
    );
    return rows.map((row) => ({
      teamId: row.team_id!,
      vendor: row.vendor as VendorName,
      state: row.state as ConnectionState,
      reason: row.reason ?? null,
      checkedAt: fromSqlTime(row.checked_at!),
    }));
  }

  async record(connection: Connection): Promise<void> {
    const news = connectionsSql([connection]);
    const told = changesSql(new Map([[connection.teamId, { what: ['team'], opportunityIds: [] }]]));
    await this.database.script(`${news.sql}; ${told.sql}`, [...news.values, ...told.values]);
  }
}

/** The statement that records news of connections; older news than what is known changes nothing. At least one. */
export function connectionsSql(connections: readonly Connection[]): { sql: string; values: unknown[] } {
  const newer = 'VALUES(checked_at) >= checked_at';
  return {
    sql: `INSERT INTO connections (team_id, vendor, state, reason, checked_at) VALUES ?
      ON DUPLICATE KEY UPDATE state = IF(${newer}, VALUES(state), state), reason = IF(${newer}, VALUES(reason), reason),
        checked_at = GREATEST(checked_at, VALUES(checked_at))`,
    values: [
      connections.map(({ teamId, vendor, state, reason, checkedAt }) => [teamId, vendor, state, reason, toSqlTime(checkedAt)]),
    ],
  };
}
