import { randomUUID } from 'node:crypto';
import type { Statements } from '@lever-certn/database/database';
import { fromSqlTime } from '@lever-certn/database/sql-rows';
import type { IndexKey } from '@lever-certn/sealing/index-key';
import type { Keyring } from '@lever-certn/sealing/keyring';
import type { Role } from '../http/caller';
import { LINK_HOURS } from './one-time-link';
import { keyOfSecret, newSecret } from './sessions.store';
import { joinedRoles } from './users.rules';

/** Somebody who was asked to join and has not yet. */
export interface Invitation {
  id: string;
  email: string;
  /** Empty where the inviter does not know it. */
  name: string;
  owner: boolean;
  roles: Map<string, Role>;
  madeBy: string;
  createdAt: string;
  expiresAt: string;
  /** The link is too old. */
  over: boolean;
}

/** Whom to invite, to what. */
export interface Invited {
  email: string;
  name: string;
  owner: boolean;
  roles: ReadonlyMap<string, Role>;
}

interface Row {
  id: string;
  email: string;
  name: string;
  owner: number;
  made_by: string;
  created_at: string;
  expires_at: string;
  is_over: number | string;
}

/** Invitations that wait, all together. */
export const MAX_INVITATIONS = 2000;
/** Those whose link is over stay to be seen and renewed. */
const KEPT_DAYS = 30;
const SWEPT_AT_ONCE = 1000;
const PLACE = 'invitations';

/** Invitations. Addresses and names lie sealed, the secret of the link as a hash. An inviter has one per address: a second joins the first and ends its link. */
export class InvitationsStore {
  constructor(
    private readonly database: Statements,
    private readonly keyring: Keyring,
    private readonly indexKey: IndexKey,
  ) {}

  /** The same, as part of a transaction. */
  within(transaction: Statements): InvitationsStore {
    return new InvitationsStore(transaction, this.keyring, this.indexKey);
  }

  /** Makes an invitation; its secret is told here and never again. */
  async add(invited: Invited, madeBy: string): Promise<{ id: string; secret: string }> {
    const hash = this.indexKey.hash(invited.email);
    const before = (await this.read('i.email_hash = ? AND i.made_by = ?', [hash, madeBy]))[0];
    const isStanding = before && !before.over;
    const roles = isStanding ? joinedRoles(before.roles, invited.roles) : invited.roles;
    const owner = invited.owner || Boolean(isStanding && before.owner);
    const id = randomUUID();
    const secret = newSecret();
    const entries = [...roles].map(([teamId, role]) => [id, teamId, role]);
    await this.database.script(
      `DELETE r FROM invitation_roles r JOIN invitations i ON i.id = r.invitation_id WHERE i.email_hash = ? AND i.made_by = ?;
       DELETE FROM invitations WHERE email_hash = ? AND made_by = ?;
       INSERT INTO invitations (id, secret_hash, email, email_hash, name, owner, made_by, created_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL ${LINK_HOURS} HOUR)
       ${entries.length > 0 ? '; INSERT INTO invitation_roles (invitation_id, team_id, role) VALUES ?' : ''}`,
      [
        ...[hash, madeBy, hash, madeBy],
        ...[id, keyOfSecret(secret), this.seal(id, 'email', invited.email), hash],
        ...[this.seal(id, 'name', invited.name), owner ? 1 : 0, madeBy],
        ...(entries.length > 0 ? [entries] : []),
      ],
    );
    return { id, secret };
  }

  async byId(id: string): Promise<Invitation | undefined> {
    return (await this.read('i.id = ?', [id]))[0];
  }

  /** The invitation a link leads to, if the link can still be used. Looking does not use it up. */
  async bySecret(secret: string): Promise<Invitation | undefined> {
    return (await this.read('i.secret_hash = ? AND i.expires_at > UTC_TIMESTAMP(6)', [keyOfSecret(secret)]))[0];
  }

  /** All invitations, or those to one of the teams; the newest first. */
  async all(teamIds: readonly string[] | undefined): Promise<Invitation[]> {
    if (teamIds === undefined) return this.read('1 = 1', []);
    if (teamIds.length === 0) return [];
    return this.read('i.id IN (SELECT invitation_id FROM invitation_roles WHERE team_id IN (?))', [teamIds]);
  }

  async count(): Promise<number> {
    const rows = await this.database.query<{ n: number | string }>('SELECT COUNT(*) n FROM invitations');
    return Number(rows[0]?.n ?? 0);
  }

  /** Withdraws an invitation, or uses it up. */
  async remove(id: string): Promise<void> {
    await this.database.script('DELETE FROM invitation_roles WHERE invitation_id = ?; DELETE FROM invitations WHERE id = ?', [
      id,
      id,
    ]);
  }

  /** Forgets invitations nobody took up. */
  async sweep(): Promise<void> {
    const old = `SELECT id FROM (SELECT id FROM invitations WHERE expires_at < UTC_TIMESTAMP(6) - INTERVAL ${KEPT_DAYS} DAY
      ORDER BY expires_at LIMIT ${SWEPT_AT_ONCE}) old`;
    await this.database.script(
      `DELETE FROM invitation_roles WHERE invitation_id IN (${old}); DELETE FROM invitations WHERE id IN (${old})`,
    );
  }

  private async read(where: string, values: unknown[]): Promise<Invitation[]> {
    const rows = await this.database.query<Row>(
      `SELECT i.id, i.email, i.name, i.owner, i.made_by, i.created_at, i.expires_at, i.expires_at <= UTC_TIMESTAMP(6) is_over
       FROM invitations i WHERE ${where} ORDER BY i.created_at DESC, i.id LIMIT ${MAX_INVITATIONS}`,
      values,
    );
    if (rows.length === 0) return [];
    const roles = await this.database.query<{ invitation_id: string; team_id: string; role: Role }>(
      'SELECT invitation_id, team_id, role FROM invitation_roles WHERE invitation_id IN (?)',
      [rows.map(({ id }) => id)],
    );
    const rolesById = new Map<string, [string, Role][]>(rows.map(({ id }) => [id, []]));
    for (const { invitation_id, team_id, role } of roles) rolesById.get(invitation_id)?.push([team_id, role]);
    return rows.map((row) => ({
      id: row.id,
      email: this.open(row.id, 'email', row.email),
      name: this.open(row.id, 'name', row.name),
      owner: Number(row.owner) === 1,
      roles: new Map(rolesById.get(row.id)),
      madeBy: row.made_by,
      createdAt: fromSqlTime(row.created_at),
      expiresAt: fromSqlTime(row.expires_at),
      over: Number(row.is_over) === 1,
    }));
  }

  private seal(id: string, field: string, value: string): string {
    return this.keyring.seal(value, { teamId: PLACE, recordId: id, field });
  }

  private open(id: string, field: string, envelope: string): string {
    return this.keyring.open(envelope, { teamId: PLACE, recordId: id, field });
  }
}
