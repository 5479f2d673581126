import { randomUUID } from 'node:crypto';
import type { Topic } from '@lever-certn/events/topics';
import type { KafkaSettings } from './connection';
import { SILENT } from './kafka-client';
import { TopicReader } from './topic-reader';

/** Every event that is in a topic now. */
export async function readAll<E extends object>(settings: KafkaSettings, topic: Topic<E>): Promise<E[]> {
  const events: E[] = [];
  const reader = new TopicReader({
    settings,
    topic,
    group: `read-all-${randomUUID()}`,
    log: SILENT,
    onEvent: (event) => events.push(event),
    onTombstone: () => undefined,
    onPoison: (reason) => {
      throw new Error(reason);
    },
  });
  await reader.start();
  await reader.stop();
  return events;
}
