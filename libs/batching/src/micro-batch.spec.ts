import { BatchFullError, MicroBatch } from './micro-batch';

const gate = () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open: () => open(), opened };
};

describe('micro-batching', () => {
  it('flushes what arrives in one turn together, in order, each with its own result', async () => {
    const flushes: number[][] = [];
    const batch = new MicroBatch<number, number>('numbers', { maxItems: 10, maxWaiting: 10 }, (items) => {
      flushes.push(items);
      return Promise.resolve(items.map((item) => item * 2));
    });
    await expect(Promise.all([batch.add(1), batch.add(2), batch.add(3)])).resolves.toEqual([2, 4, 6]);
    expect(flushes).toEqual([[1, 2, 3]]);
  });

  it('gathers what arrives during a flush into the next', async () => {
    const first = gate();
    const flushes: number[][] = [];
    const batch = new MicroBatch<number>('numbers', { maxItems: 10, maxWaiting: 10 }, async (items) => {
      flushes.push(items);
      if (flushes.length === 1) await first.opened;
      return [];
    });
    const one = batch.add(1);
    await new Promise(setImmediate);
    const rest = [batch.add(2), batch.add(3)];
    first.open();
    await Promise.all([one, ...rest]);
    expect(flushes).toEqual([[1], [2, 3]]);
  });

  it('waits for more where it may linger, but not once it is full or somebody waits for all of it', async () => {
    const flushes: number[][] = [];
    const limits = { maxItems: 3, maxWaiting: 10, lingerMs: 60_000 };
    const batch = new MicroBatch<number>('numbers', limits, (items) => {
      flushes.push(items);
      return Promise.resolve([]);
    });
    void batch.add(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(flushes).toEqual([]);
    await Promise.all([batch.add(2), batch.add(3)]);
    expect(flushes).toEqual([[1, 2, 3]]);
    void batch.add(4);
    await batch.drained();
    expect(flushes.at(-1)).toEqual([4]);
    const brief = new MicroBatch<number>('numbers', { ...limits, lingerMs: 10 }, () => Promise.resolve([]));
    await expect(brief.add(1)).resolves.toBeUndefined();
  });

  it('keeps to the largest flush', async () => {
    const sizes: number[] = [];
    const batch = new MicroBatch<number>('numbers', { maxItems: 2, maxWaiting: 10 }, (items) => {
      sizes.push(items.length);
      return Promise.resolve([]);
    });
    await Promise.all([1, 2, 3, 4, 5].map((item) => batch.add(item)));
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('refuses what is too much, at once, and takes again when there is room', async () => {
    const batch = new MicroBatch<number>('numbers', { maxItems: 10, maxWaiting: 1 }, () => Promise.resolve([]));
    const first = batch.add(1);
    await expect(batch.add(2)).rejects.toBeInstanceOf(BatchFullError);
    await first;
    await expect(batch.add(3)).resolves.toBeUndefined();
  });

  it('rejects every item of a failed flush and goes on with the next', async () => {
    let fail = true;
    const batch = new MicroBatch<number>('numbers', { maxItems: 10, maxWaiting: 10 }, () =>
      fail ? Promise.reject(new Error('away')) : Promise.resolve([]),
    );
    const both = await Promise.allSettled([batch.add(1), batch.add(2)]);
    expect(both.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    fail = false;
    await expect(batch.add(3)).resolves.toBeUndefined();
  });

  it('is drained only when nothing waits and nothing is under way', async () => {
    const hold = gate();
    let flushed = false;
    const batch = new MicroBatch<number>('numbers', { maxItems: 10, maxWaiting: 10 }, async () => {
      await hold.opened;
      flushed = true;
      return [];
    });
    const added = batch.add(1);
    const drained = batch.drained().then(() => expect(flushed).toBe(true));
    hold.open();
    await Promise.all([added, drained]);
  });
});
