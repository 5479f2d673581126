import type { IHeaders, Message, Producer, RecordMetadata } from 'kafkajs';
import type { KafkaSettings } from './connection';
import { kafkaClient, type KafkaLog } from './kafka-client';

/** A message on its way to the broker. */
export interface OutgoingMessage {
  /** The topic's full name. */
  topic: string;
  key: string | Buffer | null;
  /** `null` is a tombstone. */
  value: Buffer | null;
  headers: IHeaders;
  partition: number;
}

/** Why a send failed, by what may happen next. */
export type SendFailure =
  /** A later try may work. */
  | { kind: 'later'; cause: unknown; silent: boolean }
  /** Something in the messages will never be taken; nothing is known of the others. */
  | { kind: 'refused'; cause: unknown }
  /** These will never be taken; the others are written. */
  | { kind: 'partly'; refused: ReadonlySet<OutgoingMessage>; cause: unknown };

/** How a queue reaches the broker. */
export interface Link {
  connect(): Promise<void>;
  /** Sends all in one request per broker; `undefined` once every replica that has to has all of them. Never throws. */
  send(messages: readonly OutgoingMessage[]): Promise<SendFailure | undefined>;
  /** Throws away connections on which nobody answers. */
  reset(): void;
  /** Whether a broker answers now. */
  probe(): Promise<boolean>;
  close(): Promise<void>;
}

/** Protocol errors that kafkajs calls retriable though only a person can cure them. */
const REFUSALS = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'TOPIC_AUTHORIZATION_FAILED',
  'MESSAGE_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
]);
/** Errors of the whole connection, though kafkajs calls them final. */
const NOT_ABOUT_MESSAGES = new Set(['KafkaJSSASLAuthenticationError', 'KafkaJSTimeout', 'KafkaJSLockTimeout']);
const ALL_REPLICAS = -1;

/** The connection of a producer: `acks=all`, one request in flight, no compression, no tries of its own. */
export class BrokerLink implements Link {
  private producer: Producer;
  private connected = false;

  constructor(
    private readonly settings: KafkaSettings,
    private readonly requestTimeoutMs: number,
    private readonly log: KafkaLog,
  ) {
    this.producer = this.newProducer();
  }

  async connect(): Promise<void> {
    await this.producer.connect();
    this.connected = true;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<SendFailure | undefined> {
    try {
      if (!this.connected) await this.connect();
      const written = await this.producer.sendBatch({
        acks: ALL_REPLICAS,
        timeout: this.requestTimeoutMs,
        topicMessages: byTopic(messages),
      });
      return unwritten(messages, written);
    } catch (cause) {
      return failureOf(cause);
    }
  }

  reset(): void {
    const stuck = this.producer;
    this.producer = this.newProducer();
    this.connected = false;
    void stuck.disconnect().catch(() => undefined);
  }

  async probe(): Promise<boolean> {
    const admin = this.client().admin();
    try {
      await admin.connect();
      await admin.describeCluster();
      return true;
    } catch {
      return false;
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }

  private client(): ReturnType<typeof kafkaClient> {
    return kafkaClient(this.settings, { log: this.log, requestTimeoutMs: this.requestTimeoutMs, retry: { retries: 0 } });
  }

  private newProducer(): Producer {
    return this.client().producer({
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition!,
      retry: { retries: 0 },
    });
  }
}

function byTopic(messages: readonly OutgoingMessage[]): { topic: string; messages: Message[] }[] {
  const topics = new Map<string, Message[]>();
  for (const message of messages) {
    const gathered = topics.get(message.topic);
    if (gathered) gathered.push(message);
    else topics.set(message.topic, [message]);
  }
  return [...topics].map(([topic, gathered]) => ({ topic, messages: gathered }));
}

/** kafkajs leaves out, without a word, what is meant for a partition that the topic does not have. */
function unwritten(messages: readonly OutgoingMessage[], written: RecordMetadata[]): SendFailure | undefined {
  const reached = new Set(written.map(({ topicName, partition }) => `${partition} ${topicName}`));
  const refused = messages.filter(({ topic, partition }) => !reached.has(`${partition} ${topic}`));
  if (refused.length === 0) return undefined;
  return {
    kind: 'partly',
    refused: new Set(refused),
    cause: new Error('the topic has no such partition: run npm run topics:apply'),
  };
}

interface KafkaError {
  name?: string;
  type?: string;
  retriable?: boolean;
  cause?: KafkaError;
}

function failureOf(cause: unknown): SendFailure {
  let error = cause as KafkaError;
  while (error.cause && !error.type) error = error.cause;
  if (error.type && REFUSALS.has(error.type)) return { kind: 'refused', cause };
  const final = error.retriable === false && !NOT_ABOUT_MESSAGES.has(error.name ?? '');
  if (final) return { kind: 'refused', cause };
  return { kind: 'later', cause, silent: error.name === 'KafkaJSRequestTimeoutError' };
}
