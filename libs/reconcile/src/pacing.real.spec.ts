import { Bed, NEVER_MS, FAST, done } from './bed.fixture';
import { addRows, sleep, until } from './work-table.fixture';

const bed = new Bed();
beforeAll(() => bed.open(), 30_000);
afterAll(() => bed.close());
beforeEach(() => bed.clear());
afterEach(() => bed.stopAll());

describe('pace', () => {
  it('holds calls to the limit, those in the middle of a turn too', async () => {
    await addRows(bed.database, 'a', 10);
    const at: number[] = [];
    const limit = { count: 100, windowMs: 1_000, burst: 10, perDay: null };
    bed.start(
      async (_, turn) => {
        at.push(performance.now());
        await turn.token();
        at.push(performance.now());
        await turn.token();
        at.push(performance.now());
        return done();
      },
      { limit },
    );
    await bed.allDone();
    expect(at).toHaveLength(30);
    at.sort((a, b) => a - b);
    // 9.5 at once, and then one each 10.2 ms.
    for (let first = 0; first + 15 < at.length; first++) expect(at[first + 15]! - at[first]!).toBeGreaterThan(45);
    expect(at.at(-1)! - at[0]!).toBeGreaterThan(190);
  });

  it('holds nothing while it waits: other accounts go on', async () => {
    for (const account of ['slow-1', 'slow-2', 'slow-3']) await addRows(bed.database, account, 10);
    const { called } = bed.start(
      async (row, turn) => {
        if (row.account !== 'other') await turn.token('slow-call');
        return done();
      },
      {
        maxActive: 4,
        limit: { count: 1_000, windowMs: 1_000, burst: 100, perDay: null },
        kinds: { 'slow-call': { atMost: 0.001 } },
      },
    );
    await until('the slow ones wait', () => called.length >= 6);
    await addRows(bed.database, 'other', 50);
    await until('the other account is done', async () => (await bed.leftOf('other')) === 0);
    await expect(bed.left()).resolves.toBeGreaterThan(0);
  });

  it('counts the day in the table, so that a new process goes on with it', async () => {
    const limit = { ...FAST, perDay: 5 };
    await addRows(bed.database, 'a', 8);
    const first = bed.start(done, { limit });
    await until('the day is used up', () => first.called.length === 5);
    await sleep(100);
    await first.reconciler.stop(1_000);
    const second = bed.start(done, { limit });
    await sleep(300);
    expect([first.called.length, second.called.length]).toEqual([5, 0]);
    await second.reconciler.stop(1_000);
    await bed.database.run('UPDATE account_leases SET day = day - INTERVAL 1 DAY');
    const third = bed.start(done, { limit });
    await bed.allDone();
    expect(third.called).toHaveLength(3);
  });

  it('takes the day for used as far as a process may have used it that said nothing more', async () => {
    const limit = { count: 100, windowMs: 1_000, burst: 50, perDay: 1_000 };
    await addRows(bed.database, 'a', 1);
    const first = bed.start(done, { limit, leaseMs: 1_000 });
    await bed.allDone();
    await first.reconciler.stop(1_000);
    // As it stands when the process was killed.
    await bed.database.run('UPDATE account_leases SET released = 0, day_count = 10, until = UTC_TIMESTAMP(6)');
    await addRows(bed.database, 'a', 1);
    const second = bed.start(done, { limit, leaseMs: 1_000 });
    await bed.allDone();
    await second.reconciler.stop(1_000);
    const [row] = await bed.database.query<{ day_count: number }>('SELECT day_count FROM account_leases');
    expect(row!.day_count).toBeGreaterThan(10 + 90);
    expect(row!.day_count).toBeLessThan(10 + 110);
  });

  it('does not begin with a full bucket when the account was worked a moment ago', async () => {
    const limit = { count: 1, windowMs: 1_000, burst: 10, perDay: null };
    await addRows(bed.database, 'a', 20);
    const first = bed.start(done, { limit });
    await until('the bucket is empty', () => first.called.length >= 9);
    await first.reconciler.stop(1_000);
    const second = bed.start(done, { limit });
    await sleep(300);
    expect(second.called.length).toBeLessThanOrEqual(1);
  });

  it('keeps orders from hiding what is to be read', async () => {
    await addRows(bed.database, 'a', 700, 'order');
    const kinds = { order: { atMost: 0.5 }, read: { atLeast: 0.3 } };
    const { reconciler, turns } = bed.start(done, { kinds, kindOf: (row) => row.kind, maxQueued: 50, pollMs: 20 });
    reconciler.hold('a', 'order', NEVER_MS);
    await until('the account is held', () => reconciler.load.accounts === 1);
    reconciler.hold('a', 'order', NEVER_MS);
    await until('orders wait', () => reconciler.load.rows >= 50);
    await addRows(bed.database, 'a', 5, 'read');
    await until('the reads are done', () => turns.filter(({ row }) => row.kind === 'read').length === 5);
    reconciler.hold('a', 'order', 0);
    await bed.allDone();
  });
});
