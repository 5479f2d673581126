import { partitionOf } from '@lever-certn/events/identity.rules';
import { writeEvent, type EventContext } from '@lever-certn/events/cloud-event';
import type { Topic } from '@lever-certn/events/topics';
import { BrokerLink, type OutgoingMessage } from './broker-link';
import { BrokerUnavailableError, MessageRefusedError } from './broker-unavailable';
import { prefixed, type KafkaSettings } from './connection';
import { SILENT, type KafkaLog } from './kafka-client';
import { SendQueue } from './send-queue';
import { activeTraceparent } from './trace-context';

export { BrokerUnavailableError, MessageRefusedError };

/** What a producer is made of. */
export interface EventProducerOptions {
  /** The service that writes: `ce_source`. */
  source: string;
  /** Bytes that may wait for the broker; default 32 MiB. */
  maxWaitingBytes?: number;
  /** How long a publish may wait for a broker that does not answer; default 1000 ms. */
  sendTimeoutMs?: number;
  /** How long `connect` may wait for one; default 30 s. */
  connectTimeoutMs?: number;
  log?: KafkaLog;
}

/** What is said of an event beside its value; the producer knows its source. */
export type PublishContext = Omit<EventContext, 'source'>;

const MAX_WAITING_BYTES = 32 * 1024 * 1024;
const SEND_TIMEOUT_MS = 1000;
const CONNECT_TIMEOUT_MS = 30_000;
/** Longer than `sendTimeoutMs`: a broker that stalls for a moment may still answer, and then nothing is sent twice. */
const REQUEST_TIMEOUT_FACTOR = 3;
const CONNECT_RETRY_MS = 200;
const PROBE_EVERY_MS = 1000;

/**
 * Publishes events: a promise that resolves means that every replica which has to has the message (`acks=all`). What is published while a send is under
 * way goes in the next one, in order and without lingering, one request at a time. Each message names its partition.
 */
export class EventProducer {
  private readonly link: BrokerLink;
  private readonly queue: SendQueue;
  private connected = false;
  private prober: NodeJS.Timeout | undefined;
  private probing = false;

  constructor(
    private readonly settings: KafkaSettings,
    private readonly options: EventProducerOptions,
  ) {
    const log = options.log ?? SILENT;
    const sendTimeoutMs = options.sendTimeoutMs ?? SEND_TIMEOUT_MS;
    this.link = new BrokerLink(settings, sendTimeoutMs * REQUEST_TIMEOUT_FACTOR, log);
    this.queue = new SendQueue(this.link, { maxWaitingBytes: options.maxWaitingBytes ?? MAX_WAITING_BYTES, sendTimeoutMs }, log);
  }

  /** Resolves when a broker answers. @throws BrokerUnavailableError after `connectTimeoutMs` */
  async connect(): Promise<void> {
    const timeoutMs = this.options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    const until = Date.now() + timeoutMs;
    for (;;) {
      try {
        await this.link.connect();
        break;
      } catch (cause) {
        if (Date.now() >= until)
          throw new BrokerUnavailableError(`no broker of ${this.settings.brokers.join(', ')} answered within ${timeoutMs} ms`, {
            cause,
          });
        await new Promise((resolve) => setTimeout(resolve, CONNECT_RETRY_MS));
      }
    }
    this.connected = true;
    this.prober = setInterval(() => void this.probe(), PROBE_EVERY_MS).unref();
  }

  /** Takes no more, sends what waits, and leaves. */
  async disconnect(): Promise<void> {
    clearInterval(this.prober);
    this.connected = false;
    await this.queue.close();
    await this.link.close().catch(() => undefined);
  }

  /** Bytes of events that the broker does not have yet. */
  get waitingBytes(): number {
    return this.queue.waitingBytes;
  }

  /** False while the broker does not take events. Becomes true again by itself, also when nothing is published. */
  get healthy(): boolean {
    return this.connected && this.queue.healthy;
  }

  /**
   * Resolves when the broker has the event. Without a `traceparent` the active OpenTelemetry span is the parent.
   * Rejects with BrokerUnavailableError (about `sendTimeoutMs` after the broker went away; the event may have been written), BatchFullError (too much waits
   * already), MessageRefusedError (the broker will never take it) or InvalidEventError (a bug of the writer).
   */
  publish<E extends object>(topic: Topic<E>, event: E, context: PublishContext): Promise<void> {
    const traceparent = context.traceparent ?? activeTraceparent();
    let written: OutgoingMessage;
    try {
      const { key, value, headers, partition } = writeEvent(topic, event, {
        id: context.id,
        source: this.options.source,
        ...(context.time ? { time: context.time } : {}),
        ...(traceparent ? { traceparent } : {}),
      });
      written = { topic: prefixed(this.settings, topic.name), key, value, headers, partition };
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error('the event could not be written', { cause: error }));
    }
    return this.queue.add(written);
  }

  /** Publishes a message as it is, to a topic named without prefix: for replays. Rejects as {@link publish} does. */
  publishRaw(topicName: string, message: Omit<OutgoingMessage, 'topic'>): Promise<void> {
    return this.queue.add({ ...message, topic: prefixed(this.settings, topicName) });
  }

  /** Says in a compacted topic that what the key named is gone. Rejects as {@link publish} does. */
  tombstone(topic: Pick<Topic, 'name' | 'partitions'>, key: string, teamId: string): Promise<void> {
    const partition = partitionOf(teamId, topic.partitions);
    return this.publishRaw(topic.name, { key, value: null, headers: {}, partition });
  }

  /** Without this, a service that gets no work while it is not ready would never find out that it is. */
  private async probe(): Promise<void> {
    if (this.probing || this.queue.healthy || this.queue.waitingBytes > 0) return;
    this.probing = true;
    if (await this.link.probe()) this.queue.recovered();
    this.probing = false;
  }
}
