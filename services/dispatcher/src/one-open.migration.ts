import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, addIndex, dropColumn, dropIndex } from '@lever-certn/database/table-changes';

/**
 * Certn's ids of cases and services that an event named and no check has: of nobody, or of an order whose answer is still on its way. Kept for an hour.
 */
const UNPLACED_EVENTS = `CREATE TABLE IF NOT EXISTS unplaced_events (
  object_id VARCHAR(100) NOT NULL,
  at DATETIME(6) NOT NULL,
  PRIMARY KEY (object_id),
  KEY at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/**
 * The unique key of open checks is over the columns by which an opportunity is found anyway: one index for two, and none for services by check, which nobody
 * looks for. A check whose case was stored and about to be read is told and read now.
 */
export class OneOpen1764000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UNPLACED_EVENTS);
    await addColumn(runner, 'checks', 'is_open', 'TINYINT NULL AFTER open_key');
    const [former] = (await runner.query(`SHOW COLUMNS FROM checks LIKE 'open_key'`)) as unknown[];
    if (former) await runner.query('UPDATE checks SET is_open = IF(open_key IS NULL, NULL, 1)');
    await runner.query(
      `UPDATE checks SET state = 'pending', case_status = NULL, hint = hint + 1, due_at = UTC_TIMESTAMP(6) WHERE state = 'ordered'`,
    );
    await addIndex(runner, 'checks', 'one_open', 'team_id, opportunity_id, is_open', 'UNIQUE INDEX');
    await dropIndex(runner, 'checks', 'opportunity');
    await dropIndex(runner, 'checks', 'open_key');
    await dropColumn(runner, 'checks', 'open_key');
    await dropIndex(runner, 'case_services', 'check_id');
  }

  async down(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'case_services', 'check_id', 'check_id');
    await addColumn(runner, 'checks', 'open_key', 'VARCHAR(255) NULL AFTER is_open');
    await runner.query('UPDATE checks SET open_key = IF(is_open IS NULL, NULL, JSON_ARRAY(team_id, opportunity_id))');
    await addIndex(runner, 'checks', 'open_key', 'open_key', 'UNIQUE INDEX');
    await addIndex(runner, 'checks', 'opportunity', 'team_id, opportunity_id');
    await dropIndex(runner, 'checks', 'one_open');
    await dropColumn(runner, 'checks', 'is_open');
    await runner.query('DROP TABLE IF EXISTS unplaced_events');
  }
}
