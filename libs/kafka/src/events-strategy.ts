import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { BatchFullError } from '@lever-certn/batching/micro-batch';
import { TOPIC_LIST } from '@lever-certn/events/topics';
import type { Keyring } from '@lever-certn/sealing/keyring';
import type { Consumer, ConsumerCrashEvent, ConsumerGroupJoinEvent, EachBatchPayload } from 'kafkajs';
import { BrokerUnavailableError } from './broker-unavailable';
import { prefixed, type KafkaSettings } from './connection';
import { DeadLetters } from './dead-letters';
import type { EventProducer } from './event-producer';
import { GiveUp } from './give-up';
import { brokerAnswers, kafkaClient, SILENT, type KafkaLog } from './kafka-client';
import { MessageWork, nameOf, tombstonesOf, type EventHandler, type TopicHandlers } from './message-work';
import { OffsetCommits } from './offset-commits';
import { PartitionWork, type Patience, type Surroundings } from './partition-work';
import type { SettledMessage } from './settled-message';
import { teamAssigner } from './team-assigner';
import { within } from './time-limit';

/** What a consumer is made of. */
export interface EventsStrategyOptions {
  settings: KafkaSettings;
  /** The consumer group without prefix: the service's name. */
  group: string;
  /** Sets dead letters aside. */
  producer: Pick<EventProducer, 'publish'>;
  /** Seals dead letters. */
  keyring: Keyring;
  /** The database is away: wait and try again, count nothing against the message. */
  isOutage: (error: unknown) => boolean;
  /** The consumer can't go on and the process must exit. */
  onFatal: (error: Error) => void;
  /** One call per message that is over: for one log line and one metric. */
  onSettled?: (line: SettledMessage) => void;
  log?: KafkaLog;
  /** Lets messages gather at the broker for up to 300 ms, where nobody waits for what is made of them: a fetch costs the same for one as for hundreds. */
  gathers?: boolean;
  patience?: Partial<Patience>;
  /** A member that was not heard of for so long loses its partitions; default 6000 ms. */
  sessionTimeoutMs?: number;
  /** Default 1000 ms. */
  heartbeatMs?: number;
}

const PATIENCE: Patience = {
  failures: 5,
  retryAfterMs: [500, 2000, 7000, 20_000],
  outageRetryMs: [250, 500, 1000],
  handlerTimeoutMs: 30_000,
  finishWithinMs: 4000,
  maxParked: 200,
};

const SESSION_TIMEOUT_MS = 6000;
const HEARTBEAT_MS = 1000;
const REBALANCE_TIMEOUT_MS = 30_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Bounds how long a stop may take, since an idle fetch is not cut short. */
const FETCH_WAIT_MS = 300;
/** Together they bound how many handlers run side by side; a larger message still comes, alone. */
const PARTITION_FETCH_BYTES = 256 * 1024;
const FETCH_BYTES = 1024 * 1024;
const GATHERED_BYTES = 256 * 1024;
/** Three topics of twelve partitions: what one fetch may bring. */
const PARTITIONS_AT_ONCE = 36;
const COMMIT_EVERY_MS = 500;
const RETRY_FOR_EVER = {
  retries: Number.MAX_SAFE_INTEGER,
  initialRetryTime: 100,
  maxRetryTime: 1000,
  factor: 0.2,
  multiplier: 2,
};

/**
 * Nest's way to our topics. Every `@EventPattern<string>(TOPICS.x.name)` method gets the events of its topic, one call per message, the messages of a fetched batch
 * side by side; then the batch is committed. See docs/decisions/0050-consumers.md for what happens to a message that nobody can read, to a handler that fails, and while the
 * database or the broker is away. A handler throws only if it could not record.
 */
