import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '@lever-certn/database/database';
import type { Role } from '../http/caller';

/** Who a session or token speaks for. */
export interface Standing {
  userId: string;
  owner: boolean;
  roles: Map<string, Role>;
}

const SECRET_BYTES = 32;
/** `seen_at` is written at most this often per session. */
const SEEN_EVERY_SECONDS = 30;

/** The key under which a secret that people carry is stored. */
export function keyOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** A new secret of 256 random bits. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** How long sessions live. */
export interface SessionLimits {
  idleMs: number;
  maxMs: number;
}

/** Sessions of people, by the database's clock. */
export class SessionsStore {
  constructor(
    private readonly database: Database,
    private readonly limits: SessionLimits,
  ) {}

  /** Begins a session and answers the cookie's value. */
  async begin(userId: string): Promise<string> {
    const secret = newSecret();
    await this.database.run(
      'INSERT INTO sessions (id, user_id, created_at, seen_at) VALUES (?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))',
      [keyOfSecret(secret), userId],
    );
    return secret;
  }

  /** Who the cookie speaks for, if its session is alive; which it then stays, unless nobody is `attended` to the page that asks. */
  async standing(secret: string, attended = true): Promise<(Standing & { sessionId: string }) | undefined> {
    const id = keyOfSecret(secret);
    const rows = await this.database.query<{
      user_id: string;
      owner: number;
      team_id: string | null;
      role: Role;
      rested: number | string;
    }>(
      `SELECT s.user_id, u.owner, m.team_id, m.role, TIMESTAMPDIFF(SECOND, s.seen_at, UTC_TIMESTAMP(6)) rested
       FROM sessions s JOIN users u ON u.id = s.user_id AND u.deleted_at IS NULL LEFT JOIN memberships m ON m.user_id = s.user_id
       WHERE s.id = ? AND s.seen_at > UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND AND s.created_at > UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND`,
      [id, this.limits.idleMs * 1000, this.limits.maxMs * 1000],
    );
    const first = rows[0];
    if (!first) return undefined;
    if (attended && Number(first.rested) >= Math.min(SEEN_EVERY_SECONDS, this.limits.idleMs / 4000))
      await this.database.run('UPDATE sessions SET seen_at = UTC_TIMESTAMP(6) WHERE id = ?', [id]);
    return {
      sessionId: id,
      userId: first.user_id,
      owner: Number(first.owner) === 1,
      roles: new Map(rows.filter((row) => row.team_id !== null).map((row) => [row.team_id!, row.role])),
    };
  }

  async end(sessionId: string): Promise<void> {
    await this.database.run('DELETE FROM sessions WHERE id = ?', [sessionId]);
  }

  /** Forgets sessions that are over. */
  async sweep(): Promise<void> {
    await this.database.run('DELETE FROM sessions WHERE created_at < UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND LIMIT 10000', [
      this.limits.maxMs * 1000,
    ]);
  }
}
