import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { TOPICS } from '@lever-certn/events/topics';
import type { SystemDescription } from '../../e2e/src/system';
import { percentile } from './percentiles';

/** The messages that a webhook becomes on its way to the tag, in order. */
const WAY = [TOPICS.stageChanged.name, TOPICS.checkRequested.name, TOPICS.checkStatusUpdated.name];

/** Where the time between a webhook and its tag went: p50 and p99 of each leg, by the times that messages were sent at. */
export async function legsOf(
  { brokers, topicPrefix }: SystemDescription,
  sentAt: ReadonlyMap<string, number>,
  taggedAt: ReadonlyMap<string, number>,
): Promise<string> {
  const firstSent = await firstMessages(brokers, topicPrefix);
  const legs = new Map<string, number[]>();
  for (const [id, sent] of sentAt) {
    let before = sent;
    for (const [name, at] of [
      ...WAY.map((topic) => [topic, firstSent.get(topic)?.get(id)] as const),
      ['tag', taggedAt.get(id)] as const,
    ]) {
      if (at === undefined) break;
      const took = legs.get(name) ?? [];
      legs.set(name, took);
      took.push(at - before);
      before = at;
    }
  }
  return [...legs]
    .map(([name, took]) => `to ${name} ${percentile(took, 0.5).toFixed(0)} and ${percentile(took, 0.99).toFixed(0)} ms`)
    .join(', ');
}

/** When the first message about each opportunity was sent, by topic. */
async function firstMessages(brokers: string, topicPrefix: string): Promise<Map<string, Map<string, number>>> {
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const groupId = `${topicPrefix}bench-${randomBytes(4).toString('hex')}`;
  const consumer = kafka.consumer({ groupId });
  await Promise.all([admin.connect(), consumer.connect()]);
  const topics = WAY.map((name) => topicPrefix + name);
  let left = 0;
  for (const topic of topics)
    for (const { high, low } of await admin.fetchTopicOffsets(topic)) left += Number(high) - Number(low);
  const first = new Map(WAY.map((name) => [name, new Map<string, number>()]));
  await consumer.subscribe({ topics, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: ({ topic, message }) => {
          const { opportunityId } = JSON.parse(message.value?.toString() ?? '{}') as { opportunityId?: string };
          const known = first.get(topic.slice(topicPrefix.length))!;
          const at = Number(message.timestamp);
          if (opportunityId && !(known.get(opportunityId)! <= at)) known.set(opportunityId, at);
          left -= 1;
          if (left <= 0) resolve();
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  await admin.deleteGroups([groupId]);
  await admin.disconnect();
  return first;
}
