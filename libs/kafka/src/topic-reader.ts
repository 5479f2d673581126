import { readEvent, type EventContext } from '@lever-certn/events/cloud-event';
import type { Topic } from '@lever-certn/events/topics';
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { prefixed, type KafkaSettings } from './connection';
import { brokerAnswers, kafkaClient, type KafkaLog } from './kafka-client';
import { within } from './time-limit';

/** What a reader is made of. The callbacks are called in the order of each partition, synchronously, and may not throw. */
export interface TopicReaderOptions<E extends object> {
  settings: KafkaSettings;
  topic: Topic<E>;
  /** Without prefix; no other process may have the same. */
  group: string;
  log: KafkaLog;
  onEvent: (event: E, context: EventContext) => void;
  onTombstone: (key: string) => void;
  onPoison: (reason: string, key: string | null) => void;
  /** Default 6000 ms. */
  sessionTimeoutMs?: number;
}

const SESSION_TIMEOUT_MS = 6000;
const HEARTBEAT_MS = 1000;
const FETCH_WAIT_MS = 300;
const REQUEST_TIMEOUT_MS = 10_000;
/** Not heard of the broker, or behind, for so long: what we know may be old. */
const STALE_MS = 10_000;
const RETRY_MS = 1000;
const STOP_WITHIN_MS = 3000;
/** Polls in a row that brought nothing although each waited its time: there is nothing to come, whatever the end offsets say. */
const EMPTY_POLLS = 3;
const RETRY_FOR_EVER = {
  retries: Number.MAX_SAFE_INTEGER,
  initialRetryTime: 100,
  maxRetryTime: RETRY_MS,
  factor: 0.2,
  multiplier: 2,
};

/**
 * Reads a topic from its beginning to its end and follows it, for those who keep its newest state in memory. Each process reads all partitions, with a
 * group of its own that commits nothing and is deleted when the reader stops (one that was killed leaves a group without offsets and members, which the
 * broker removes).
 */
