import { AccountPace, pacePlan, type KindShares } from './account-pace';
import { parseLimit, share, type Limit } from './limits';

const DAY_MS = 86_400_000;
const CERTN = share(parseLimit('60/min 7220/day'), 0.9);
const SHARES: KindShares = { order: { atMost: 0.6 }, read: { atLeast: 0.3 } };

/** Everyone takes as soon as there is a token, a millisecond late; answers when each kind got one. */
function greedy(pace: AccountPace, kinds: string[], untilMs: number): Record<string, number[]> {
  const got: Record<string, number[]> = Object.fromEntries(kinds.map((kind) => [kind, []]));
  for (let nowMs = 0; nowMs <= untilMs;) {
    let soonestMs = 1_000;
    for (const kind of kinds) {
      const waitMs = pace.take(kind, nowMs);
      if (waitMs === 0) got[kind]!.push(nowMs);
      soonestMs = Math.min(soonestMs, waitMs);
    }
    nowMs += soonestMs === 0 ? 0 : soonestMs + 1;
  }
  return got;
}
/** Most calls within any window of that length. */
function most(times: number[], windowMs: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.max(...sorted.map((from) => sorted.filter((time) => time >= from && time < from + windowMs).length));
}

describe('the pace of an account', () => {
  it.each([
    ['a vendor that counts per minute', CERTN, {}],
    ['the same with shares', CERTN, SHARES],
    ['a few per minute', share(parseLimit('60/min'), 0.1), {}],
    ['one per minute', parseLimit('1/min'), {}],
  ] as [string, Limit, KindShares][])('never passes the limit in any window: %s', (_, limit, shares) => {
    const { order, read, other } = greedy(new AccountPace(limit, shares, 0, DAY_MS), ['order', 'read', 'other'], 10 * 60_000);
    const all = [...order!, ...read!, ...other!];
    expect(most(all, limit.windowMs)).toBeLessThanOrEqual(limit.count);
    expect(all.length).toBeGreaterThan(0);
  });

  it('is no slower than it must be', () => {
    const minutes = 30;
    const { order } = greedy(new AccountPace(CERTN, {}, 0, DAY_MS), ['order'], minutes * 60_000);
    expect(order!.length).toBeGreaterThan((54 * minutes) / 1.05);
    const { call } = greedy(new AccountPace(parseLimit('10/s burst 20'), {}, 0, DAY_MS), ['call'], 60_000);
    expect(call!.length).toBeGreaterThan(600 / 1.05 + 15);
  });

  it('never empties the bucket of a vendor that has one', () => {
    const { call } = greedy(new AccountPace(parseLimit('10/s burst 20'), {}, 0, DAY_MS), ['call'], 60_000);
    let level = 20;
    let before = 0;
    for (const at of call!) {
      level = Math.min(20, level + ((at - before) * 10) / 1000) - 1;
      before = at;
      expect(level).toBeGreaterThanOrEqual(0);
    }
  });

  it('says for how long there will be no token, and then there is one', () => {
    const pace = new AccountPace(parseLimit('10/s'), {}, 0, DAY_MS);
    expect(pace.take('call', 0)).toBe(0);
    const waitMs = pace.take('call', 0);
    expect(waitMs).toBeGreaterThan(100);
    expect(pace.take('call', waitMs - 2)).toBeGreaterThan(0);
    expect(pace.take('call', waitMs)).toBe(0);
  });
});

describe('shares of kinds', () => {
  it('hold while everyone wants more: orders at most 60 %, reads at least 30 %', () => {
    const { order, read } = greedy(new AccountPace(CERTN, SHARES, 0, DAY_MS), ['order', 'read'], 60 * 60_000);
    const all = order!.length + read!.length;
    expect(order!.length / all).toBeLessThanOrEqual(0.61);
    expect(read!.length / all).toBeGreaterThanOrEqual(0.3);
    expect(all).toBeGreaterThan((54 * 60) / 1.05);
  });

  it('give a kind alone its most, and reads alone everything', () => {
    const { order } = greedy(new AccountPace(CERTN, SHARES, 0, DAY_MS), ['order'], 60 * 60_000);
    expect(order!.length / (54 * 60)).toBeCloseTo(0.57, 1);
    const { read } = greedy(new AccountPace(CERTN, SHARES, 0, DAY_MS), ['read'], 60 * 60_000);
    expect(read!.length).toBeGreaterThan((54 * 60) / 1.05);
  });

  it('keep what is promised to reads however many other calls there are', () => {
    const shares: KindShares = { read: { atLeast: 0.3 } };
    const { other, read } = greedy(new AccountPace(CERTN, shares, 0, DAY_MS), ['other', 'other', 'other', 'read'], 60 * 60_000);
    expect(read!.length / (read!.length + other!.length)).toBeGreaterThanOrEqual(0.29);
  });

  it('hold over a day too', () => {
    const pace = new AccountPace({ count: 1000, windowMs: 1000, burst: 1000, perDay: 100 }, SHARES, 0, DAY_MS);
    const { order } = greedy(pace, ['order'], 60_000);
    expect(order!).toHaveLength(60);
    const { other } = greedy(pace, ['other'], 60_000);
    expect(other!).toHaveLength(10);
    const { read } = greedy(pace, ['read'], 60_000);
    expect(read!).toHaveLength(30);
  });
});

