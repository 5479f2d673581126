import { randomUUID } from 'node:crypto';
import type { EventContext } from '@lever-certn/events/cloud-event';
import type { Topic } from '@lever-certn/events/topics';
import type { KafkaSettings } from './connection';
import { SILENT } from './kafka-client';
import { TopicReader } from './topic-reader';

/** Every event that is in a topic now. */
export async function readAll<E extends object>(settings: KafkaSettings, topic: Topic<E>): Promise<E[]> {
  return (await read(settings, topic)).map(({ event }) => event);
}

/** What is said of every event that is in a topic now. */
export async function readContexts<E extends object>(settings: KafkaSettings, topic: Topic<E>): Promise<EventContext[]> {
  return (await read(settings, topic)).map(({ context }) => context);
}

async function read<E extends object>(settings: KafkaSettings, topic: Topic<E>): Promise<{ event: E; context: EventContext }[]> {
  const events: { event: E; context: EventContext }[] = [];
  const reader = new TopicReader({
    settings,
    topic,
    group: `read-all-${randomUUID()}`,
    log: SILENT,
    onEvent: (event, context) => events.push({ event, context }),
    onTombstone: () => undefined,
    onPoison: (reason) => {
      throw new Error(reason);
    },
  });
  await reader.start();
  await reader.stop();
  return events;
}
