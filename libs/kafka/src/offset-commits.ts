import type { OffsetsByTopicPartition } from 'kafkajs';
import type { KafkaLog } from './kafka-client';

/** Writes offsets to the group's coordinator. */
export type Commit = (offsets: OffsetsByTopicPartition) => Promise<void>;

/**
 * Commits of what is recorded, several partitions in one request and not more often than `everyMs`: what was recorded but not yet committed when a process
 * dies is read again, and recording is idempotent.
 */
export class OffsetCommits {
  private readonly pending = new Map<string, Map<number, number>>();
  private timer: NodeJS.Timeout | undefined;
  private active: Promise<void> | undefined;
  private lastAt = 0;
  private generation = 0;

  constructor(
    private readonly everyMs: number,
    private readonly log: KafkaLog,
    private readonly commit: Commit,
  ) {}

  /** Everything of a partition before `offset` is recorded. */
  note(topic: string, partition: number, offset: number): void {
    const partitions = this.pending.get(topic);
    if (partitions) partitions.set(partition, offset);
    else this.pending.set(topic, new Map([[partition, offset]]));
    if (this.timer || this.active) return;
    this.timer = setTimeout(() => void this.flush(), Math.max(0, this.lastAt + this.everyMs - Date.now()));
  }

  /** Resolves when everything noted so far is committed, or could not be. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    while (this.active) await this.active;
    if (this.pending.size === 0) return;
    this.active = this.send(this.take());
    await this.active;
  }

  /** Forgets what is noted: the group has given the partitions out anew, and they are read again from what is committed. */
  reset(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.pending.clear();
    this.generation += 1;
  }

  private take(): OffsetsByTopicPartition {
    const topics = [...this.pending].map(([topic, partitions]) => ({
      topic,
      partitions: [...partitions].map(([partition, offset]) => ({ partition, offset: String(offset) })),
    }));
    this.pending.clear();
    return { topics };
  }

  private async send(offsets: OffsetsByTopicPartition): Promise<void> {
    this.lastAt = Date.now();
    const { generation } = this;
    try {
      await this.commit(offsets);
    } catch (error) {
      this.log.debug(
        { reason: error instanceof Error ? error.message : 'unknown' },
        'offsets not committed; they will be with the next ones',
      );
      if (generation === this.generation) this.putBack(offsets);
    } finally {
      this.active = undefined;
    }
    if (this.pending.size > 0 && !this.timer) this.timer = setTimeout(() => void this.flush(), this.everyMs);
  }

  private putBack({ topics }: OffsetsByTopicPartition): void {
    for (const { topic, partitions } of topics) {
      const newer = this.pending.get(topic) ?? new Map<number, number>();
      for (const { partition, offset } of partitions) if (!newer.has(partition)) newer.set(partition, Number(offset));
      this.pending.set(topic, newer);
    }
  }
}
