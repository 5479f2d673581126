import { backoffMs } from './backoff';

describe('back-off', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [11, 1_024_000],
    [12, 1_800_000],
    [1_000, 1_800_000],
  ])('after failure %d is about %d ms', (failures, ms) => {
    expect(backoffMs(failures, 0, 0)).toBe(Math.round(ms * 0.8));
    expect(backoffMs(failures, 0, 0.5)).toBe(ms);
    expect(backoffMs(failures, 0, 1)).toBe(Math.round(ms * 1.2));
  });

  it('is never shorter than the vendor asks, and spreads who was asked the same', () => {
    expect(backoffMs(1, 60_000, 0)).toBe(60_000);
    expect(backoffMs(1, 60_000, 1)).toBe(72_000);
    expect(backoffMs(12, 60_000, 0.5)).toBe(1_800_000);
  });
});
