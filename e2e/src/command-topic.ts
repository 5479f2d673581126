import { randomUUID } from 'node:crypto';
import { isoTime } from '@lever-certn/events/fields';
import type { Command } from '@lever-certn/events/command';
import { TOPICS } from '@lever-certn/events/topics';
import { EventProducer } from '@lever-certn/kafka/event-producer';
import type { SystemDescription } from './system';

/** Sends one command, as a service or a schedule would. */
export async function sendCommand(
  { brokers, topicPrefix }: SystemDescription,
  command: Pick<Command, 'type' | 'teamId'> & Partial<Command>,
): Promise<void> {
  const producer = new EventProducer({ brokers: brokers.split(','), clientId: 'e2e', topicPrefix }, { source: 'e2e' });
  await producer.connect();
  const commandId = randomUUID();
  const now = Date.now();
  const times = { at: isoTime(now), validUntil: isoTime(now + 60_000) };
  await producer.publish(TOPICS.commands, { commandId, by: 'service:e2e', ...times, ...command }, { id: commandId });
  await producer.disconnect();
}
