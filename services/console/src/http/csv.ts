import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { FastifyReply } from 'fastify';
import type { Page } from './paging';

/** One column of a table: its heading, and its text in a row. Numbers and flags are written as they are, what is missing as an empty cell. */
export interface CsvColumn<Row> {
  heading: string;
  cell: (row: Row) => string | number | boolean | null | undefined;
}

/** What spreadsheets open whole; a table of more rows says in its last line that it was cut. */
const MAX_ROWS = 1_000_000;
const CUT = `The table ends here after ${MAX_ROWS} rows: choose less with the filters and download again.`;

/**
 * Answers a table as a file, row by row, so that its length costs no memory. A cell that a spreadsheet would run as a formula (it begins with `=`, `+`,
 * `-`, `@`, a tab or a line break) gets an apostrophe before it. What fails before the first row is thrown, and so becomes a problem document; what fails
 * later breaks the download off, so that nobody takes half a table for a whole one.
 */
export async function sendCsv<Row>(
  reply: FastifyReply,
  name: string,
  columns: readonly CsvColumn<Row>[],
  rows: AsyncIterable<Row>,
): Promise<void> {
  const table = stringify({ bom: true, record_delimiter: 'windows', escape_formulas: true, cast: { boolean: String } });
  const started = await begun(rows);
  pipeline(Readable.from(cellsOf(columns, started)), table, () => undefined);
  const day = new Date().toISOString().slice(0, 10);
  await reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}-${day}.csv"`)
    .header('cache-control', 'no-store')
    .send(table);
}

/** All items of a list that is read by pages. `read` is given the `next` of the page before. */
export async function* itemsOfPages<Item>(read: (after: string | undefined) => Promise<Page<Item>>): AsyncGenerator<Item> {
  let after: string | undefined;
  do {
    const page = await read(after);
    yield* page.items;
    after = page.next ?? undefined;
  } while (after !== undefined);
}

/** The same rows, of which the first has been read. */
async function begun<Row>(rows: AsyncIterable<Row>): Promise<AsyncIterable<Row>> {
  const iterator = rows[Symbol.asyncIterator]();
  let first: IteratorResult<Row> | undefined = await iterator.next();
  const next = async (): Promise<IteratorResult<Row>> => {
    const result = first ?? (await iterator.next());
    first = undefined;
    return result;
  };
  const end = async (): Promise<IteratorResult<Row>> => {
    await iterator.return?.();
    return { done: true, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: end }) };
}

async function* cellsOf<Row>(
  columns: readonly CsvColumn<Row>[],
  rows: AsyncIterable<Row>,
): AsyncGenerator<(string | number | boolean | null | undefined)[]> {
  yield columns.map(({ heading }) => heading);
  let count = 0;
  for await (const row of rows) {
    if (++count > MAX_ROWS) {
      yield [CUT];
      return;
    }
    yield columns.map(({ cell }) => cell(row));
  }
}
