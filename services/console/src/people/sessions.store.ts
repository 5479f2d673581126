import { createHash, randomBytes } from 'node:crypto';
import type { Statements } from '@lever-certn/database/database';
import { fromSqlTime } from '@lever-certn/database/sql-rows';
import type { Role } from '../http/caller';
import { browserIn } from './browser.rules';

/** Who a session or token speaks for. */
export interface Standing {
  userId: string;
  owner: boolean;
  roles: Map<string, Role>;
}

/** By what a person signed in. */
export const SIGN_IN_MEANS = ['password', 'single-sign-on'] as const;
export type SignInMeans = (typeof SIGN_IN_MEANS)[number];

/** From where a session begins. */
export interface SessionOrigin {
  ip: string;
  /** The User-Agent header; only what it says of browser and system is kept. */
  userAgent: string | undefined;
  means: SignInMeans;
}

/** A session as its person reads it. */
export interface Session {
  id: string;
  createdAt: string;
  seenAt: string;
  ip: string;
  browser: string;
  means: SignInMeans;
}

const SECRET_BYTES = 32;
/** `seen_at` is written at most this often per session. */
const SEEN_EVERY_SECONDS = 30;
/** Sessions of one person; the one that rested longest makes room. */
const MAX_SESSIONS = 50;
const MAX_IP_CHARACTERS = 64;
/** Takes `idleMs` and `maxMs` in microseconds. */
const ALIVE =
  's.seen_at > UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND AND s.created_at > UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND';

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
    private readonly database: Statements,
    private readonly limits: SessionLimits,
  ) {}

  /** The same, as part of a transaction. */
  within(transaction: Statements): SessionsStore {
    return new SessionsStore(transaction, this.limits);
  }

  /** Begins a session and answers the cookie's value. For who is disabled or gone it is one that never lives. */
  async begin(userId: string, origin: SessionOrigin): Promise<string> {
    const secret = newSecret();
    await this.database.script(
      `INSERT INTO sessions (id, user_id, created_at, seen_at, ip, browser, means)
       SELECT ?, id, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), ?, ?, ? FROM users WHERE id = ? AND deleted_at IS NULL AND disabled_at IS NULL;
       UPDATE users SET signed_in_at = UTC_TIMESTAMP(6) WHERE id = ? AND deleted_at IS NULL AND disabled_at IS NULL;
       DELETE FROM sessions WHERE user_id = ? AND id NOT IN
         (SELECT id FROM (SELECT id FROM sessions WHERE user_id = ? ORDER BY seen_at DESC LIMIT ${MAX_SESSIONS}) kept)`,
      [
        ...[keyOfSecret(secret), origin.ip.slice(0, MAX_IP_CHARACTERS), browserIn(origin.userAgent), origin.means, userId],
        ...[userId, userId, userId],
      ],
    );
    return secret;
  }

  /** Who the cookie speaks for, if its session is alive; which it then stays, unless nobody is `attended` to the page that asks. */
  async standing(
    secret: string,
    ip: string,
    attended = true,
  ): Promise<(Standing & { sessionId: string; mustChangePassword: boolean }) | undefined> {
    const id = keyOfSecret(secret);
    const rows = await this.database.query<{
      user_id: string;
      owner: number;
      must_change: number | string;
      team_id: string | null;
      role: Role;
      rested: number | string;
    }>(
      `SELECT s.user_id, u.owner, u.must_change_password AND s.means = 'password' must_change, m.team_id, m.role,
         TIMESTAMPDIFF(SECOND, s.seen_at, UTC_TIMESTAMP(6)) rested
       FROM sessions s JOIN users u ON u.id = s.user_id AND u.deleted_at IS NULL AND u.disabled_at IS NULL
       LEFT JOIN memberships m ON m.user_id = s.user_id WHERE s.id = ? AND ${ALIVE}`,
      [id, ...this.alive()],
    );
    const first = rows[0];
    if (!first) return undefined;
    if (attended && Number(first.rested) >= Math.min(SEEN_EVERY_SECONDS, this.limits.idleMs / 4000))
      await this.database.run('UPDATE sessions SET seen_at = UTC_TIMESTAMP(6), ip = ? WHERE id = ?', [
        ip.slice(0, MAX_IP_CHARACTERS),
        id,
      ]);
    return {
      sessionId: id,
      userId: first.user_id,
      owner: Number(first.owner) === 1,
      mustChangePassword: Number(first.must_change) === 1,
      roles: new Map(rows.filter((row) => row.team_id !== null).map((row) => [row.team_id!, row.role])),
    };
  }

  /** A person's sessions that are alive, the one used last first. */
  async of(userId: string): Promise<Session[]> {
    const rows = await this.database.query<
      Record<'id' | 'created_at' | 'seen_at' | 'ip' | 'browser', string> & { means: SignInMeans }
    >(
      `SELECT s.id, s.created_at, s.seen_at, s.ip, s.browser, s.means FROM sessions s WHERE s.user_id = ? AND ${ALIVE}
       ORDER BY s.seen_at DESC, s.id LIMIT ${MAX_SESSIONS}`,
      [userId, ...this.alive()],
    );
    return rows.map(({ created_at, seen_at, ...row }) => ({
      ...row,
      createdAt: fromSqlTime(created_at),
      seenAt: fromSqlTime(seen_at),
    }));
  }

  /** Whose session it is, alive or not. */
  async userOf(sessionId: string): Promise<string | undefined> {
    return (await this.database.query<{ user_id: string }>('SELECT user_id FROM sessions WHERE id = ?', [sessionId]))[0]?.user_id;
  }

  async end(sessionId: string): Promise<void> {
    await this.database.run('DELETE FROM sessions WHERE id = ?', [sessionId]);
  }

  /** Ends the session of a cookie, if there is one: whoever signs in again in the same browser leaves none behind. */
  async endOf(secret: string | undefined): Promise<void> {
    if (secret !== undefined) await this.end(keyOfSecret(secret));
  }

  /** Ends all sessions of a person but one; answers how many. */
  async endAll(userId: string, kept: string | undefined): Promise<number> {
    const { affectedRows } = await this.database.run('DELETE FROM sessions WHERE user_id = ? AND id <> ?', [userId, kept ?? '']);
    return affectedRows;
  }

  /** Forgets sessions that are over. */
  async sweep(): Promise<void> {
    await this.database.run('DELETE FROM sessions WHERE created_at < UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND LIMIT 10000', [
      this.limits.maxMs * 1000,
    ]);
  }

  private alive(): number[] {
    return [this.limits.idleMs * 1000, this.limits.maxMs * 1000];
  }
}
