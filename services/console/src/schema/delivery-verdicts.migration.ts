import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndex } from '@lever-certn/database/table-changes';

/** Deliveries of a verdict that is rare are found without reading all of them. */
export class DeliveryVerdicts1764000000410 implements MigrationInterface {
  name = 'DeliveryVerdicts1764000000410';

  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'deliveries', 'outcome', 'team_id, outcome, at');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE deliveries DROP INDEX outcome');
  }
}
