import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, addIndex } from '@lever-certn/database/table-changes';

/** A line of the audit that counts: `counted_as` says of what and of which hour, and is empty for all other lines; `times` how often. */
export class FailedSignIns1764000000320 implements MigrationInterface {
  name = 'FailedSignIns1764000000320';

  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'audit', 'counted_as', 'VARCHAR(120) NULL');
    await addColumn(runner, 'audit', 'times', 'INT UNSIGNED NOT NULL DEFAULT 1');
    await addIndex(runner, 'audit', 'counted_as', 'counted_as', 'UNIQUE INDEX');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE audit DROP INDEX counted_as, DROP COLUMN counted_as, DROP COLUMN times');
  }
}
