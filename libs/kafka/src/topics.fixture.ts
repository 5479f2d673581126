import { randomBytes, randomUUID } from 'node:crypto';
import { isoTime } from '@lever-certn/events/fields';
import { StageChanged } from '@lever-certn/events/stage-changed';
import { Keyring } from '@lever-certn/sealing/keyring';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import type { KafkaSettings } from './connection';
import { brokerAnswers, SILENT } from './kafka-client';
import { applyTopics } from './topics-apply';

/** Topics of one spec, under a prefix of its own, on the broker that KAFKA_BROKERS names. */
export interface OwnTopics {
  settings: KafkaSettings;
  admin: Admin;
  /** Offset that a group has committed of each partition, where it has. */
  committed(group: string, topic: string): Promise<Map<number, number>>;
  /** Removes the topics and groups. */
  remove(): Promise<void>;
}

export function brokersFromEnvironment(): string[] {
  const brokers = process.env.KAFKA_BROKERS;
  if (!brokers) throw new Error('KAFKA_BROKERS must name a broker for this spec');
  return brokers.split(',');
}

export async function ownTopics(brokers = brokersFromEnvironment(), applied = true): Promise<OwnTopics> {
  const settings = { brokers, clientId: 'kafka-spec', topicPrefix: `spec-${randomUUID().slice(0, 8)}.` };
  await brokerAnswers(settings, SILENT, () => false);
  if (applied) await applyTopics(settings);
  const admin = new Kafka({ brokers, clientId: 'kafka-spec-admin', logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  return {
    settings,
    admin,
    async committed(group, topic) {
      const [found] = await admin.fetchOffsets({ groupId: settings.topicPrefix + group, topics: [settings.topicPrefix + topic] });
      const entries = (found?.partitions ?? []).map(({ partition, offset }): [number, number] => [partition, Number(offset)]);
      return new Map(entries.filter(([, offset]) => offset >= 0));
    },
    async remove() {
      const ours = (name: string): boolean => name.startsWith(settings.topicPrefix);
      const { groups } = await admin.listGroups();
      await admin.deleteGroups(groups.map(({ groupId }) => groupId).filter(ours)).catch(() => undefined);
      const topics = (await admin.listTopics()).filter(ours);
      if (topics.length > 0) await admin.deleteTopics({ topics });
      await admin.disconnect();
    },
  };
}

export function newKeyring(): Keyring {
  return Keyring.parse(`k1:${randomBytes(32).toString('base64')}`);
}

/** A valid event of an invented opportunity. */
export function stageChanged(opportunityId: string = randomUUID(), teamId: string = randomUUID()): StageChanged {
  return Object.assign(new StageChanged(), {
    teamId,
    opportunityId,
    toStageId: 'background-check',
    triggeredAt: isoTime(),
    receivedAt: isoTime(),
  });
}

/** Resolves when `condition` holds; rejects with `what` after `withinMs`. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const until = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > until) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
