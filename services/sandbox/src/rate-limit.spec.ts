import { Bucket, parseRateLimit } from './rate-limit';

describe('a rate limit', () => {
  it('lets a burst through, then the steady rate, and never more than the burst after a pause', () => {
    const bucket = new Bucket(parseRateLimit('10/s burst 20'), 0);
    const taken = (nowMs: number): number => Array.from({ length: 50 }, () => bucket.take(nowMs)).filter(Boolean).length;
    expect(taken(0)).toBe(20);
    expect(taken(500)).toBe(5);
    expect(taken(60_000)).toBe(20);
  });

  it('counts a longer window too', () => {
    const bucket = new Bucket(parseRateLimit('60/min 70/day'), 0);
    let taken = 0;
    for (let minute = 0; minute < 10; minute += 1)
      for (let call = 0; call < 60; call += 1) if (bucket.take(minute * 60_000)) taken += 1;
    expect(taken).toBe(70);
    expect(bucket.take(86_400_000)).toBe(true);
  });

  it.each(['', 'fast', '10', '10/year', '10/s burst', '-1/s'])('that reads %p is refused', (text) => {
    expect(() => parseRateLimit(text)).toThrow();
  });
});