export class EventsStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('lever-certn events');
  /** Errors come to us instead of Nest's log; see `EventErrorFilter`. */
  override propagatesEventHandlerErrors = true;
  private readonly log: KafkaLog;
  private readonly commits: OffsetCommits;
  private readonly around: Surroundings;
  private readonly works = new Map<string, MessageWork>();
  private readonly partitions = new Map<string, PartitionWork>();
  private readonly lags = new Map<string, number>();
  private readonly paused = new Map<string, () => void>();
  private consumer: Consumer | undefined;
  private giveUp = new GiveUp();
  private activeBatches = 0;
  /** The way to the group: of the batch that came last. */
  private latest: EachBatchPayload | undefined;
  private heart: NodeJS.Timeout | undefined;
  private joined = false;
  private stopping = false;
  private heardAt = 0;
  private assignedCount = 0;
  private outageSince: number | undefined;

  constructor(private readonly options: EventsStrategyOptions) {
    super();
    this.log = options.log ?? SILENT;
    this.commits = new OffsetCommits(COMMIT_EVERY_MS, this.log, async (offsets) =>
      this.latest?.commitOffsetsIfNecessary(offsets),
    );
    this.around = {
      patience: { ...PATIENCE, ...options.patience },
      log: this.log,
      isOutage: (error) => error instanceof BrokerUnavailableError || error instanceof BatchFullError || options.isOutage(error),
      outage: (error) => this.outage(error),
      outageOver: () => this.outageOver(),
    };
  }

  /** Joins the group and calls back. Waits for a broker that is away; a topic that does not exist is an error. */
  listen(callback: (error?: unknown) => void): void {
    this.start().then(
      () => callback(),
      (error: unknown) => callback(error),
    );
  }

  /** Stops fetching, lets the batch in hand finish and commits it, leaves the group. Ends within the patience. */
  async close(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    this.giveUp.raise();
    await within(this.around.patience.finishWithinMs + FETCH_WAIT_MS + HEARTBEAT_MS, this.leaveGroup());
    clearInterval(this.heart);
    this.leaveAll();
  }

  /** Without a broker this does not end. */
  private async leaveGroup(): Promise<void> {
    await this.commits.flush();
    await this.consumer?.disconnect();
  }

  /** Whether it is in the group, hears from the broker, and is not held up by an outage. */
  get healthy(): boolean {
    return this.problems().length === 0;
  }

  /** What keeps it from being ready, in words. */
  problems(): string[] {
    const sessionMs = this.options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS;
    return [
      ...(this.joined ? [] : ['not in the consumer group yet']),
      ...(this.joined && Date.now() - this.heardAt > 2 * sessionMs ? ['nothing heard from the broker'] : []),
      ...(this.outageSince === undefined ? [] : ['the database is away']),
    ];
  }

  /** Partitions this process has. */
  get assigned(): number {
    return this.assignedCount;
  }

  /** Messages known to be on the broker and not handled by this process yet. */
  get lag(): number {
    let sum = 0;
    for (const lag of this.lags.values()) sum += lag;
    return sum;
  }

  /** Messages whose handler failed and that are tried again. */
  get failing(): number {
    let sum = 0;
    for (const partition of this.partitions.values()) sum += partition.parkedCount;
    return sum;
  }

  /** The strategy has no events of its own. @throws Error always */
  override on(): never {
    throw new Error('the events strategy has no events to listen to');
  }

  override unwrap<T>(): T {
    return this.consumer as T;
  }

  private async start(): Promise<void> {
    const { settings, group, gathers = false, sessionTimeoutMs = SESSION_TIMEOUT_MS, heartbeatMs = HEARTBEAT_MS } = this.options;
    const handlers = topicHandlers(this.messageHandlers as ReadonlyMap<string, EventHandler>);
    const deadLetters = new DeadLetters(this.options.producer, this.options.keyring, group);
    const onSettled = this.options.onSettled ?? (() => undefined);
    for (const entry of handlers)
      this.works.set(prefixed(settings, entry.topic.name), new MessageWork(entry, deadLetters, onSettled));
    const kafka = kafkaClient(settings, { log: this.log, retry: RETRY_FOR_EVER, requestTimeoutMs: REQUEST_TIMEOUT_MS });
    await brokerAnswers(settings, this.log, () => this.stopping);
    if (this.stopping) return;
    this.consumer = kafka.consumer({
      groupId: prefixed(settings, group),
      partitionAssigners: [teamAssigner],
      allowAutoTopicCreation: false,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: heartbeatMs,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      minBytes: gathers ? GATHERED_BYTES : 1,
      maxBytesPerPartition: PARTITION_FETCH_BYTES,
      maxBytes: FETCH_BYTES,
      retry: RETRY_FOR_EVER,
    });
    this.listenTo(this.consumer);
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...this.works.keys()], fromBeginning: true });
    // On a broker that never had a group the coordinator takes a moment, and joining before it is there is a crash.
    await this.consumer.describeGroup();
    this.heart = setInterval(() => void this.beat(), heartbeatMs);
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) => this.eachBatch(payload),
    });
  }

  private listenTo(consumer: Consumer): void {
    const { GROUP_JOIN, HEARTBEAT, CRASH, REBALANCING } = consumer.events;
    consumer.on(GROUP_JOIN, (event) => this.join(event));
    consumer.on(HEARTBEAT, () => void (this.heardAt = Date.now()));
    consumer.on(REBALANCING, () => this.log.debug({}, 'the group gives its partitions out anew'));
    consumer.on(CRASH, (event) => this.crash(event));
  }

  private join({ payload }: ConsumerGroupJoinEvent): void {
    this.leaveAll();
    this.giveUp = new GiveUp();
    if (this.stopping) this.giveUp.raise();
    this.joined = true;
    this.heardAt = Date.now();
    this.assignedCount = Object.values(payload.memberAssignment).reduce((sum, partitions) => sum + partitions.length, 0);
    this.log.info(
      { group: this.options.group, partitions: this.assignedCount, durationMs: payload.duration },
      'joined the consumer group',
    );
  }

  private crash({ payload: { error, restart } }: ConsumerCrashEvent): void {
    this.joined = false;
    if (this.stopping) return;
    if (restart) return this.log.warn({ reason: error.message }, 'the consumer starts again');
    this.options.onFatal(error);
  }

  private leaveAll(): void {
    this.commits.reset();
    for (const partition of this.partitions.values()) partition.leave();
    for (const resume of this.paused.values()) resume();
    this.partitions.clear();
    this.lags.clear();
    this.paused.clear();
  }

  /** kafkajs takes a throw for a reason to leave the group for good, so nothing gets out. */
  private async eachBatch(payload: EachBatchPayload): Promise<void> {
    if (this.activeBatches === 0 && this.giveUp.raised && !this.stopping) this.giveUp = new GiveUp();
    this.activeBatches += 1;
    this.latest = payload;
    try {
      await this.handle(payload);
    } catch (error) {
      this.log.error(
        { topic: payload.batch.topic, partition: payload.batch.partition, reason: nameOf(error) },
        'a batch could not be handled',
      );
      await this.giveUp.sleep(HEARTBEAT_MS);
    } finally {
      this.activeBatches -= 1;
    }
  }

  private async handle(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { topic, partition } = batch;
    const key = `${partition} ${topic}`;
    const work = this.partitionWork(key, topic, partition);
    const nextOffset = Number(batch.lastOffset()) + 1;
    this.lags.set(key, Number(batch.highWatermark) - Number(batch.firstOffset() ?? nextOffset));
    if (!(await work.handle(batch.messages, nextOffset, this.giveUp)) || this.partitions.get(key) !== work) return;
    payload.resolveOffset(batch.lastOffset());
    this.lags.set(key, Math.max(0, Number(batch.highWatermark) - nextOffset));
    this.commits.note(topic, partition, work.commitPoint);
    if (work.parkedCount >= this.around.patience.maxParked && !this.paused.has(key)) this.paused.set(key, payload.pause());
    // The group is left as soon as this returns.
    if (this.stopping) await this.commits.flush();
  }

  private partitionWork(key: string, topic: string, partition: number): PartitionWork {
    const known = this.partitions.get(key);
    if (known) return known;
    const made: PartitionWork = new PartitionWork(this.works.get(topic)!, partition, this.around, () => {
      this.commits.note(topic, partition, made.commitPoint);
      if (made.parkedCount > this.around.patience.maxParked / 2) return;
      this.paused.get(key)?.();
      this.paused.delete(key);
    });
    this.partitions.set(key, made);
    return made;
  }

  /** While a batch takes long, the broker has to know that we live. When it answers that the group moves on, what is in hand is let go. */
  private async beat(): Promise<void> {
    if (this.activeBatches === 0) return;
    try {
      await this.latest?.heartbeat();
    } catch (error) {
      this.log.debug({ reason: nameOf(error) }, 'the batch in hand is given up');
      this.giveUp.raise();
    }
  }

  private outage(error: unknown): void {
    if (this.outageSince !== undefined) return;
    this.outageSince = Date.now();
    this.log.warn({ reason: nameOf(error) }, 'events wait: nothing can be recorded now');
  }

  private outageOver(): void {
    if (this.outageSince === undefined) return;
    this.log.info({ durationMs: Date.now() - this.outageSince }, 'events are recorded again');
    this.outageSince = undefined;
  }
}

/** @throws Error for a pattern that is no topic of ours, and when there is none */
function topicHandlers(patterns: ReadonlyMap<string, EventHandler>): TopicHandlers[] {
  const known = new Set(TOPIC_LIST.flatMap((topic) => [topic.name, tombstonesOf(topic)]));
  for (const pattern of patterns.keys()) if (!known.has(pattern)) throw new Error(`no topic is called "${pattern}"`);
  if (patterns.size === 0) throw new Error('no handler is registered for any topic');
  return TOPIC_LIST.flatMap((topic): TopicHandlers[] => {
    const onEvent = patterns.get(topic.name);
    const onTombstone = patterns.get(tombstonesOf(topic));
    return onEvent ? [{ topic, onEvent, ...(onTombstone ? { onTombstone } : {}) }] : [];
  });
}
