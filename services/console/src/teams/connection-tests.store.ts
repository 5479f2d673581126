import type { Database } from '@lever-certn/database/database';
import { toSqlTime } from '@lever-certn/database/sql-rows';
import { changesSql } from '../live/changes.store';
import type { ConnectionTestAnswer } from './answers';
import { connectionsSql, type VendorName } from './connections.store';

/** A test of a connection, and the account whose key it was made with. */
export interface KeptTest {
  teamId: string;
  vendor: VendorName;
  account: string;
  result: ConnectionTestAnswer;
}

/** A team whose connection was not tested for a while. */
export interface DueTest {
  teamId: string;
  account: string;
}

/** The last test of each connection. */
export class ConnectionTestsStore {
  constructor(private readonly database: Database) {}

  async of(teamIds: readonly string[]): Promise<KeptTest[]> {
    if (teamIds.length === 0) return [];
    const rows = await this.database.query<{ team_id: string; vendor: VendorName; account: string; result: string }>(
      'SELECT team_id, vendor, account, result FROM connection_tests WHERE team_id IN (?)',
      [teamIds],
    );
    return rows.map(({ team_id: teamId, vendor, account, result }) => ({
      teamId,
      vendor,
      account,
      result: JSON.parse(result) as ConnectionTestAnswer,
    }));
  }

  /** Keeps a test and what it says of the connection; pages that show the team hear of it. */
  async keep({ teamId, vendor, account, result }: KeptTest): Promise<void> {
    const { state, reason, checkedAt } = result;
    const news = connectionsSql([{ teamId, vendor, state, reason, checkedAt }]);
    const told = changesSql(new Map([[teamId, { what: ['team'], opportunityIds: [] }]]));
    await this.database.script(
      `INSERT INTO connection_tests (team_id, vendor, account, at, result) VALUES (?, ?, ?, ?, ?)
         ON DUPLICATE KEY UPDATE account = VALUES(account), at = VALUES(at), result = VALUES(result);
       ${news.sql}; ${told.sql}`,
      [teamId, vendor, account, toSqlTime(checkedAt), JSON.stringify(result), ...news.values, ...told.values],
    );
  }

  /** Teams whose connection was not tested since, those that waited longest first. */
  async due(vendor: VendorName, testedBefore: string, limit: number): Promise<DueTest[]> {
    const account = vendor === 'lever' ? 'lever_account' : 'certn_account';
    const rows = await this.database.query<{ id: string; account: string }>(
      `SELECT t.id, t.${account} account FROM teams t LEFT JOIN connection_tests c ON c.team_id = t.id AND c.vendor = ?
       WHERE t.deleted_at IS NULL AND t.${account} IS NOT NULL AND (c.at IS NULL OR c.at < ?) ORDER BY c.at LIMIT ?`,
      [vendor, toSqlTime(testedBefore), limit],
    );
    return rows.map((row) => ({ teamId: row.id, account: row.account }));
  }
}
