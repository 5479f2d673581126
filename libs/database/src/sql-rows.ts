/** SQL with its `?` values, to be put into a larger statement. */
export interface Sql {
  sql: string;
  values: unknown[];
}

/**
 * Rows as a derived table, for statements that touch many rows at once: `UPDATE (${rows.sql}) v STRAIGHT_JOIN t ON t.id = v.id SET …`. Works on MySQL and
 * MariaDB, which agree on no shorter form.
 *
 * A column named `id ascii` is compared with a column of character set ascii: without that the server would turn the indexed column into utf8mb4 and read
 * the whole table. Such a column may hold no NULL (`_ascii NULL` is no SQL). Give the rows in the order of the key, so that two of such statements can't wait for each other. At least one row.
 */
export function rowsOf(columns: readonly string[], rows: readonly (readonly unknown[])[]): Sql {
  const parsed = columns.map((column) => column.split(' '));
  const marks = parsed.map(([, charset]) => (charset ? `_${charset} ?` : '?'));
  const first = `SELECT ${parsed.map(([name], index) => `${marks[index]} AS ${name}`).join(', ')}`;
  const next = ` UNION ALL SELECT ${marks.join(', ')}`;
  return { sql: first + next.repeat(rows.length - 1), values: rows.flat() };
}

/** ISO 8601 as the database takes it, UTC, in `DATETIME(6)`. */
export function toSqlTime(iso: string): string {
  return new Date(iso).toISOString().slice(0, 23).replace('T', ' ');
}

/** A `DATETIME(6)` of the database as ISO 8601, UTC, milliseconds. */
export function fromSqlTime(time: string): string {
  return `${time.slice(0, 10)}T${time.slice(11, 23).padEnd(12, time.length > 19 ? '0' : '.000')}Z`;
}

/** In column definitions: our ids, and everything else that is plain ASCII and compared as it is. */
export const ASCII = 'CHARACTER SET ascii COLLATE ascii_bin';