export class TopicReader<E extends object> {
  private readonly kafka: Kafka;
  private readonly groupId: string;
  private readonly topicName: string;
  private consumer: Consumer | undefined;
  private stopped = false;
  private heardAt = 0;
  private behindSince: number | undefined;
  /** Offsets that have to be reached before the topic is read to its end, per partition; `undefined` until they are known. */
  private ends: Map<number, number> | undefined;
  private readonly positions = new Map<number, number>();
  private emptyPolls = 0;
  private reached = false;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly options: TopicReaderOptions<E>) {
    const { settings, log } = options;
    this.kafka = kafkaClient(settings, { log, retry: RETRY_FOR_EVER, requestTimeoutMs: REQUEST_TIMEOUT_MS });
    this.groupId = prefixed(settings, options.group);
    this.topicName = prefixed(settings, options.topic.name);
  }

  /** Whether the topic was read to its end once. */
  get caughtUp(): boolean {
    return this.reached;
  }

  /** False when the broker was not heard of, or known messages are unread, for 10 s. */
  get current(): boolean {
    const now = Date.now();
    return this.reached && now - this.heardAt < STALE_MS && (this.behindSince === undefined || now - this.behindSince < STALE_MS);
  }

  /**
   * Resolves when all that was in the topic at the start was handed over, or the reader was stopped. Waits for a broker that is away and for a topic that is
   * not there yet.
   */
  async start(): Promise<void> {
    const end = new Promise<void>((resolve) => this.waiting.push(resolve));
    void this.open();
    await end;
  }

  /** Stops reading, leaves and deletes the group. Ends a `start()` under way. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.release();
    const { consumer } = this;
    this.consumer = undefined;
    if (consumer) await within(STOP_WITHIN_MS, consumer.disconnect());
    await within(STOP_WITHIN_MS, this.deleteGroup());
  }

  private async open(): Promise<void> {
    for (;;) {
      await brokerAnswers(this.options.settings, this.options.log, () => this.stopped);
      if (this.stopped) return;
      const consumer = (this.consumer = this.newConsumer());
      try {
        await consumer.connect();
        await consumer.subscribe({ topic: this.topicName, fromBeginning: true });
        await consumer.describeGroup();
        this.ends ??= await this.endOffsets();
        if (this.stopped) return;
        await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => this.eachBatch(payload) });
        this.checkEnd();
        return;
      } catch (error) {
        if (this.stopped) return;
        this.options.log.warn(
          { topic: this.options.topic.name, reason: messageOf(error) },
          'a topic cannot be read yet; trying again',
        );
      }
      this.consumer = undefined;
      await consumer.disconnect().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  private newConsumer(): Consumer {
    const consumer = this.kafka.consumer({
      groupId: this.groupId,
      allowAutoTopicCreation: false,
      sessionTimeout: this.options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      retry: RETRY_FOR_EVER,
    });
    consumer.on(consumer.events.HEARTBEAT, () => void (this.heardAt = Date.now()));
    consumer.on(consumer.events.GROUP_JOIN, () => this.joined());
    consumer.on(consumer.events.FETCH, ({ payload }) => this.fetched(Number(payload.duration)));
    consumer.on(consumer.events.CRASH, ({ payload }) => this.crashed(consumer, payload.error, payload.restart));
    return consumer;
  }

  private async endOffsets(): Promise<Map<number, number>> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      const offsets = await admin.fetchTopicOffsets(this.topicName);
      return new Map(
        offsets.filter(({ high, low }) => Number(high) > Number(low)).map(({ partition, high }) => [partition, Number(high)]),
      );
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }

  private joined(): void {
    this.heardAt = Date.now();
    this.emptyPolls = 0;
  }

  /** kafkajs starts again by itself after some crashes; after the others we do. */
  private crashed(consumer: Consumer, error: Error, restarts: boolean): void {
    if (this.stopped || restarts || this.consumer !== consumer) return;
    this.options.log.warn({ topic: this.options.topic.name, reason: error.message }, 'the reader of a topic starts again');
    this.consumer = undefined;
    setTimeout(() => void this.open(), RETRY_MS);
  }

  private eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    for (const message of batch.messages) this.hand(message);
    const last = batch.lastOffset();
    payload.resolveOffset(last);
    this.emptyPolls = 0;
    this.heardAt = Date.now();
    this.positions.set(batch.partition, Number(last) + 1);
    if (Number(last) + 1 >= Number(batch.highWatermark)) this.behindSince = undefined;
    else this.behindSince ??= Date.now();
    this.checkEnd();
    return Promise.resolve();
  }

  private hand({ key, value, headers }: KafkaMessage): void {
    const { topic, log, onEvent, onTombstone, onPoison } = this.options;
    const name = key === null ? null : key.toString();
    try {
      if (value === null && name !== null) return onTombstone(name);
      const read = readEvent(topic, value, headers ?? {});
      if (read.ok) onEvent(read.event, read.context);
      else onPoison(read.reason, name);
    } catch (error) {
      log.error(
        { topic: topic.name, reason: error instanceof Error ? error.name : 'unknown' },
        'a message of a topic could not be taken in',
      );
    }
  }

  private fetched(durationMs: number): void {
    this.emptyPolls = durationMs >= FETCH_WAIT_MS * 0.8 ? this.emptyPolls + 1 : 0;
    if (this.emptyPolls < EMPTY_POLLS) return;
    this.behindSince = undefined;
    if (this.ends) this.reach();
  }

  private checkEnd(): void {
    if (this.reached || !this.ends) return;
    for (const [partition, end] of this.ends) if ((this.positions.get(partition) ?? 0) < end) return;
    this.reach();
  }

  private reach(): void {
    if (this.reached) return;
    this.reached = true;
    this.heardAt = Date.now();
    this.release();
  }

  private release(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private async deleteGroup(): Promise<void> {
    const admin = kafkaClient(this.options.settings, { retry: { retries: 2 }, requestTimeoutMs: REQUEST_TIMEOUT_MS }).admin();
    await admin.connect();
    try {
      await admin.deleteGroups([this.groupId]);
    } finally {
      await admin.disconnect();
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
