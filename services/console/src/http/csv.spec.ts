import fastify, { type FastifyInstance } from 'fastify';
import { itemsOfPages, sendCsv, type CsvColumn } from './csv';

type Row = { name: string; count?: number; flag?: boolean | null };

const COLUMNS: CsvColumn<Row>[] = [
  { heading: 'name', cell: ({ name }) => name },
  { heading: 'count', cell: ({ count }) => count },
  { heading: 'flag', cell: ({ flag }) => flag },
];

let server: FastifyInstance;
afterEach(() => server.close());

async function answerOf(rows: AsyncIterable<Row>): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  server = fastify();
  server.get('/', async (_, reply) => {
    await sendCsv(reply, 'people', COLUMNS, rows);
    return reply;
  });
  const { statusCode, headers, body } = await server.inject('/');
  return { status: statusCode, headers, text: body };
}

async function* these(...rows: (Row | Error)[]): AsyncGenerator<Row> {
  for (const row of rows) {
    await Promise.resolve();
    if (row instanceof Error) throw row;
    yield row;
  }
}

describe('a table sent as CSV', () => {
  it('is a file with headings, quoted where needed, in UTF-8 that spreadsheets recognise', async () => {
    const answer = await answerOf(
      these(
        { name: 'Zoë, "the" one', count: 3, flag: true },
        { name: 'two\r\nlines', count: 0, flag: false },
        { name: 'x', flag: null },
      ),
    );
    expect(answer.text).toBe('\ufeffname,count,flag\r\n"Zoë, ""the"" one",3,true\r\n"two\r\nlines",0,false\r\nx,,\r\n');
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': expect.stringMatching(/^attachment; filename="people-\d{4}-\d\d-\d\d\.csv"$/),
      'cache-control': 'no-store',
    });
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('does not let a spreadsheet run %j', async (name) => {
    const cell = (await answerOf(these({ name, count: 1, flag: true }))).text.split('\r\n').slice(1).join('\r\n');
    expect(cell.replace(/^"/, '').startsWith(`'${name}`)).toBe(true);
  });

  it('has its headings even when it has no rows', async () => {
    expect((await answerOf(these())).text).toBe('\ufeffname,count,flag\r\n');
  });

  it('answers an error, and no file, when the first row can not be read', async () => {
    const answer = await answerOf(these(Object.assign(new Error('away'), { statusCode: 503 })));
    expect([answer.status, answer.headers['content-disposition']]).toEqual([503, undefined]);
  });

  it('breaks off when a later row can not be read, so that half a table is not taken for a whole one', async () => {
    server = fastify();
    server.get('/', async (_, reply) => {
      await sendCsv(reply, 'people', COLUMNS, these({ name: 'one' }, new Error('away')));
      return reply;
    });
    const url = await server.listen({ port: 0, host: '127.0.0.1' });
    const download = fetch(url).then((answer) => answer.text());
    await expect(download).rejects.toThrow();
  });

  it('reads on page by page, and no further than someone takes', async () => {
    const read: (string | undefined)[] = [];
    const rows = itemsOfPages((after) => {
      read.push(after);
      const n = Number(after ?? 0);
      return Promise.resolve({ items: [{ name: `a${n}` }, { name: `b${n}` }], next: n < 2 ? String(n + 1) : null });
    });
    const seen: string[] = [];
    for await (const { name } of rows) {
      seen.push(name);
      if (seen.length === 3) break;
    }
    expect([seen, read]).toEqual([
      ['a0', 'b0', 'a1'],
      [undefined, '1'],
    ]);
    expect(
      (await answerOf(itemsOfPages((after) => Promise.resolve({ items: [{ name: 'x' }], next: after ? null : '1' })))).text,
    ).toBe('\ufeffname,count,flag\r\nx,,\r\nx,,\r\n');
  });
});
