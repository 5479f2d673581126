import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndex } from '@lever-certn/database/table-changes';

/** Lines of the audit are found by person, by action and by time, newest first. */
export class AuditFilters1764000000310 implements MigrationInterface {
  name = 'AuditFilters1764000000310';

  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'audit', 'user_id', 'user_id, id');
    await addIndex(runner, 'audit', 'action', 'action, id');
    await addIndex(runner, 'audit', 'at', 'at');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of ['user_id', 'action', 'at']) await runner.query(`ALTER TABLE audit DROP INDEX \`${index}\``);
  }
}
