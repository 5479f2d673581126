import type { Statements } from '@lever-certn/database/database';
import { fromSqlTime } from '@lever-certn/database/sql-rows';
import { LINK_HOURS } from './one-time-link';
import { keyOfSecret, newSecret } from './sessions.store';

/** A link by which a person sets a new password. */
export interface PasswordReset {
  userId: string;
  madeBy: string;
  expiresAt: string;
}

const SWEPT_AT_ONCE = 1000;

/** Links to set a new password: one per person, only their hashes are kept. */
export class PasswordResetsStore {
  constructor(private readonly database: Statements) {}

  /** The same, as part of a transaction. */
  within(transaction: Statements): PasswordResetsStore {
    return new PasswordResetsStore(transaction);
  }

  /** Makes a link and ends the one before; its secret is told here and never again. */
  async add(userId: string, madeBy: string): Promise<string> {
    const secret = newSecret();
    await this.database.run(
      `REPLACE INTO password_resets (user_id, secret_hash, made_by, expires_at)
       VALUES (?, ?, ?, UTC_TIMESTAMP(6) + INTERVAL ${LINK_HOURS} HOUR)`,
      [userId, keyOfSecret(secret), madeBy],
    );
    return secret;
  }

  /** What a link is for, if it can still be used. Looking does not use it up. */
  async bySecret(secret: string): Promise<PasswordReset | undefined> {
    const rows = await this.database.query<{ user_id: string; made_by: string; expires_at: string }>(
      'SELECT user_id, made_by, expires_at FROM password_resets WHERE secret_hash = ? AND expires_at > UTC_TIMESTAMP(6)',
      [keyOfSecret(secret)],
    );
    return rows.map((row) => ({ userId: row.user_id, madeBy: row.made_by, expiresAt: fromSqlTime(row.expires_at) }))[0];
  }

  /** Uses a link up: true for one caller only. */
  async take(secret: string): Promise<boolean> {
    const { affectedRows } = await this.database.run(
      'DELETE FROM password_resets WHERE secret_hash = ? AND expires_at > UTC_TIMESTAMP(6)',
      [keyOfSecret(secret)],
    );
    return affectedRows === 1;
  }

  /** Forgets links that are over. */
  async sweep(): Promise<void> {
    await this.database.run(`DELETE FROM password_resets WHERE expires_at < UTC_TIMESTAMP(6) LIMIT ${SWEPT_AT_ONCE}`);
  }
}
