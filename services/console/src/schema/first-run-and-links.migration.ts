import { ASCII } from '@lever-certn/database/sql-rows';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE_END = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

/** A disabled person keeps everything but sessions, tokens and the door. */
const USERS = `ALTER TABLE users
  ADD COLUMN must_change_password TINYINT NOT NULL DEFAULT 0,
  ADD COLUMN disabled_at DATETIME(6) NULL,
  ADD COLUMN signed_in_at DATETIME(6) NULL`;

/** From where a session was last used, in words a person knows it by; and by what its person signed in. */
const SESSIONS = `ALTER TABLE sessions
  ADD COLUMN ip VARCHAR(64) NOT NULL DEFAULT '',
  ADD COLUMN browser VARCHAR(100) NOT NULL DEFAULT '',
  ADD COLUMN means VARCHAR(20) NOT NULL DEFAULT 'password'`;

/** Who is invited: found by the SHA-256 of the link's secret, or by the keyed hash of the address, of which there is one invitation. */
const INVITATIONS = `CREATE TABLE IF NOT EXISTS invitations (
  id CHAR(36) NOT NULL PRIMARY KEY,
  secret_hash CHAR(64) ${ASCII} NOT NULL,
  email TEXT NOT NULL,
  email_hash CHAR(32) ${ASCII} NOT NULL,
  name TEXT NOT NULL,
  owner TINYINT NOT NULL DEFAULT 0,
  made_by CHAR(36) NOT NULL,
  created_at DATETIME(6) NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  UNIQUE KEY secret_hash (secret_hash),
  UNIQUE KEY email_hash (email_hash, made_by),
  KEY expires_at (expires_at)
) ${TABLE_END}`;

const INVITATION_ROLES = `CREATE TABLE IF NOT EXISTS invitation_roles (
  invitation_id CHAR(36) NOT NULL,
  team_id CHAR(36) NOT NULL,
  role VARCHAR(10) NOT NULL,
  PRIMARY KEY (invitation_id, team_id),
  KEY team_id (team_id)
) ${TABLE_END}`;

/** One per person at most: a new link ends the one before. */
const PASSWORD_RESETS = `CREATE TABLE IF NOT EXISTS password_resets (
  user_id CHAR(36) NOT NULL PRIMARY KEY,
  secret_hash CHAR(64) ${ASCII} NOT NULL,
  made_by CHAR(36) NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  UNIQUE KEY secret_hash (secret_hash),
  KEY expires_at (expires_at)
) ${TABLE_END}`;

/** Sign-ins that failed, by keyed hashes of what they are counted for: an account, a network address, an account from a known address. */
const SIGN_IN_FAILURES = `CREATE TABLE IF NOT EXISTS sign_in_failures (
  id CHAR(32) ${ASCII} NOT NULL PRIMARY KEY,
  failures INT UNSIGNED NOT NULL,
  turn BIGINT UNSIGNED NOT NULL DEFAULT 0,
  last_at DATETIME(6) NOT NULL,
  free_at DATETIME(6) NOT NULL,
  KEY last_at (last_at)
) ${TABLE_END}`;

/** From which network addresses which accounts were signed in to, by one keyed hash of both: whoever guesses elsewhere does not slow these down. */
const KNOWN_PLACES = `CREATE TABLE IF NOT EXISTS known_places (
  id CHAR(32) ${ASCII} NOT NULL PRIMARY KEY,
  seen_at DATETIME(6) NOT NULL,
  KEY seen_at (seen_at)
) ${TABLE_END}`;

/** One-time links, disabled people, what a list of sessions says, and slowed sign-ins that outlive a restart. */
export class FirstRunAndLinks1764000000200 implements MigrationInterface {
  name = 'FirstRunAndLinks1764000000200';

  async up(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn('users', 'must_change_password'))) await runner.query(USERS);
    if (!(await runner.hasColumn('sessions', 'means'))) await runner.query(SESSIONS);
    for (const sql of [INVITATIONS, INVITATION_ROLES, PASSWORD_RESETS, SIGN_IN_FAILURES, KNOWN_PLACES]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['known_places', 'sign_in_failures', 'password_resets', 'invitation_roles', 'invitations'])
      await runner.query(`DROP TABLE IF EXISTS ${table}`);
    await runner.query('ALTER TABLE sessions DROP COLUMN ip, DROP COLUMN browser, DROP COLUMN means');
    await runner.query('ALTER TABLE users DROP COLUMN must_change_password, DROP COLUMN disabled_at, DROP COLUMN signed_in_at');
  }
}
