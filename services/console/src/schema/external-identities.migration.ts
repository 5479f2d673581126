import { ASCII } from '@lever-certn/database/sql-rows';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE_END = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

/** Found by the SHA-256 of issuer and subject. */
const EXTERNAL_IDENTITIES = `CREATE TABLE IF NOT EXISTS external_identities (
  id CHAR(64) ${ASCII} NOT NULL PRIMARY KEY,
  user_id CHAR(36) NOT NULL,
  KEY user_id (user_id)
) ${TABLE_END}`;

/** The states of sign-ins that came back from the provider, by their SHA-256, so that none does twice. */
const SIGN_INS_ANSWERED = `CREATE TABLE IF NOT EXISTS sign_ins_answered (
  id CHAR(64) ${ASCII} NOT NULL PRIMARY KEY,
  at DATETIME(6) NOT NULL,
  KEY at (at)
) ${TABLE_END}`;

/** People whom an identity provider knows. */
export class ExternalIdentities1764000000300 implements MigrationInterface {
  name = 'ExternalIdentities1764000000300';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [EXTERNAL_IDENTITIES, SIGN_INS_ANSWERED]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['sign_ins_answered', 'external_identities']) await runner.query(`DROP TABLE IF EXISTS ${table}`);
  }
}
