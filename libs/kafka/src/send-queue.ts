import { BatchFullError } from '@lever-certn/batching/micro-batch';
import type { Link, OutgoingMessage } from './broker-link';
import { BrokerUnavailableError, MessageRefusedError } from './broker-unavailable';
import type { KafkaLog } from './kafka-client';

/** Limits of a queue. */
export interface SendQueueLimits {
  /** Bytes that may wait; beyond, `add` throws {@link BatchFullError}. */
  maxWaitingBytes: number;
  /** How long a message may wait while nothing reaches the broker. */
  sendTimeoutMs: number;
}

interface Waiting {
  message: OutgoingMessage;
  bytes: number;
  addedAt: number;
  settled: boolean;
  resolve: () => void;
  reject: (error: Error) => void;
}

/** A record batch must stay below the topic's `max.message.bytes`, and kafkajs makes one per partition: this bounds all of them together. */
const MAX_BATCH_BYTES = 800_000;
const MAX_BATCH_MESSAGES = 1000;
const RECORD_OVERHEAD_BYTES = 200;
const RETRY_AFTER_MS = 100;
const TICK_MS = 50;

/**
 * Messages on their way: what arrives during one send goes in the next, in the order of arrival, one send at a time, without lingering. While the
 * broker answers, messages wait as long as it takes; while it does not, none waits longer than `sendTimeoutMs`.
 */
export class SendQueue {
  private queue: Waiting[] = [];
  private flying: Waiting[] = [];
  private bytes = 0;
  private running = false;
  private stalledMs = 0;
  private clock: NodeJS.Timeout | undefined;
  private lastTickAt = 0;
  private failing = false;
  private closed = false;
  private idle: (() => void)[] = [];

  constructor(
    private readonly link: Link,
    private readonly limits: SendQueueLimits,
    private readonly log: KafkaLog,
  ) {}

  /** Bytes of messages that the broker does not have yet. */
  get waitingBytes(): number {
    return this.bytes;
  }

  /** Whether the last send worked, and nothing waits for too long. */
  get healthy(): boolean {
    return !this.failing && this.stalledMs < this.limits.sendTimeoutMs;
  }

  /** The broker was heard from by other means. */
  recovered(): void {
    if (!this.failing) return;
    this.failing = false;
    this.log.info({}, 'the broker is back');
  }

  /** Resolves when the broker has the message. @throws BatchFullError, BrokerUnavailableError, MessageRefusedError */
  add(message: OutgoingMessage): Promise<void> {
    if (this.closed) return Promise.reject(new BrokerUnavailableError('the producer is closed'));
    const bytes = (message.value?.length ?? 0) + (message.key?.length ?? 0) + RECORD_OVERHEAD_BYTES;
    if (this.bytes + bytes > this.limits.maxWaitingBytes)
      return Promise.reject(new BatchFullError('event producer', this.limits.maxWaitingBytes, 'bytes'));
    this.bytes += bytes;
    const promise = new Promise<void>((resolve, reject) => {
      this.queue.push({ message, bytes, addedAt: Date.now(), settled: false, resolve, reject });
    });
    if (!this.running) this.start();
    return promise;
  }

  /** Takes no more; resolves when nothing waits any longer. */
  close(): Promise<void> {
    this.closed = true;
    return this.running ? new Promise((resolve) => this.idle.push(resolve)) : Promise.resolve();
  }

  private start(): void {
    this.running = true;
    this.stalledMs = 0;
    this.lastTickAt = Date.now();
    this.clock ??= setInterval(() => this.tick(), TICK_MS);
    setImmediate(() => void this.run());
  }

  private async run(): Promise<void> {
    while (this.queue.length > 0) {
      this.flying = this.take();
      await this.deliver(this.flying);
      this.flying = [];
    }
    this.running = false;
    clearInterval(this.clock);
    this.clock = undefined;
    this.stalledMs = 0;
    for (const resolve of this.idle.splice(0)) resolve();
  }

  private take(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { bytes: more } of this.queue) {
      if (count === MAX_BATCH_MESSAGES || (count > 0 && bytes + more > MAX_BATCH_BYTES)) break;
      bytes += more;
      count += 1;
    }
    return this.queue.splice(0, count);
  }

  /** Ends when each of them is settled, one way or the other. */
  private async deliver(batch: Waiting[]): Promise<void> {
    for (;;) {
      const open = batch.filter((entry) => !entry.settled);
      if (open.length === 0) return;
      const failure = await this.link.send(open.map((entry) => entry.message));
      if (!failure) return this.arrived(open);
      if (failure.kind === 'refused') return this.divide(open, failure.cause);
      if (failure.kind === 'partly') {
        this.arrived(open.filter(({ message }) => !failure.refused.has(message)));
        return this.refuse(open, failure.cause);
      }
      this.fail(failure.cause);
      if (failure.silent) this.link.reset();
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
    }
  }

  private arrived(batch: Waiting[]): void {
    this.stalledMs = 0;
    this.recovered();
    for (const entry of batch) if (this.settle(entry)) entry.resolve();
  }

  /** One bad message must not take its neighbours with it: the batch is halved until it is alone. */
  private async divide(batch: Waiting[], cause: unknown): Promise<void> {
    if (batch.length === 1) return this.refuse(batch, cause);
    const middle = batch.length >> 1;
    await this.deliver(batch.slice(0, middle));
    await this.deliver(batch.slice(middle));
  }

  private refuse(batch: Waiting[], cause: unknown): void {
    for (const entry of batch) {
      const { topic, partition } = entry.message;
      if (this.settle(entry))
        entry.reject(new MessageRefusedError(`${topic}, partition ${partition}: refused by the broker`, { cause }));
    }
  }

  private settle(entry: Waiting): boolean {
    if (entry.settled) return false;
    entry.settled = true;
    this.bytes -= entry.bytes;
    return true;
  }

  private fail(cause: unknown): void {
    if (this.failing) return;
    this.failing = true;
    this.log.warn(
      { reason: cause instanceof Error ? cause.message : 'unknown' },
      'the broker does not take messages; trying again',
    );
  }

  /** An event loop that stood still is not a broker that did: at most two ticks are counted for one. */
  private tick(): void {
    const now = Date.now();
    this.stalledMs += Math.min(now - this.lastTickAt, 2 * TICK_MS);
    this.lastTickAt = now;
    const { sendTimeoutMs } = this.limits;
    if (this.stalledMs < sendTimeoutMs) return;
    const tooOld = (entry: Waiting): boolean => now - entry.addedAt >= sendTimeoutMs;
    for (const entry of this.flying) if (tooOld(entry)) this.expire(entry);
    const kept = this.queue.findIndex((entry) => !tooOld(entry));
    for (const entry of this.queue.splice(0, kept === -1 ? this.queue.length : kept)) this.expire(entry);
  }

  private expire(entry: Waiting): void {
    if (this.settle(entry))
      entry.reject(new BrokerUnavailableError(`no broker took the message within ${this.limits.sendTimeoutMs} ms`));
  }
}
