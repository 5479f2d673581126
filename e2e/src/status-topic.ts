import { randomBytes } from 'node:crypto';
import { Kafka, logLevel, type Consumer } from 'kafkajs';
import type { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';
import { readEvent } from '@lever-certn/events/cloud-event';
import { TOPICS } from '@lever-certn/events/topics';
import type { SystemDescription } from './system';

/** Another system that subscribes to the status topic from its beginning, as the documentation says one may. */
export class StatusTopic {
  readonly events: CheckStatusUpdated[] = [];

  private constructor(private readonly consumer: Consumer) {}

  static async follow({ brokers, topicPrefix }: SystemDescription): Promise<StatusTopic> {
    const kafka = new Kafka({ brokers: brokers.split(','), clientId: 'e2e-subscriber', logLevel: logLevel.NOTHING });
    const consumer = kafka.consumer({
      groupId: `${topicPrefix}subscriber-${randomBytes(4).toString('hex')}`,
      maxWaitTimeInMs: 200,
    });
    const topic = new StatusTopic(consumer);
    await consumer.connect();
    await consumer.subscribe({ topics: [`${topicPrefix}${TOPICS.checkStatusUpdated.name}`], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message }) => {
        const read = readEvent(TOPICS.checkStatusUpdated, message.value, message.headers ?? {});
        if (!read.ok) throw new Error(read.reason);
        topic.events.push(read.event);
        return Promise.resolve();
      },
    });
    return topic;
  }

  /** What was said of the checks of an opportunity, in the order it came. */
  of(opportunityId: string): CheckStatusUpdated[] {
    return this.events.filter((event) => event.opportunityId === opportunityId);
  }

  stop(): Promise<void> {
    return this.consumer.disconnect();
  }
}
