import { ConsoleConfig } from './config';
import { Housekeeping } from './housekeeping';

const HOUR_MS = 3_600_000;

describe('housekeeping', () => {
  const told: object[] = [];
  const log = { warn: (line: object) => void told.push(line) };
  let runs = 0;
  let work: () => Promise<unknown>;
  let housekeeping: Housekeeping;

  beforeEach(() => {
    jest.useFakeTimers();
    told.length = runs = 0;
    work = () => Promise.resolve();
    const job = { name: 'settings-check', everyMs: new ConsoleConfig().SETTINGS_CHECK_MS, run: () => (runs++, work()) };
    housekeeping = new Housekeeping([job], log);
    housekeeping.start();
  });
  afterEach(async () => {
    await housekeeping.stop();
    jest.useRealTimers();
  });

  it('compares the settings at the start and every hour, unless it is told another time', async () => {
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(HOUR_MS - 1);
    expect(runs).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(runs).toBe(2);
    await jest.advanceTimersByTimeAsync(10 * HOUR_MS);
    expect(runs).toBe(12);
  });

  it('tells of a job that failed, and does it again at its next time', async () => {
    const err = new Error('the broker is away');
    work = () => Promise.reject(err);
    await jest.advanceTimersByTimeAsync(HOUR_MS);
    expect(told).toEqual([{ job: 'settings-check', err }]);
    work = () => Promise.resolve();
    await jest.advanceTimersByTimeAsync(HOUR_MS);
    expect([runs, told.length]).toEqual([3, 1]);
  });

  it('never does a job twice at once, and goes on when the long one is over', async () => {
    let end: () => void = () => undefined;
    work = () => new Promise<void>((resolve) => (end = resolve));
    await jest.advanceTimersByTimeAsync(3 * HOUR_MS);
    expect(runs).toBe(2);
    end();
    await jest.advanceTimersByTimeAsync(HOUR_MS);
    expect(runs).toBe(3);
    end();
  });

  it('waits at its stop for what is under way, and begins nothing more', async () => {
    let end: () => void = () => undefined;
    work = () => new Promise<void>((resolve) => (end = resolve));
    await jest.advanceTimersByTimeAsync(HOUR_MS);
    let stopped = false;
    const stopping = housekeeping.stop().then(() => (stopped = true));
    await jest.advanceTimersByTimeAsync(5 * HOUR_MS);
    expect([runs, stopped]).toEqual([2, false]);
    end();
    await stopping;
    expect([runs, stopped]).toEqual([2, true]);
  });
});
