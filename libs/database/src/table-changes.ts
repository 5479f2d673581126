import type { QueryRunner } from 'typeorm';

/* For migrations. Changes of tables commit one by one, so a migration that died goes on where it was; neither MySQL nor MariaDB has words for all of it. */

/** Adds a column where it is not there yet. */
export async function addColumn(runner: QueryRunner, table: string, column: string, type: string): Promise<void> {
  if (await isThere(runner, 'COLUMNS', 'COLUMN_NAME', table, column)) return;
  await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
}

/** Adds an index where it is not there yet. */
export async function addIndex(
  runner: QueryRunner,
  table: string,
  index: string,
  columns: string,
  kind: 'INDEX' | 'UNIQUE INDEX' = 'INDEX',
): Promise<void> {
  if (await isThere(runner, 'STATISTICS', 'INDEX_NAME', table, index)) return;
  await runner.query(`ALTER TABLE ${table} ADD ${kind} \`${index}\` (${columns})`);
}

/** Drops an index that is still there. */
export async function dropIndex(runner: QueryRunner, table: string, index: string): Promise<void> {
  if (await isThere(runner, 'STATISTICS', 'INDEX_NAME', table, index))
    await runner.query(`ALTER TABLE ${table} DROP INDEX \`${index}\``);
}

/** Drops a column that is still there, with the index over it alone. */
export async function dropColumn(runner: QueryRunner, table: string, column: string): Promise<void> {
  if (await isThere(runner, 'COLUMNS', 'COLUMN_NAME', table, column))
    await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
}

async function isThere(runner: QueryRunner, view: string, column: string, table: string, name: string): Promise<boolean> {
  const rows = (await runner.query(
    `SELECT 1 FROM information_schema.${view} WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND ${column} = ? LIMIT 1`,
    [table, name],
  )) as unknown[];
  return rows.length > 0;
}
