import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, addIndex } from '@lever-certn/database/table-changes';

const COLUMNS: readonly [table: string, column: string, type: string][] = [
  ['candidates', 'changed_at', "DATETIME(3) NOT NULL DEFAULT '2000-01-01 00:00:00.000'"],
  ['timeline', 'by_whom', 'VARCHAR(200) NULL'],
];

/** `words` is read instead of the rows by a search; the others each serve a filter or an order. */
const INDEXES: readonly [table: string, index: string, columns: string][] = [
  ['candidates', 'changed', 'team_id, changed_at, opportunity_id'],
  ['candidates', 'package', 'team_id, package_name, moved_at'],
  ['candidates', 'reason', 'team_id, reason, moved_at'],
  ['candidates', 'words', 'team_id, applicant_words'],
];

/** What lists of candidates are ordered and filtered by, so that a team of a hundred thousand is read as fast as one of ten; and who did what in a timeline. */
export class CandidateLists1764000000002 implements MigrationInterface {
  name = 'CandidateLists1764000000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of COLUMNS) await addColumn(runner, ...column);
    for (const index of INDEXES) await addIndex(runner, ...index);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, index] of INDEXES) await runner.query(`ALTER TABLE ${table} DROP INDEX \`${index}\``);
    for (const [table, column] of COLUMNS) await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
}
