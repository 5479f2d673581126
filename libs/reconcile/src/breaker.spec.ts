import { Breaker, BREAKER } from './breaker';

const closed = (): Breaker => new Breaker(BREAKER, 'closed', 0);
const fails = (breaker: Breaker, times: number, nowMs = 0): void => {
  for (let time = 0; time < times; time++) breaker.failed(nowMs);
};

describe('a breaker', () => {
  it('opens after five failures in a row and not before', () => {
    const breaker = closed();
    fails(breaker, 4);
    expect(breaker.state).toBe('closed');
    breaker.succeeded(0);
    fails(breaker, 4);
    expect(breaker.state).toBe('closed');
    breaker.failed(100);
    expect(breaker).toMatchObject({ state: 'open', probeAtMs: 1_100 });
  });

  it('lets the vendor be tried once a second, and closes with the first answer', () => {
    const breaker = closed();
    fails(breaker, 5);
    breaker.probing(1_000);
    breaker.failed(1_010);
    expect(breaker).toMatchObject({ state: 'open', probeAtMs: 2_000 });
    expect(breaker.succeeded(2_000)).toBe(true);
    expect(breaker.state).toBe('closed');
    expect(breaker.succeeded(2_001)).toBe(false);
  });

  it('is tried ever later when it opens again soon after closing, and lets not everything come at once', () => {
    const breaker = closed();
    const everyMs: number[] = [];
    let nowMs = 0;
    for (let round = 0; round < 8; round++) {
      fails(breaker, 5, nowMs);
      everyMs.push(breaker.probeAtMs - nowMs);
      nowMs = breaker.probeAtMs;
      breaker.succeeded(nowMs);
      expect(breaker.steady).toBe(round === 0);
    }
    expect(everyMs).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    fails(breaker, 5, nowMs + 60_001);
    expect(breaker.probeAtMs).toBe(nowMs + 61_001);
  });

  it('is broken when the key is refused, which is news once, and tried once a minute', () => {
    const breaker = closed();
    expect(breaker.refused(0)).toBe(true);
    expect(breaker.refused(10)).toBe(false);
    expect(breaker).toMatchObject({ state: 'broken', probeAtMs: 60_000 });
    breaker.probing(60_000);
    breaker.failed(60_001);
    expect(breaker).toMatchObject({ state: 'broken', probeAtMs: 120_000 });
    expect(breaker.succeeded(120_000)).toBe(true);
  });

  it('is tried at once when another process left it open', () => {
    expect(new Breaker(BREAKER, 'broken', 500).probeAtMs).toBe(500);
  });
});
