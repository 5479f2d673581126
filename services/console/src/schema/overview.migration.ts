import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, addIndex } from '@lever-certn/database/table-changes';

/**
 * When a check was ordered and when its first tag stood in Lever, and when it ended, so that the overview counts by indexes alone. `times` is written when a check is
 * asked for, ordered and tagged first, `ended` when it ends: not with every status.
 */
export class Overview1764000000110 implements MigrationInterface {
  name = 'Overview1764000000110';

  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'checks', 'ordered_at', 'DATETIME(3) NULL');
    await addColumn(runner, 'checks', 'tagged_at', 'DATETIME(3) NULL');
    const ended = `IF(status IN ('complete', 'error', 'cancelled'), occurred_at, NULL)`;
    await addColumn(runner, 'checks', 'ended_at', `DATETIME(3) GENERATED ALWAYS AS (${ended}) VIRTUAL`);
    await addIndex(runner, 'checks', 'times', 'team_id, transition_at, ordered_at, tagged_at');
    await addIndex(runner, 'checks', 'ended', 'team_id, ended_at, status');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of ['ended', 'times']) await runner.query(`ALTER TABLE checks DROP INDEX ${index}`);
    for (const column of ['ended_at', 'tagged_at', 'ordered_at']) await runner.query(`ALTER TABLE checks DROP COLUMN ${column}`);
  }
}
