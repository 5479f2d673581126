import { Bed } from './bed.fixture';
import type { DueCursor } from './due-table';
import { addRows } from './work-table.fixture';

/** One connection, so that what it has read can be asked of it. */
const bed = new Bed(1);
const rowsRead = async (): Promise<number> => {
  const status = await bed.database.query<{ Value: string }>("SHOW SESSION STATUS LIKE 'Handler_read%'");
  return status.reduce((sum, { Value }) => sum + Number(Value), 0);
};
beforeAll(() => bed.open(), 30_000);
afterAll(() => bed.close());
beforeEach(() => bed.clear());

describe('due rows', () => {
  it('are read page by page, each once, though many became due in the same moment', async () => {
    const rows = await addRows(bed.database, 'a', 950);
    await addRows(bed.database, 'a', 10, 'call', 60_000);
    await addRows(bed.database, 'b', 10);
    const read: string[] = [];
    let after: DueCursor | undefined;
    for (let page = 0; page < 20; page++) {
      const [found = []] = await bed.table.duePages([{ account: 'a', limit: 100, ...(after ? { after } : {}) }]);
      read.push(...found.map(({ id }) => id));
      if (found.length < 100) break;
      after = found.at(-1);
    }
    expect(read).toHaveLength(950);
    expect(new Set(read)).toEqual(new Set(rows.map(({ id }) => id)));
  });

  it('are told by account, with the time until the first', async () => {
    await addRows(bed.database, 'now', 2);
    await addRows(bed.database, 'soon', 1, 'call', 2_000);
    await addRows(bed.database, 'later', 1, 'call', 60_000);
    for (const due of [await bed.table.accountsDue(5_000), await bed.table.dueOf(['now', 'soon', 'later', 'none'], 5_000)]) {
      expect(due.map(({ account }) => account).sort()).toEqual(['now', 'soon']);
      const inMs = Object.fromEntries(due.map(({ account, dueInMs }) => [account, dueInMs]));
      expect(inMs.now).toBeLessThanOrEqual(0);
      expect(inMs.soon).toBeGreaterThan(0);
      expect(inMs.soon).toBeLessThanOrEqual(2_000);
    }
  });

  it('are found by their index, however many rows are done', async () => {
    const rows = await addRows(bed.database, 'a', 3_000);
    await bed.database.run('UPDATE work SET due_at = NULL WHERE id <> ?', [rows[0]!.id]);
    const spied = jest.spyOn(bed.database, 'query');
    await expect(bed.table.dueOf(['a', 'none'])).resolves.toMatchObject([{ account: 'a' }]);
    await expect(bed.table.duePages([{ account: 'a', limit: 100 }])).resolves.toMatchObject([[{ id: rows[0]!.id }]]);
    const after = { dueAt: '2026-01-01 00:00:00.000000', id: rows[0]!.id };
    await bed.table.duePages([{ account: 'a', limit: 100, after }]);
    await expect(bed.table.read([rows[0]!.id, rows[1]!.id])).resolves.toEqual([rows[0]]);
    const asked = spied.mock.calls.map(([sql, values]) => [sql, values] as const);
    spied.mockRestore();
    for (const [sql, values] of asked) {
      const before = await rowsRead();
      await bed.database.query(sql, values);
      expect((await rowsRead()) - before).toBeLessThan(20);
    }
  });

  it('of many accounts come in one round trip, each in its own page', async () => {
    const [a, b] = [await addRows(bed.database, 'a', 3), await addRows(bed.database, 'b', 1)];
    const pages = await bed.table.duePages([
      { account: 'a', limit: 2 },
      { account: 'none', limit: 2 },
      { account: 'b', limit: 2 },
    ]);
    expect(pages.map((page) => page.length)).toEqual([2, 0, 1]);
    expect(a.map(({ id }) => id)).toContain(pages[0]![0]!.id);
    expect(pages[2]![0]!.id).toBe(b[0]!.id);
  });
});
