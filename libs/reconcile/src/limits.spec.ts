import { parseLimit, share } from './limits';

describe('a limit', () => {
  it.each([
    ['10/s burst 20', { count: 10, windowMs: 1_000, burst: 20, perDay: null }],
    ['60/min 7220/day', { count: 60, windowMs: 60_000, burst: null, perDay: 7220 }],
    ['1000/h', { count: 1000, windowMs: 3_600_000, burst: null, perDay: null }],
    ['10/s 300/min burst 5', { count: 300, windowMs: 60_000, burst: 5, perDay: null }],
    ['100/day', { count: 100, windowMs: 86_400_000, burst: 100, perDay: 100 }],
  ])('%s is read', (text, limit) => expect(parseLimit(text)).toEqual(limit));

  it.each(['', '10', '10/s burst', '10/week', '0/s', '-1/s', '10/s  burst 20', 'ten/s', '10/s burst 20 60/min'])(
    '%s is refused',
    (text) => expect(() => parseLimit(text)).toThrow('a limit looks like'),
  );

  it('is shared in all its parts', () => {
    expect(share(parseLimit('60/min 7220/day'), 0.9)).toEqual({ count: 54, windowMs: 60_000, burst: null, perDay: 6498 });
    expect(share(parseLimit('10/s burst 20'), 0.4)).toMatchObject({ count: 4, burst: 8 });
  });

  it.each([0, -1, 1.1, NaN])('has no share of %s', (part) => expect(() => share(parseLimit('10/s'), part)).toThrow('a share'));
});
