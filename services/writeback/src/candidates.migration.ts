import { ASCII } from '@lever-certn/database/sql-rows';
import { addIndex, dropIndex } from '@lever-certn/database/table-changes';
import { accountLeasesTableSql } from '@lever-certn/reconcile/account-leases';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Ids and tags of others: any characters, compared as they are. */
const EXACT = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

/** Table `candidates`: which tag and links an opportunity should have and which were written, one row per team and opportunity, for ever. */
export class Candidates1767225600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS candidates (
        id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
        team_id VARCHAR(100) ${EXACT} NOT NULL,
        opportunity_id VARCHAR(100) ${EXACT} NOT NULL,
        account CHAR(16) ${ASCII} NOT NULL,
        due_at DATETIME(6) NULL,
        attempts INT UNSIGNED NOT NULL DEFAULT 0,
        reason VARCHAR(60) NULL,
        hint INT UNSIGNED NOT NULL DEFAULT 0,
        turn INT UNSIGNED NOT NULL DEFAULT 0,
        newest CHAR(35) ${ASCII} NOT NULL,
        check_id VARCHAR(100) ${EXACT} NOT NULL,
        facts TEXT NULL,
        is_open TINYINT UNSIGNED NOT NULL DEFAULT 0,
        profile VARCHAR(20) ${ASCII} NOT NULL,
        wanted_tag VARCHAR(100) ${EXACT} NOT NULL,
        written_tag VARCHAR(100) ${EXACT} NULL,
        links_wanted TEXT ${EXACT} NOT NULL,
        links_written TEXT ${EXACT} NULL,
        traceparent VARCHAR(60) ${ASCII} NULL,
        KEY candidates_due (account, due_at),
        KEY candidates_team (team_id, due_at),
        KEY candidates_open (team_id, is_open, profile)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`);
    await runner.query(accountLeasesTableSql());
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS candidates');
    await runner.query('DROP TABLE IF EXISTS account_leases');
  }
}

/** What waits of a team is found by the index over due rows: one index less for every row that is written. */
export class CandidatesByDueRows1767225600100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, 'candidates', 'candidates_team');
  }

  async down(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'candidates', 'candidates_team', 'team_id, due_at');
  }
}

/** All migrations, in order. */
export const MIGRATIONS = [Candidates1767225600000, CandidatesByDueRows1767225600100];
