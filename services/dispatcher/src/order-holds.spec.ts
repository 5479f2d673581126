import { OrderHolds } from './order-holds';

const GO = { waitMs: 0, isTry: false };
const TRY = { waitMs: 0, isTry: true };

function holds(unclear = 0) {
  const paced: number[] = [];
  const clock = { nowMs: 0 };
  const all = new OrderHolds(
    () => Promise.resolve(unclear),
    1000,
    (_, everyMs) => void paced.push(everyMs),
    () => clock.nowMs,
  );
  return { all, paced, clock };
}

describe('orders of an account whose attempts end unclear', () => {
  it('go on until five in a row did', async () => {
    const { all } = holds();
    for (let n = 0; n < 4; n += 1) all.unclear('a', GO);
    expect(await all.ask('a')).toEqual(GO);
    all.clear('a');
    for (let n = 0; n < 4; n += 1) all.unclear('a', GO);
    expect(await all.ask('a')).toEqual(GO);
    all.unclear('a', GO);
    expect(await all.ask('a')).toEqual({ waitMs: 1000, isTry: false });
    expect(await all.ask('another')).toEqual(GO);
  });

  it('are then tried singly, each wait twice the one before', async () => {
    const { all, clock, paced } = holds();
    for (let n = 0; n < 5; n += 1) all.unclear('a', GO);
    for (const waitMs of [1000, 2000, 4000]) {
      expect((await all.ask('a')).waitMs).toBe(waitMs);
      clock.nowMs += waitMs;
      const leave = await all.ask('a');
      expect(leave).toEqual(TRY);
      expect((await all.ask('a')).waitMs).toBe(waitMs);
      all.unclear('a', leave);
    }
    expect(Math.max(...paced)).toBe(8000);
    clock.nowMs += 8000;
    expect(await all.ask('a')).toEqual(TRY);
    all.clear('a');
    expect(paced.at(-1)).toBe(0);
    expect(await all.ask('a')).toEqual(GO);
  });

  it('wait no longer because many were under way together when they ended unclear', async () => {
    const { all } = holds();
    for (let n = 0; n < 200; n += 1) all.unclear('a', GO);
    expect(await all.ask('a')).toEqual({ waitMs: 1000, isTry: false });
  });

  it('are tried singly by a process that takes the account over and finds five unclear ones', async () => {
    const { all } = holds(5);
    expect(await all.ask('a')).toEqual(TRY);
    expect((await all.ask('a')).waitMs).toBe(1000);
  });

  it('all go again once one ended clearly, also those that ask in that very moment', async () => {
    const paced: number[] = [];
    const asked: Promise<unknown>[] = [];
    const all: OrderHolds = new OrderHolds(
      () => Promise.resolve(100),
      1000,
      (account, everyMs) => {
        paced.push(everyMs);
        if (everyMs === 0) asked.push(all.ask(account));
      },
      () => 5000,
    );
    expect(await all.ask('a')).toEqual(TRY);
    all.clear('a');
    expect(await Promise.all(asked)).toEqual([GO]);
    expect(paced.at(-1)).toBe(0);
  });

  it('are tried by another row where the one that had leave was not sent', async () => {
    const { all, paced } = holds(5);
    const leave = await all.ask('a');
    expect(leave).toEqual(TRY);
    all.unused('a', leave);
    expect(paced.at(-1)).toBeLessThan(1000);
    expect(await all.ask('a')).toEqual(TRY);
  });

  it('are not tried sooner because a row without leave was not sent', async () => {
    const { all } = holds(5);
    await all.ask('a');
    all.unused('a', { waitMs: 1000, isTry: false });
    expect((await all.ask('a')).waitMs).toBe(1000);
  });
});
