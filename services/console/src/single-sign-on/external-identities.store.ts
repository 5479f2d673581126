import { createHash, randomUUID } from 'node:crypto';
import { isDuplicate } from '@lever-certn/database/database-error';
import type { Statements } from '@lever-certn/database/database';
import type { Keyring } from '@lever-certn/sealing/keyring';
import { PEOPLE } from '../people/people.store';

/** Who the provider knows: issuer and subject, nothing else, say who it is. */
export interface ExternalId {
  issuer: string;
  subject: string;
}

/** How a person is called. */
export interface PersonWords {
  email: string;
  name: string;
}

const USED_KEPT_HOURS = 1;

/**
 * People who come by single sign-on. They are found by issuer and subject only: their address has no `email_hash`, so it neither finds nor takes over an
 * account with a password.
 */
export class ExternalIdentitiesStore {
  constructor(
    private readonly database: Statements,
    private readonly keyring: Keyring,
  ) {}

  /** The same, as part of a transaction. */
  within(transaction: Statements): ExternalIdentitiesStore {
    return new ExternalIdentitiesStore(transaction, this.keyring);
  }

  /** Remembers that a state was answered; `false` if it was before. */
  async use(state: string): Promise<boolean> {
    const used = await this.database.run('INSERT IGNORE INTO sign_ins_answered (id, at) VALUES (?, UTC_TIMESTAMP(6))', [
      createHash('sha256').update(state).digest('hex'),
    ]);
    return used.affectedRows > 0;
  }

  /** Forgets states that no cookie can bring back any more. */
  async sweep(): Promise<void> {
    await this.database.run(
      `DELETE FROM sign_ins_answered WHERE at < UTC_TIMESTAMP(6) - INTERVAL ${USED_KEPT_HOURS} HOUR LIMIT 10000`,
    );
  }

  /** The person, unless there is none or it was deleted. */
  async userIdOf(external: ExternalId): Promise<string | undefined> {
    const rows = await this.database.query<{ user_id: string }>(
      'SELECT e.user_id FROM external_identities e JOIN users u ON u.id = e.user_id AND u.deleted_at IS NULL WHERE e.id = ?',
      [keyOf(external)],
    );
    return rows[0]?.user_id;
  }

  /** Makes the person; `undefined` if another process just did. Takes the place of one who was deleted. */
  async add(external: ExternalId, { email, name }: PersonWords): Promise<string | undefined> {
    const userId = randomUUID();
    const id = keyOf(external);
    try {
      await this.database.script(
        `DELETE e FROM external_identities e JOIN users u ON u.id = e.user_id WHERE e.id = ? AND u.deleted_at IS NOT NULL;
         INSERT INTO external_identities (id, user_id) VALUES (?, ?);
         INSERT INTO users (id, email, email_hash, name, password_hash, owner, created_at) VALUES (?, ?, NULL, ?, '', 0, UTC_TIMESTAMP(6))`,
        [...[id, id, userId], ...[userId, this.seal(userId, 'email', email), this.seal(userId, 'name', name)]],
      );
      return userId;
    } catch (error) {
      if (isDuplicate(error)) return undefined;
      throw error;
    }
  }

  /** Takes over how the provider calls the person now. */
  async rename(userId: string, { email, name }: PersonWords): Promise<void> {
    await this.database.run('UPDATE users SET email = ?, name = ? WHERE id = ?', [
      this.seal(userId, 'email', email),
      this.seal(userId, 'name', name),
      userId,
    ]);
  }

  private seal(id: string, field: string, value: string): string {
    return this.keyring.seal(value, { teamId: PEOPLE, recordId: id, field });
  }
}

/** Case counts in both, and a subject may be personal, so that only its hash is kept. */
function keyOf({ issuer, subject }: ExternalId): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex');
}
