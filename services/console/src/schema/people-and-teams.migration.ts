import { outboxTableSql } from '@lever-certn/database/outbox';
import { ASCII } from '@lever-certn/database/sql-rows';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE_END = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

/** People: addresses and names lie sealed; `email_hash` finds them and keeps them apart. A deleted person keeps the row for the audit, without hash. */
const USERS = `CREATE TABLE IF NOT EXISTS users (
  id CHAR(36) NOT NULL PRIMARY KEY,
  email TEXT NOT NULL,
  email_hash CHAR(32) NULL,
  name TEXT NOT NULL,
  password_hash VARCHAR(255) NOT NULL,
  owner TINYINT NOT NULL DEFAULT 0,
  created_at DATETIME(6) NOT NULL,
  deleted_at DATETIME(6) NULL,
  UNIQUE KEY email_hash (email_hash)
) ${TABLE_END}`;

const MEMBERSHIPS = `CREATE TABLE IF NOT EXISTS memberships (
  user_id CHAR(36) NOT NULL,
  team_id CHAR(36) NOT NULL,
  role VARCHAR(10) NOT NULL,
  PRIMARY KEY (user_id, team_id),
  KEY team_id (team_id)
) ${TABLE_END}`;

/** Found by the SHA-256 of the cookie, so that who reads the table can't sign in. */
const SESSIONS = `CREATE TABLE IF NOT EXISTS sessions (
  id CHAR(64) NOT NULL PRIMARY KEY,
  user_id CHAR(36) NOT NULL,
  created_at DATETIME(6) NOT NULL,
  seen_at DATETIME(6) NOT NULL,
  KEY user_id (user_id),
  KEY created_at (created_at)
) ${TABLE_END}`;

/** Found by the SHA-256 of the token. */
const API_TOKENS = `CREATE TABLE IF NOT EXISTS api_tokens (
  id CHAR(36) NOT NULL PRIMARY KEY,
  token_hash CHAR(64) NOT NULL,
  ends_in CHAR(4) NOT NULL,
  name VARCHAR(200) NOT NULL,
  team_id CHAR(36) NOT NULL,
  role VARCHAR(10) NOT NULL,
  made_by CHAR(36) NOT NULL,
  created_at DATETIME(6) NOT NULL,
  expires_at DATETIME(6) NOT NULL,
  last_used_at DATETIME(6) NULL,
  UNIQUE KEY token_hash (token_hash),
  KEY team_id (team_id),
  KEY made_by (made_by)
) ${TABLE_END}`;

/**
 * One team per row. `settings` is the message of \`team-settings\` as it is published, secrets sealed; `notes` is what the console remembers beside it. The
 * other columns are copies for finding, and the unique key keeps two teams of one Lever account from one stage.
 */
const TEAMS = `CREATE TABLE IF NOT EXISTS teams (
  id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
  integration_id CHAR(32) NOT NULL,
  name VARCHAR(200) NOT NULL,
  version INT UNSIGNED NOT NULL,
  settings MEDIUMTEXT NOT NULL,
  notes TEXT NOT NULL,
  lever_account CHAR(16) NULL,
  trigger_stage_id VARCHAR(100) NULL,
  certn_account CHAR(16) NULL,
  created_at DATETIME(6) NOT NULL,
  deleted_at DATETIME(6) NULL,
  UNIQUE KEY integration_id (integration_id),
  UNIQUE KEY stage (lever_account, trigger_stage_id),
  KEY name (name, id)
) ${TABLE_END}`;

/** Who did what, when, from where. Never a secret: \`detail\` names what changed. */
const AUDIT = `CREATE TABLE IF NOT EXISTS audit (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at DATETIME(6) NOT NULL,
  by_whom VARCHAR(100) NOT NULL,
  user_id CHAR(36) NULL,
  team_id VARCHAR(100) NULL,
  action VARCHAR(60) NOT NULL,
  subject VARCHAR(200) NULL,
  detail TEXT NULL,
  ip VARCHAR(64) NULL,
  KEY team_id (team_id, id)
) ${TABLE_END}`;

/** Commands that people gave, by their Idempotency-Key, so that a repeat gets the first answer. */
const COMMANDS_GIVEN = `CREATE TABLE IF NOT EXISTS commands_given (
  command_id CHAR(36) NOT NULL PRIMARY KEY,
  team_id CHAR(36) NOT NULL,
  request_hash CHAR(64) NOT NULL,
  answer TEXT NOT NULL,
  at DATETIME(6) NOT NULL,
  KEY at (at)
) ${TABLE_END}`;

/** The console's own tables: people, teams, audit, commands. */
export class PeopleAndTeams1764000000000 implements MigrationInterface {
  name = 'PeopleAndTeams1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [USERS, MEMBERSHIPS, SESSIONS, API_TOKENS, TEAMS, AUDIT, COMMANDS_GIVEN, outboxTableSql])
      await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['outbox', 'commands_given', 'audit', 'teams', 'api_tokens', 'sessions', 'memberships', 'users'])
      await runner.query(`DROP TABLE IF EXISTS ${table}`);
  }
}
