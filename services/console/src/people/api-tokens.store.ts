import { randomUUID } from 'node:crypto';
import type { Statements } from '@lever-certn/database/database';
import { fromSqlTime, toSqlTime } from '@lever-certn/database/sql-rows';
import type { Role } from '../http/caller';
import { keyOfSecret, newSecret } from './sessions.store';

/** An API token, without itself. */
export interface ApiToken {
  id: string;
  name: string;
  teamId: string;
  role: Role;
  madeBy: string;
  endsIn: string;
  createdAt: string;
  expiresAt: string;
  lastUsedAt: string | null;
}

/** Stands before every token, so that one that leaks into a repository is recognised. */
const TOKEN_PREFIX = 'lc_';
const MAX_TOKENS = 2000;

interface TokenRow {
  id: string;
  name: string;
  team_id: string;
  role: Role;
  made_by: string;
  ends_in: string;
  created_at: string;
  expires_at: string;
  last_used_at: string | null;
}

/** API tokens: of one team each, with a role and an expiry. Only their hashes are kept. */
export class ApiTokensStore {
  constructor(private readonly database: Statements) {}

  /** The same, as part of a transaction. */
  within(transaction: Statements): ApiTokensStore {
    return new ApiTokensStore(transaction);
  }

  /** Makes a token; its value is told here and never again. */
  async add(token: {
    name: string;
    teamId: string;
    role: Role;
    madeBy: string;
    expiresAt: string;
  }): Promise<{ id: string; value: string }> {
    const id = randomUUID();
    const value = TOKEN_PREFIX + newSecret();
    await this.database.run(
      `INSERT INTO api_tokens (id, token_hash, ends_in, name, team_id, role, made_by, created_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6), ?)`,
      [id, keyOfSecret(value), value.slice(-4), token.name, token.teamId, token.role, token.madeBy, toSqlTime(token.expiresAt)],
    );
    return { id, value };
  }

  /** Tokens of these teams (`undefined`: of all), and those the person made. */
  async visible(userId: string, teamIds: readonly string[] | undefined): Promise<ApiToken[]> {
    const where = teamIds === undefined ? '1 = 1' : teamIds.length > 0 ? '(made_by = ? OR team_id IN (?))' : 'made_by = ?';
    const values = teamIds === undefined ? [] : teamIds.length > 0 ? [userId, teamIds] : [userId];
    const rows = await this.database.query<TokenRow>(
      `SELECT * FROM api_tokens WHERE ${where} ORDER BY created_at, id LIMIT ${MAX_TOKENS}`,
      values,
    );
    return rows.map(toToken);
  }

  async byId(id: string): Promise<ApiToken | undefined> {
    return (await this.database.query<TokenRow>('SELECT * FROM api_tokens WHERE id = ?', [id])).map(toToken)[0];
  }

  async remove(id: string): Promise<void> {
    await this.database.run('DELETE FROM api_tokens WHERE id = ?', [id]);
  }

  /**
   * What a token may do now: never more than its maker may now, so it dies with its maker and with the maker's role. `makerRole` is `undefined` where the
   * maker is no longer of the team.
   */
  async standing(
    value: string,
  ): Promise<
    { id: string; teamId: string; role: Role; madeBy: string; makerOwner: boolean; makerRole: Role | undefined } | undefined
  > {
    if (!value.startsWith(TOKEN_PREFIX)) return undefined;
    const rows = await this.database.query<TokenRow & { owner: number; maker_role: Role | null; rested: number | string | null }>(
      `SELECT t.*, u.owner, m.role maker_role, TIMESTAMPDIFF(SECOND, t.last_used_at, UTC_TIMESTAMP(6)) rested
       FROM api_tokens t JOIN users u ON u.id = t.made_by AND u.deleted_at IS NULL AND u.disabled_at IS NULL
       LEFT JOIN memberships m ON m.user_id = t.made_by AND m.team_id = t.team_id
       WHERE t.token_hash = ? AND t.expires_at > UTC_TIMESTAMP(6)`,
      [keyOfSecret(value)],
    );
    const row = rows[0];
    if (!row) return undefined;
    if (row.rested === null || Number(row.rested) >= 60)
      await this.database.run('UPDATE api_tokens SET last_used_at = UTC_TIMESTAMP(6) WHERE id = ?', [row.id]);
    return {
      id: row.id,
      teamId: row.team_id,
      role: row.role,
      madeBy: row.made_by,
      makerOwner: Number(row.owner) === 1,
      makerRole: row.maker_role ?? undefined,
    };
  }
}

function toToken(row: TokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    teamId: row.team_id,
    role: row.role,
    madeBy: row.made_by,
    endsIn: row.ends_in,
    createdAt: fromSqlTime(row.created_at),
    expiresAt: fromSqlTime(row.expires_at),
    lastUsedAt: row.last_used_at === null ? null : fromSqlTime(row.last_used_at),
  };
}
