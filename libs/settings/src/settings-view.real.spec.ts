import { randomUUID } from 'node:crypto';
import type { TeamSettings } from '@lever-certn/events/team-settings';
import { partitionOf } from '@lever-certn/events/identity.rules';
import { TOPICS } from '@lever-certn/events/topics';
import { EventProducer } from '@lever-certn/kafka/event-producer';
import { eventually, newKeyring, ownTopics, type OwnTopics } from '@lever-certn/kafka/topics.fixture';
import { SettingsView } from './settings-view';
import { sealedSettings } from './team-settings.fixture';

/** The promise is a second; a loaded machine may take its time. */
const SOON_MS = 10_000;

describe('the view of settings on a real broker', () => {
  const keyring = newKeyring();
  const views: SettingsView[] = [];
  const errors: object[] = [];
  let topics: OwnTopics;
  let producer: EventProducer;

  beforeAll(async () => {
    topics = await ownTopics();
    producer = new EventProducer(topics.settings, { source: 'console', sendTimeoutMs: 20_000 });
    await producer.connect();
  });
  afterEach(async () => {
    await Promise.all(views.splice(0).map((view) => view.stop()));
    errors.length = 0;
  });
  afterAll(async () => {
    await producer.disconnect();
    await topics.remove();
  });

  const save = (settings: TeamSettings): Promise<void> => producer.publish(TOPICS.teamSettings, settings, { id: randomUUID() });
  const view = (ring = keyring): SettingsView => {
    const log = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (line: object) => void errors.push(line),
    };
    const made = new SettingsView({ settings: topics.settings, keyring: ring, log, service: 'spec' });
    views.push(made);
    return made;
  };

  it('has read everything before it says that it is ready', async () => {
    const ids = Array.from({ length: 200 }, () => randomUUID());
    await Promise.all(ids.map((teamId) => save(sealedSettings(keyring, { teamId }))));
    await Promise.all(ids.map((teamId) => save(sealedSettings(keyring, { teamId, version: 2 }))));
    const started = view();
    expect([started.ready, started.current]).toEqual([false, false]);
    await started.start();
    expect([started.ready, started.current]).toEqual([true, true]);
    expect(ids.filter((teamId) => started.team(teamId)?.version === 2)).toHaveLength(200);
  });

  it('is ready on an empty topic, too', async () => {
    const empty = await ownTopics();
    const started = new SettingsView({
      settings: empty.settings,
      keyring,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      service: 'spec',
    });
    await started.start();
    expect(started.ready).toBe(true);
    await started.stop();
    await empty.remove();
  });

  it('has a saved setting in force within a second, in every process, without a restart', async () => {
    const teamId = randomUUID();
    const both = [view(), view()];
    await Promise.all(both.map((one) => one.start()));
    const seen: number[] = [];
    both[0]!.onChange((team) => team?.teamId === teamId && seen.push(team.version));
    for (let version = 1; version <= 3; version += 1) {
      await save(sealedSettings(keyring, { teamId, version }));
      await eventually('in force', () => both.every((one) => one.isAtLeast(teamId, version)), SOON_MS);
    }
    expect(seen).toEqual([1, 2, 3]);
    expect(both.map((one) => one.isAtLeast(teamId, 4))).toEqual([false, false]);
  });

  it('forgets a team that is gone', async () => {
    const teamId = randomUUID();
    await save(sealedSettings(keyring, { teamId }));
    const started = view();
    await started.start();
    expect(started.team(teamId)).toBeDefined();
    await producer.tombstone(TOPICS.teamSettings, teamId, teamId);
    await eventually('gone', () => started.team(teamId) === undefined, SOON_MS);
    expect(started.byIntegration(`integration-of-${teamId}`)).toBeUndefined();
  });

  it('keeps the last good settings of a team it can not open, or can not read, and says so', async () => {
    const [sealedElsewhere, unreadable] = [randomUUID(), randomUUID()];
    for (const teamId of [sealedElsewhere, unreadable]) await save(sealedSettings(keyring, { teamId, name: 'good' }));
    const started = view();
    await started.start();
    await save(sealedSettings(newKeyring(), { teamId: sealedElsewhere, version: 2 }));
    await producer.publishRaw('team-settings', {
      key: unreadable,
      value: Buffer.from('{"teamId":'),
      headers: { ce_type: TOPICS.teamSettings.type, ce_id: 'x' },
      partition: partitionOf(unreadable, TOPICS.teamSettings.partitions),
    });
    await eventually('both are known', () => started.unopened().length === 2, SOON_MS);
    expect([sealedElsewhere, unreadable].map((teamId) => started.team(teamId)?.name)).toEqual(['good', 'good']);
    expect(errors).toMatchObject([
      expect.objectContaining({ teamId: sealedElsewhere, outcome: 'unopened' }),
      expect.objectContaining({ teamId: unreadable, outcome: 'unreadable', reason: 'not JSON' }),
    ]);
    await save(sealedSettings(keyring, { teamId: unreadable, version: 3 }));
    await eventually('cured', () => started.isAtLeast(unreadable, 3), SOON_MS);
    expect(started.unopened()).toEqual([sealedElsewhere]);
  });

  it('tells a service that starts without the right key which integrations exist all the same', async () => {
    const teamId = randomUUID();
    await save(sealedSettings(keyring, { teamId }));
    const started = view(newKeyring());
    await started.start();
    expect(started.isUnopened(`integration-of-${teamId}`)).toBe(true);
    expect(started.team(teamId)).toBeUndefined();
  });

  it('leaves no group behind when it stops', async () => {
    const started = view();
    await started.start();
    await started.stop();
    const { groups } = await topics.admin.listGroups();
    expect(groups.filter(({ groupId }) => groupId.startsWith(topics.settings.topicPrefix))).toEqual([]);
  });
});
