import type { MigrationInterface, QueryRunner } from 'typeorm';
import { outboxTableSql } from '@lever-certn/database/outbox';
import { ASCII } from '@lever-certn/database/sql-rows';
import { accountLeasesTableSql } from '@lever-certn/reconcile/account-leases';

/**
 * Every check the dispatcher has ever heard of, one row each, for ever. Three unique keys decide what leases can't:
 * - `open_key`, later `one_open`: at most one open check per (team, opportunity); null once the check is closed, for good;
 * - `attempt_key`: at most one unfinished attempt per (Certn account, e-mail hash); null while no attempt is under way;
 * - `case_id`: a case belongs to one check of one team.
 */
const CHECKS = `CREATE TABLE IF NOT EXISTS checks (
  check_id CHAR(36) ${ASCII} NOT NULL,
  team_id VARCHAR(100) NOT NULL,
  opportunity_id VARCHAR(100) NOT NULL,
  transition_at DATETIME(6) NOT NULL,
  by_hand TINYINT NOT NULL DEFAULT 0,
  account VARCHAR(100) NOT NULL,
  due_at DATETIME(6) NULL,
  attempts INT NOT NULL DEFAULT 0,
  reason VARCHAR(60) NULL,
  hint INT UNSIGNED NOT NULL DEFAULT 0,
  turn INT UNSIGNED NOT NULL DEFAULT 0,
  state VARCHAR(20) NOT NULL,
  status_reason VARCHAR(40) NULL,
  version INT UNSIGNED NOT NULL DEFAULT 0,
  status_at DATETIME(6) NULL,
  open_key VARCHAR(255) NULL,
  blocked_by CHAR(36) ${ASCII} NULL,
  package MEDIUMTEXT NULL,
  applicant TEXT NULL,
  applicant_of CHAR(36) ${ASCII} NULL,
  email_hash CHAR(32) NULL,
  decided_at DATETIME(6) NOT NULL,
  newer_facts_at DATETIME(6) NULL,
  settings_version INT UNSIGNED NOT NULL,
  attempt INT UNSIGNED NOT NULL DEFAULT 0,
  attempt_key VARCHAR(140) NULL,
  attempted_at DATETIME(6) NULL,
  first_attempted_at DATETIME(6) NULL,
  lookups INT UNSIGNED NOT NULL DEFAULT 0,
  looked_up_at DATETIME(6) NULL,
  unclear INT UNSIGNED NOT NULL DEFAULT 0,
  case_id VARCHAR(100) NULL,
  case_status VARCHAR(100) NULL,
  case_result VARCHAR(10) NULL,
  services_total INT UNSIGNED NOT NULL DEFAULT 0,
  services_done INT UNSIGNED NOT NULL DEFAULT 0,
  service_ids TEXT NULL,
  case_modified_at DATETIME(6) NULL,
  case_read_at DATETIME(6) NULL,
  problem VARCHAR(40) NULL,
  resolution VARCHAR(10) NULL,
  resolution_case_id VARCHAR(100) NULL,
  erasing TINYINT NOT NULL DEFAULT 0,
  traceparent VARCHAR(60) NULL,
  writer BINARY(8) NULL,
  created_at DATETIME(6) NOT NULL,
  PRIMARY KEY (check_id),
  UNIQUE KEY open_key (open_key),
  UNIQUE KEY attempt_key (attempt_key),
  UNIQUE KEY case_id (case_id),
  KEY opportunity (team_id, opportunity_id),
  KEY due (account, due_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** Certn's ids of the services in our cases, since an event may name only those. */
const CASE_SERVICES = `CREATE TABLE IF NOT EXISTS case_services (
  service_id VARCHAR(100) NOT NULL,
  check_id CHAR(36) ${ASCII} NOT NULL,
  PRIMARY KEY (service_id),
  KEY check_id (check_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** The dispatcher's first tables. */
export class Checks1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [CHECKS, CASE_SERVICES, outboxTableSql, accountLeasesTableSql()]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['account_leases', 'outbox', 'case_services', 'checks'])
      await runner.query(`DROP TABLE IF EXISTS ${table}`);
  }
}
