import { waitFor } from './wait-for';

describe('waiting for what a service needs', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it.each([
    ['at once', 0],
    ['after a long time each', 20_000],
  ])('tries until it works, and says so every half minute: tries that fail %s', async (_, takesMs) => {
    const toldAtMs: number[] = [];
    const begun = performance.now();
    let tries = 0;
    const attempt = async (): Promise<string> => {
      tries += 1;
      if (takesMs > 0) await new Promise((resolve) => setTimeout(resolve, takesMs));
      if (performance.now() - begun < 70_000) throw new Error('connection refused');
      return 'connected';
    };
    const connected = waitFor('the broker', { warn: () => toldAtMs.push(performance.now() - begun) }, attempt);
    await jest.advanceTimersByTimeAsync(100_000);
    await expect(connected).resolves.toBe('connected');
    expect(toldAtMs).toEqual(takesMs === 0 ? [0, 30_000, 60_000] : [20_000, 62_000]);
    expect(tries).toBe(takesMs === 0 ? 71 : 4);
  });
});
