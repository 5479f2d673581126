import { randomUUID } from 'node:crypto';
import type { Statements } from '@lever-certn/database/database';
import { fromSqlTime } from '@lever-certn/database/sql-rows';
import type { IndexKey } from '@lever-certn/sealing/index-key';
import type { Keyring } from '@lever-certn/sealing/keyring';
import type { Role } from '../http/caller';

/** A person who may sign in. */
export interface Person {
  id: string;
  email: string;
  name: string;
  owner: boolean;
  /** By team id. */
  roles: Map<string, Role>;
  /** Empty for who has no password of ours. */
  passwordHash: string;
  /** The password was chosen by someone else: by a program, or by who made the person. */
  mustChangePassword: boolean;
  disabledAt: string | null;
  /** When a session last began. */
  signedInAt: string | null;
}

/** What a new person brings. */
export interface NewPerson {
  email: string;
  name: string;
  passwordHash: string;
  owner: boolean;
  roles: ReadonlyMap<string, Role>;
  mustChangePassword?: boolean;
}

/** What may be changed of a person at once. */
export interface PersonChanges {
  name?: string;
  passwordHash?: string;
  mustChangePassword?: boolean;
  owner?: boolean;
}

interface UserRow {
  id: string;
  email: string;
  name: string;
  owner: number;
  password_hash: string;
  must_change_password: number;
  disabled_at: string | null;
  signed_in_at: string | null;
}

/** Addresses of people are sealed for a place that is no team's. */
export const PEOPLE = 'people';
const MAX_PEOPLE = 2000;
const OWNS = 'owner = 1 AND deleted_at IS NULL AND disabled_at IS NULL';

/** People and their roles. E-mail addresses and names lie sealed; an address is found by its keyed hash. */
export class PeopleStore {
  constructor(
    private readonly database: Statements,
    private readonly keyring: Keyring,
    private readonly indexKey: IndexKey,
  ) {}

  /** The same, as part of a transaction. */
  within(transaction: Statements): PeopleStore {
    return new PeopleStore(transaction, this.keyring, this.indexKey);
  }

  async byEmail(email: string): Promise<Person | undefined> {
    return (await this.read('WHERE u.email_hash = ? AND u.deleted_at IS NULL', [this.indexKey.hash(email)]))[0];
  }

  async byId(id: string): Promise<Person | undefined> {
    return (await this.read('WHERE u.id = ? AND u.deleted_at IS NULL', [id]))[0];
  }

  /** Like {@link byId}, and nobody else changes the person before the transaction ends. */
  async locked(id: string): Promise<Person | undefined> {
    const found = await this.database.query('SELECT id FROM users WHERE id = ? AND deleted_at IS NULL FOR UPDATE', [id]);
    return found.length > 0 ? this.byId(id) : undefined;
  }

  /** Everyone, or everyone who has a role in one of the teams; in the order they were made. */
  async all(teamIds?: readonly string[]): Promise<Person[]> {
    if (teamIds === undefined) return this.read('WHERE u.deleted_at IS NULL', []);
    if (teamIds.length === 0) return [];
    return this.read('WHERE u.deleted_at IS NULL AND u.id IN (SELECT user_id FROM memberships WHERE team_id IN (?))', [teamIds]);
  }

  /** Their names for people to read, also of those deleted since. */
  async names(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database.query<Pick<UserRow, 'id' | 'email'>>('SELECT id, email FROM users WHERE id IN (?)', [ids]);
    return new Map(rows.map((row) => [row.id, this.open(row.id, 'email', row.email)]));
  }

  /** Makes a person; `undefined` if someone has that address. */
  async add(person: NewPerson): Promise<string | undefined> {
    const id = randomUUID();
    const added = await this.database.run(
      `INSERT IGNORE INTO users (id, email, email_hash, name, password_hash, owner, must_change_password, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6))`,
      [
        id,
        this.seal(id, 'email', person.email),
        this.indexKey.hash(person.email),
        this.seal(id, 'name', person.name),
        person.passwordHash,
        person.owner ? 1 : 0,
        person.mustChangePassword ? 1 : 0,
      ],
    );
    if (added.affectedRows === 0) return undefined;
    await this.setRoles(id, person.roles, undefined);
    return id;
  }

  /** Changes what is given; a new password ends the person's sessions, all but `keptSession`, and a link to set one. */
  async change(id: string, changes: PersonChanges, keptSession?: string): Promise<void> {
    const { name, passwordHash, mustChangePassword, owner } = changes;
    const sets: [string, unknown][] = [];
    if (name !== undefined) sets.push(['name = ?', this.seal(id, 'name', name)]);
    if (passwordHash !== undefined) sets.push(['password_hash = ?', passwordHash]);
    if (mustChangePassword !== undefined) sets.push(['must_change_password = ?', mustChangePassword ? 1 : 0]);
    if (owner !== undefined) sets.push(['owner = ?', owner ? 1 : 0]);
    if (sets.length === 0) return;
    const statements = [`UPDATE users SET ${sets.map(([sql]) => sql).join(', ')} WHERE id = ?`];
    const values = [...sets.map(([, value]) => value), id];
    if (passwordHash !== undefined) {
      statements.push('DELETE FROM sessions WHERE user_id = ? AND id <> ?', 'DELETE FROM password_resets WHERE user_id = ?');
      values.push(id, keptSession ?? '', id);
    }
    await this.database.script(statements.join(';'), values);
  }