describe('a day', () => {
  const limit: Limit = { count: 1000, windowMs: 1000, burst: 1000, perDay: 5 };
  const takes = (pace: AccountPace, nowMs: number): number => {
    let taken = 0;
    while (taken < 100 && pace.take('call', nowMs) === 0) taken += 1;
    return taken;
  };

  it('allows its number, says when it ends, and then allows the next', () => {
    const pace = new AccountPace(limit, {}, 0, 3_600_000);
    expect(takes(pace, 0)).toBe(5);
    expect(pace.take('call', 1_000)).toBe(3_599_000);
    expect(takes(pace, 3_600_000)).toBe(5);
    expect(takes(pace, 3_600_000 + DAY_MS - 1)).toBe(0);
    expect(takes(pace, 3_600_000 + DAY_MS)).toBe(5);
  });

  it('goes on where it was left, tokens too', () => {
    const pace = new AccountPace(limit, {}, 0, DAY_MS);
    pace.take('call', 0);
    pace.take('call', 0);
    const kept = pace.state(0);
    expect(kept).toMatchObject({ dayCount: 2 });
    expect(takes(new AccountPace(limit, {}, 0, DAY_MS, kept), 0)).toBe(3);
    const empty = new AccountPace({ ...limit, perDay: null }, {}, 0, DAY_MS, { tokens: 0, dayCount: 0, dayKinds: {} });
    expect(empty.take('call', 0)).toBeGreaterThan(0);
  });

  it('ends when the database says so', () => {
    const pace = new AccountPace(limit, {}, 0, DAY_MS);
    takes(pace, 0);
    pace.dayEnds(1_000, 500);
    expect(pace.take('call', 1_000)).toBe(500);
    expect(takes(pace, 1_500)).toBe(5);
  });
});

describe('a 429', () => {
  it('empties the bucket', () => {
    const pace = new AccountPace(parseLimit('10/s burst 20'), {}, 0, DAY_MS);
    pace.empty(0);
    expect(pace.take('call', 0)).toBeGreaterThan(100);
    expect(pace.take('call', 150)).toBe(0);
    expect(pace.take('call', 150)).toBeGreaterThan(0);
  });

  it('is obeyed when it says when to come again, and nothing is saved up meanwhile', () => {
    const pace = new AccountPace(parseLimit('10/s burst 20'), SHARES, 0, DAY_MS);
    pace.empty(0, 5_000);
    for (const kind of ['order', 'read', 'other']) expect(pace.take(kind, 4_000)).toBeGreaterThanOrEqual(1_000);
    const { order, read } = greedyFrom(pace, 5_000, 200);
    expect(order + read).toBeLessThanOrEqual(2);
  });

  function greedyFrom(pace: AccountPace, fromMs: number, forMs: number): { order: number; read: number } {
    const got = { order: 0, read: 0 };
    for (let nowMs = fromMs; nowMs < fromMs + forMs; nowMs += 10)
      for (const kind of ['order', 'read'] as const) if (pace.take(kind, nowMs) === 0) got[kind] += 1;
    return got;
  }
});

describe('a hold', () => {
  it('lets one call of its kind through at a time, and others freely', () => {
    const pace = new AccountPace(parseLimit('10/s burst 20'), {}, 0, DAY_MS);
    pace.hold('order', 60_000, 0);
    expect(pace.take('order', 0)).toBe(60_000);
    expect(pace.take('read', 0)).toBe(0);
    expect(pace.take('order', 60_000)).toBe(0);
    expect(pace.take('order', 60_000)).toBe(60_000);
    pace.hold('order', 0, 60_000);
    expect(pace.take('order', 60_000)).toBe(0);
  });
});

describe('a plan', () => {
  it('keeps room for at least one call in every bucket', () => {
    expect(pacePlan(share(parseLimit('60/min'), 0.1), SHARES)).toMatchObject({ shared: 1, kept: { read: 1 } });
    expect(pacePlan(parseLimit('10/s burst 20')).shared).toBeCloseTo(19);
  });
});
