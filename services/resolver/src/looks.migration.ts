import { ASCII } from '@lever-certn/database/sql-rows';
import { addIndex, dropIndex } from '@lever-certn/database/table-changes';
import { accountLeasesTableSql } from '@lever-certn/reconcile/account-leases';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Ids and tags of others: any characters, compared as they are. */
const EXACT = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

/** Table `looks`: what the resolver must look at, and what it last said, one row per team and opportunity, for ever. */
export class Looks1767225600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS looks (
        id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY,
        team_id VARCHAR(100) ${EXACT} NOT NULL,
        opportunity_id VARCHAR(100) ${EXACT} NOT NULL,
        account CHAR(16) ${ASCII} NOT NULL,
        due_at DATETIME(6) NULL,
        attempts INT UNSIGNED NOT NULL DEFAULT 0,
        reason VARCHAR(60) NULL,
        hint INT UNSIGNED NOT NULL DEFAULT 0,
        turn INT UNSIGNED NOT NULL DEFAULT 0,
        stage_look TINYINT UNSIGNED NOT NULL DEFAULT 0,
        triggered_at CHAR(24) ${ASCII} NULL,
        lookups TINYINT UNSIGNED NOT NULL DEFAULT 0,
        asks MEDIUMTEXT NULL,
        memory MEDIUMTEXT NULL,
        traceparent VARCHAR(60) ${ASCII} NULL,
        KEY looks_due (account, due_at),
        KEY looks_team (team_id, due_at)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`);
    await runner.query(accountLeasesTableSql());
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS looks');
    await runner.query('DROP TABLE IF EXISTS account_leases');
  }
}

/** What waits of a team is found by the index over due rows: one index less for every row that is written. */
export class LooksByDueRows1767225600100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, 'looks', 'looks_team');
  }

  async down(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'looks', 'looks_team', 'team_id, due_at');
  }
}

/** All migrations, in order. */
export const MIGRATIONS = [Looks1767225600000, LooksByDueRows1767225600100];
