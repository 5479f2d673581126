import { randomUUID } from 'node:crypto';
import { readEvent } from '@lever-certn/events/cloud-event';
import { TOPICS, topicNamed, type Topic } from '@lever-certn/events/topics';
import { prefixed, type KafkaSettings } from '@lever-certn/kafka/connection';
import { kafkaClient } from '@lever-certn/kafka/kafka-client';
import type { Consumer, Kafka, KafkaMessage } from 'kafkajs';
import { activityLine, checkRequestedLine, checkStatusLine, stageChangedLine } from './happening-lines.rules';

const FOLLOWED: readonly Topic[] = [TOPICS.stageChanged, TOPICS.checkRequested, TOPICS.checkStatusUpdated, TOPICS.activity].map(
  (topic) => topic as unknown as Topic,
);
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_WAIT_MS = 300;
const DISCONNECT_WITHIN_MS = 3000;
/** Lines per second that a person can still follow; the rest is only counted. */
const MAX_LINES_PER_SECOND = 40;

/** Follows what the services tell each other and says it, a line per thing that happens, from now on. */
export class Happenings {
  private readonly kafka: Kafka;
  private readonly group: string;
  private readonly consumer: Consumer;
  private readonly pace: LinePace;

  constructor(
    private readonly settings: KafkaSettings,
    say: (line: string) => void,
  ) {
    this.kafka = kafkaClient(settings, { requestTimeoutMs: REQUEST_TIMEOUT_MS, retry: { retries: 1000, maxRetryTime: 2000 } });
    this.group = `${settings.topicPrefix}local-stack-${randomUUID()}`;
    this.consumer = this.kafka.consumer({ groupId: this.group, maxWaitTimeInMs: MAX_WAIT_MS, allowAutoTopicCreation: false });
    this.pace = new LinePace(say);
  }

  async start(): Promise<void> {
    await this.consumer.connect();
    const topics = FOLLOWED.map(({ name }) => prefixed(this.settings, name));
    await this.consumer.subscribe({ topics, fromBeginning: false });
    await this.consumer.run({
      eachMessage: ({ topic, message }) => {
        this.tell(topic.slice(this.settings.topicPrefix.length), message);
        return Promise.resolve();
      },
    });
  }

  /** Leaves nothing at the broker. Gives up after 3 s: the broker may be gone already. */
  async stop(): Promise<void> {
    this.pace.stop();
    const left = async () => {
      await this.consumer.disconnect();
      const admin = this.kafka.admin();
      await admin.connect();
      await admin.deleteGroups([this.group]);
      await admin.disconnect();
    };
    const late = new Promise<void>((resolve) => setTimeout(resolve, DISCONNECT_WITHIN_MS).unref());
    await Promise.race([left().catch(() => undefined), late]);
  }

  private tell(topicName: string, message: KafkaMessage): void {
    const topic = topicNamed(topicName);
    if (!topic || message.value === null) return;
    for (const line of linesOf(topic, message)) this.pace.say(line);
  }
}

function linesOf(topic: Topic, { value, headers = {} }: KafkaMessage): string[] {
  const as = <Event extends object>(known: Topic<Event>, lines: (event: Event) => (string | undefined)[]): string[] => {
    const read = readEvent(known, value, headers);
    return read.ok ? lines(read.event).filter((line) => line !== undefined) : [];
  };
  switch (topic.name) {
    case TOPICS.stageChanged.name:
      return as(TOPICS.stageChanged, (event) => [stageChangedLine(event)]);
    case TOPICS.checkRequested.name:
      return as(TOPICS.checkRequested, (event) => [checkRequestedLine(event)]);
    case TOPICS.checkStatusUpdated.name:
      return as(TOPICS.checkStatusUpdated, (event) => [checkStatusLine(event)]);
    default:
      return as(TOPICS.activity, (event) => event.lines.map((happened) => activityLine(event, happened)));
  }
}

/** Lets so many lines per second through and counts the others. */
class LinePace {
  private said = 0;
  private leftOut = 0;
  private readonly timer = setInterval(() => this.next(), 1000);

  constructor(private readonly out: (line: string) => void) {
    this.timer.unref();
  }

  say(line: string): void {
    this.said += 1;
    if (this.said > MAX_LINES_PER_SECOND) this.leftOut += 1;
    else this.out(`${new Date().toTimeString().slice(0, 8)}  ${line}`);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private next(): void {
    if (this.leftOut > 0) this.out(`          … and ${this.leftOut} lines more`);
    this.said = 0;
    this.leftOut = 0;
  }
}