  /** Ends all that a person carries, now: sessions, API tokens, a link to set a password. What is of the past stays. */
  async disable(id: string): Promise<void> {
    await this.database.script(
      `UPDATE users SET disabled_at = COALESCE(disabled_at, UTC_TIMESTAMP(6)) WHERE id = ?;
       DELETE FROM sessions WHERE user_id = ?; DELETE FROM api_tokens WHERE made_by = ?; DELETE FROM password_resets WHERE user_id = ?`,
      [id, id, id, id],
    );
  }

  /** Lets a person in again, with the password of before, and with no session of before. */
  async enable(id: string): Promise<void> {
    await this.database.script('DELETE FROM sessions WHERE user_id = ?; UPDATE users SET disabled_at = NULL WHERE id = ?', [
      id,
      id,
    ]);
  }

  /** Gives roles besides those the person has; of two in one team the higher stays. */
  async addRoles(id: string, roles: ReadonlyMap<string, Role>): Promise<void> {
    if (roles.size === 0) return;
    await this.database.run(
      `INSERT INTO memberships (user_id, team_id, role) VALUES ?
       ON DUPLICATE KEY UPDATE role = IF(role = 'admin', role, VALUES(role))`,
      [[...roles].map(([teamId, role]) => [id, teamId, role])],
    );
  }

  /** Puts these roles in place of those the person has, in `within` only (`undefined`: everywhere). */
  async setRoles(id: string, roles: ReadonlyMap<string, Role>, within: readonly string[] | undefined): Promise<void> {
    const kept = [...roles].filter(([teamId]) => within === undefined || within.includes(teamId));
    const statements = [
      within === undefined
        ? 'DELETE FROM memberships WHERE user_id = ?'
        : 'DELETE FROM memberships WHERE user_id = ? AND team_id IN (?)',
      ...(kept.length > 0 ? ['INSERT INTO memberships (user_id, team_id, role) VALUES ?'] : []),
    ];
    await this.database.script(statements.join(';'), [
      id,
      ...(within === undefined ? [] : [within.length > 0 ? within : ['']]),
      ...(kept.length > 0 ? [kept.map(([teamId, role]) => [id, teamId, role])] : []),
    ]);
  }

  /** Deletes a person with sessions, roles and API tokens; the name stays for the audit. */
  async remove(id: string): Promise<void> {
    await this.database.script(
      `UPDATE users SET deleted_at = UTC_TIMESTAMP(6), email_hash = NULL, password_hash = '', owner = 0 WHERE id = ?;
       DELETE FROM memberships WHERE user_id = ?; DELETE FROM sessions WHERE user_id = ?; DELETE FROM api_tokens WHERE made_by = ?;
       DELETE FROM password_resets WHERE user_id = ?`,
      [id, id, id, id, id],
    );
  }

  /** How many owners may sign in. */
  async owners(): Promise<number> {
    return (await this.database.query(`SELECT id FROM users WHERE ${OWNS}`)).length;
  }

  /**
   * Whether a person is the only owner who may sign in, up to the end of the transaction: whoever takes an owner away asks this first. All owners are locked, so
   * that of two who do so at the same moment the second waits here and sees what the first has left.
   */
  async isLastOwner(id: string): Promise<boolean> {
    const owners = await this.database.query<{ id: string }>(`SELECT id FROM users WHERE ${OWNS} ORDER BY id FOR UPDATE`);
    return owners.length === 1 && owners[0]!.id === id;
  }

  /** Makes addresses findable again after `INDEX_KEY` was replaced, so that nobody is locked out; but those of single sign-on are never found by. */
  async reindex(): Promise<void> {
    const rows = await this.database.query<{ id: string; email: string; email_hash: string }>(
      `SELECT id, email, email_hash FROM users WHERE deleted_at IS NULL AND email_hash IS NOT NULL LIMIT ${MAX_PEOPLE}`,
    );
    for (const row of rows) {
      const hash = this.indexKey.hash(this.open(row.id, 'email', row.email));
      if (hash !== row.email_hash) await this.database.run('UPDATE IGNORE users SET email_hash = ? WHERE id = ?', [hash, row.id]);
    }
  }

  private async read(where: string, values: unknown[]): Promise<Person[]> {
    const rows = await this.database.query<UserRow>(
      `SELECT u.id, u.email, u.name, u.owner, u.password_hash, u.must_change_password, u.disabled_at, u.signed_in_at
       FROM users u ${where} ORDER BY u.created_at, u.id LIMIT ${MAX_PEOPLE}`,
      values,
    );
    if (rows.length === 0) return [];
    const memberships = await this.database.query<{ user_id: string; team_id: string; role: Role }>(
      'SELECT user_id, team_id, role FROM memberships WHERE user_id IN (?)',
      [rows.map((row) => row.id)],
    );
    return rows.map((row) => ({
      id: row.id,
      email: this.open(row.id, 'email', row.email),
      name: this.open(row.id, 'name', row.name),
      owner: Number(row.owner) === 1,
      passwordHash: row.password_hash,
      mustChangePassword: Number(row.must_change_password) === 1,
      disabledAt: row.disabled_at === null ? null : fromSqlTime(row.disabled_at),
      signedInAt: row.signed_in_at === null ? null : fromSqlTime(row.signed_in_at),
      roles: new Map(memberships.filter((entry) => entry.user_id === row.id).map((entry) => [entry.team_id, entry.role])),
    }));
  }

  private seal(id: string, field: string, value: string): string {
    return this.keyring.seal(value, { teamId: PEOPLE, recordId: id, field });
  }

  private open(id: string, field: string, envelope: string): string {
    return this.keyring.open(envelope, { teamId: PEOPLE, recordId: id, field });
  }
}
