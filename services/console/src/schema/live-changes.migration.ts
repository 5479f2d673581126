import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What changed of a team, one row per write, for those who follow it live. Read and pruned by the key alone: another index would cost every webhook. `told` is
 * the change as followers get it: kinds and opportunity ids.
 */
const CHANGES = `CREATE TABLE IF NOT EXISTS changes (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  team_id VARCHAR(100) NOT NULL,
  at DATETIME(3) NOT NULL,
  told TEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** What pages that are open hear of changes by. */
export class LiveChanges1764000000100 implements MigrationInterface {
  name = 'LiveChanges1764000000100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CHANGES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS changes');
  }
}
