import type { OffsetsByTopicPartition } from 'kafkajs';
import { SILENT } from './kafka-client';
import { OffsetCommits } from './offset-commits';

const EVERY_MS = 60;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('commits of offsets', () => {
  let sent: string[][];
  let commits: OffsetCommits;
  let fail: boolean;

  beforeEach(() => {
    sent = [];
    fail = false;
    commits = new OffsetCommits(EVERY_MS, SILENT, ({ topics }: OffsetsByTopicPartition) => {
      sent.push(
        topics.flatMap(({ topic, partitions }) => partitions.map(({ partition, offset }) => `${topic} ${partition} ${offset}`)),
      );
      return fail ? Promise.reject(new Error('rebalancing')) : Promise.resolve();
    });
  });

  it('puts several partitions in one request, the newest offset of each', async () => {
    commits.note('a', 0, 5);
    commits.note('b', 1, 7);
    commits.note('a', 0, 9);
    await commits.flush();
    expect(sent).toEqual([['a 0 9', 'b 1 7']]);
  });

  it('comes by itself, and not more often than it may', async () => {
    for (let offset = 1; offset <= 20; offset += 1) {
      commits.note('a', 0, offset);
      await pause(5);
    }
    await pause(2 * EVERY_MS);
    expect(sent.at(-1)).toEqual(['a 0 20']);
    expect(sent.length).toBeLessThan(8);
  });

  it('tries again what could not be committed, unless something newer was noted', async () => {
    fail = true;
    commits.note('a', 0, 5);
    commits.note('a', 1, 5);
    await commits.flush();
    fail = false;
    commits.note('a', 1, 6);
    await commits.flush();
    expect(sent).toEqual([
      ['a 0 5', 'a 1 5'],
      ['a 0 5', 'a 1 6'],
    ]);
  });

  it('forgets what is noted when the partitions are given out anew, also what is under way', async () => {
    fail = true;
    commits.note('a', 0, 5);
    const flushed = commits.flush();
    commits.reset();
    await flushed;
    fail = false;
    await commits.flush();
    await pause(2 * EVERY_MS);
    expect(sent).toHaveLength(1);
  });
});
