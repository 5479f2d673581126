import { randomUUID } from 'node:crypto';
import { TOPICS } from '@lever-certn/events/topics';
import type { KafkaSettings } from '@lever-certn/kafka/connection';
import type { EventProducer } from '@lever-certn/kafka/event-producer';
import type { KafkaLog } from '@lever-certn/kafka/kafka-client';
import { TopicReader } from '@lever-certn/kafka/topic-reader';
import { repairsOf, type Repair } from './settings-check.rules';
import type { TeamsStore } from './teams.store';

/** What the check is made of. */
export interface SettingsCheckParts {
  kafka: KafkaSettings;
  teams: TeamsStore;
  producer: Pick<EventProducer, 'tombstone'>;
  log: KafkaLog;
}

/** Compares the topic `team-settings` with the tables and publishes again what differs. Several processes may do it at once: the newest version wins. */
export class SettingsCheck {
  private reader: TopicReader<object> | undefined;

  constructor(private readonly parts: SettingsCheckParts) {}

  /** One comparison. Answers what it repaired. */
  async run(): Promise<Repair[]> {
    const { teams, log } = this.parts;
    // What is in the tables before the topic is read is in the topic, or on its way there: a save meanwhile is seen as one version ahead and left alone.
    const before = await teams.versions();
    const published = await this.published();
    const after = await teams.versions();
    for (const [teamId, { version }] of after) if (before.get(teamId)?.version !== version) before.delete(teamId);
    const repairs = repairsOf(before, published).filter(({ kind, teamId }) => kind !== 'unknown' || !after.has(teamId));
    for (const repair of repairs) await this.repair(repair);
    if (repairs.length > 0)
      log.warn({ repairs: repairs.length }, 'settings in Kafka differed from the tables and were published again');
    return repairs;
  }

  /** Ends a run under way. */
  async stop(): Promise<void> {
    await this.reader?.stop();
  }

  private async repair(repair: Repair): Promise<void> {
    const { teams, producer, log } = this.parts;
    const { teamId } = repair;
    switch (repair.kind) {
      case 'republish':
        return teams.republish(teamId, repair.above + 1);
      case 'tombstone':
        return producer.tombstone(TOPICS.teamSettings, teamId, teamId);
      case 'unknown':
        log.warn(
          { teamId },
          'Kafka has settings of a team that the tables do not know: was the database restored from an old backup?',
        );
    }
  }

  private async published(): Promise<Map<string, number>> {
    const versions = new Map<string, number>();
    const reader = new TopicReader({
      settings: this.parts.kafka,
      topic: TOPICS.teamSettings,
      group: `console-settings-check-${randomUUID()}`,
      log: this.parts.log,
      onEvent: ({ teamId, version }) => void versions.set(teamId, version),
      onTombstone: (teamId) => void versions.delete(teamId),
      onPoison: (_reason, teamId) => teamId !== null && void versions.set(teamId, 0),
    });
    this.reader = reader as TopicReader<object>;
    try {
      await reader.start();
    } finally {
      await reader.stop();
      this.reader = undefined;
    }
    return versions;
  }
}
