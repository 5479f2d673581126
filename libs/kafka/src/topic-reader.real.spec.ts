import { randomUUID } from 'node:crypto';
import { isoTime } from '@lever-certn/events/fields';
import { TeamSettings } from '@lever-certn/events/team-settings';
import { TOPICS } from '@lever-certn/events/topics';
import { EventProducer } from './event-producer';
import { SILENT } from './kafka-client';
import { TopicReader } from './topic-reader';
import { applyTopics } from './topics-apply';
import { eventually, ownTopics, type OwnTopics } from './topics.fixture';

function teamSettings(teamId: string, version: number): TeamSettings {
  return Object.assign(new TeamSettings(), {
    teamId,
    version,
    integrationId: `i-${teamId}`,
    name: teamId,
    enabled: false,
    tagProfile: 'classic',
    shareResults: false,
    packages: [],
    savedAt: isoTime(),
  });
}

describe('a reader of a compacted topic', () => {
  let topics: OwnTopics;
  let producer: EventProducer;
  const readers: TopicReader<TeamSettings>[] = [];

  beforeAll(async () => {
    topics = await ownTopics();
    producer = new EventProducer(topics.settings, { source: 'kafka-spec' });
    await producer.connect();
  });

  afterAll(async () => {
    await Promise.all(readers.map((reader) => reader.stop()));
    await producer.disconnect();
    await topics.remove();
  });

  interface Read {
    reader: TopicReader<TeamSettings>;
    versions: Map<string, number>;
    poison: [string, string | null][];
    group: string;
  }

  function read(settings = topics.settings): Read {
    const versions = new Map<string, number>();
    const poison: [string, string | null][] = [];
    const group = `reader-${randomUUID()}`;
    const reader = new TopicReader({
      settings,
      topic: TOPICS.teamSettings,
      group,
      log: SILENT,
      onEvent: (event) => void versions.set(event.teamId, event.version),
      onTombstone: (key) => void versions.delete(key),
      onPoison: (reason, key) => void poison.push([reason, key]),
    });
    readers.push(reader);
    return { reader, versions, poison, group };
  }

  const put = (teamId: string, version: number): Promise<void> =>
    producer.publish(TOPICS.teamSettings, teamSettings(teamId, version), { id: `${teamId}-${version}` });

  it('is at the end of an empty topic at once', async () => {
    const { reader, versions } = read();
    expect(reader.caughtUp).toBe(false);
    expect(reader.current).toBe(false);
    await reader.start();
    expect(reader.caughtUp).toBe(true);
    expect(reader.current).toBe(true);
    expect(versions.size).toBe(0);
  });

  it('has handed over all that was there when start resolves, then follows, and deletes its group', async () => {
    const teams = Array.from({ length: 300 }, (_, index) => `team-${index}`);
    await Promise.all(teams.map((team) => put(team, 1)));
    await Promise.all(teams.map((team) => put(team, 2)));
    await producer.tombstone(TOPICS.teamSettings, 'team-7', 'team-7');
    await producer.publishRaw('team-settings', { key: 'team-8', value: Buffer.from('{'), headers: {}, partition: 0 });

    const { reader, versions, poison, group } = read();
    await reader.start();
    expect(versions.size).toBe(299);
    expect(new Set(versions.values())).toEqual(new Set([2]));
    expect(poison).toEqual([['missing header ce_type', 'team-8']]);

    await put('team-1', 3);
    await eventually('the change arrives', () => versions.get('team-1') === 3);
    const groups = async (): Promise<string[]> => (await topics.admin.listGroups()).groups.map(({ groupId }) => groupId);
    expect(await groups()).toContain(topics.settings.topicPrefix + group);
    await reader.stop();
    expect(await groups()).not.toContain(topics.settings.topicPrefix + group);
  });

  it('waits for a topic that is not there yet', async () => {
    const others = await ownTopics(undefined, false);
    const { reader } = read(others.settings);
    const started = reader.start();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(reader.caughtUp).toBe(false);
    await applyTopics(others.settings);
    await started;
    expect(reader.caughtUp).toBe(true);
    await reader.stop();
    await others.remove();
  });

  it('ends a start under way when it is stopped', async () => {
    const { reader } = read({ ...topics.settings, brokers: ['127.0.0.1:1'] });
    const started = reader.start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await reader.stop();
    await started;
    expect(reader.caughtUp).toBe(false);
  });
});
