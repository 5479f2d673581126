import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { PARTITIONS, TOPIC_LIST, TOPICS } from '@lever-certn/events/topics';
import { ConfigResourceTypes } from 'kafkajs';
import { applyTopics, checkTopics } from './topics-apply';
import { eventually, ownTopics, type OwnTopics } from './topics.fixture';

const NAMES = TOPIC_LIST.map(({ name }) => name);

describe('applying the topics', () => {
  let topics: OwnTopics;

  beforeEach(async () => {
    topics = await ownTopics(undefined, false);
  });

  afterEach(() => topics.remove());

  const full = (name: string): string => topics.settings.topicPrefix + name;
  const make = async (name: string, partitions: number, configuration: Record<string, string> = {}): Promise<void> => {
    const configEntries = Object.entries(configuration).map(([entry, value]) => ({ name: entry, value }));
    await topics.admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic: full(name), numPartitions: partitions, configEntries }],
    });
    await eventually('the topic is there', async () => (await topics.admin.listTopics()).includes(full(name)));
  };
  const configurationOf = async (name: string): Promise<Record<string, string>> => {
    const resources = [{ type: ConfigResourceTypes.TOPIC, name: full(name) }];
    const described = await topics.admin.describeConfigs({ resources, includeSynonyms: false });
    return Object.fromEntries(
      described.resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]),
    );
  };

  it('makes them all with prefix, partitions and configuration, and changes nothing when repeated', async () => {
    expect((await checkTopics(topics.settings)).fatal).toHaveLength(TOPIC_LIST.length);
    expect(await applyTopics(topics.settings)).toEqual({ created: NAMES, unchanged: [], altered: [], drift: [] });
    expect(await applyTopics(topics.settings)).toEqual({ created: [], unchanged: NAMES, altered: [], drift: [] });
    expect(await checkTopics(topics.settings)).toEqual({ fatal: [], warnings: [] });
    expect(await configurationOf(TOPICS.checkStatusUpdated.name)).toMatchObject({
      'cleanup.policy': 'compact',
      'min.compaction.lag.ms': '604800000',
    });
    expect(await configurationOf(TOPICS.commands.name)).toMatchObject({ 'cleanup.policy': 'delete', 'retention.ms': '86400000' });
    const { topics: found } = await topics.admin.fetchTopicMetadata({ topics: NAMES.map(full) });
    expect(found.map(({ partitions }) => partitions.length)).toEqual(NAMES.map(() => PARTITIONS));
  });

  it('is safe when two do it at once', async () => {
    const reports = await Promise.all([applyTopics(topics.settings), applyTopics(topics.settings)]);
    expect(reports.map(({ drift }) => drift)).toEqual([[], []]);
    expect(await checkTopics(topics.settings)).toEqual({ fatal: [], warnings: [] });
  });

  it('reports another partition count and cleanup policy as fatal and leaves both as they are', async () => {
    await make(TOPICS.stageChanged.name, 3);
    await make(TOPICS.teamSettings.name, PARTITIONS, { 'cleanup.policy': 'delete' });
    const { drift } = await applyTopics(topics.settings, { alter: true });
    expect(drift).toMatchObject([
      { topic: 'stage-changed', setting: 'partitions', wanted: '12', found: '3', fatal: true },
      { topic: 'team-settings', setting: 'cleanup.policy', wanted: 'compact', found: 'delete', fatal: true },
    ]);
    const { fatal } = await checkTopics(topics.settings);
    expect(fatal).toEqual([
      expect.stringContaining('3 partitions instead of 12'),
      expect.stringContaining('cleanup.policy is delete'),
    ]);
    expect((await checkTopics(topics.settings, ['commands'])).fatal).toEqual([]);
  });

  it('warns of other differences, and sets them right only when asked to, keeping what others have set', async () => {
    await make(TOPICS.commands.name, PARTITIONS, { 'retention.ms': '1000', 'flush.ms': '9000' });
    const { drift } = await applyTopics(topics.settings);
    expect(drift).toContainEqual({ topic: 'commands', setting: 'retention.ms', wanted: '86400000', found: '1000', fatal: false });
    expect(await checkTopics(topics.settings)).toMatchObject({
      fatal: [],
      warnings: expect.arrayContaining([expect.stringContaining('retention.ms')]) as string[],
    });
    expect((await configurationOf('commands'))['retention.ms']).toBe('1000');

    const report = await applyTopics(topics.settings, { alter: true });
    expect(report).toMatchObject({ altered: ['commands'], drift: [] });
    expect(await configurationOf('commands')).toMatchObject({ 'retention.ms': '86400000', 'flush.ms': '9000' });
  });

  it('is a program that says what it did and exits with a code', async () => {
    await make(TOPICS.stageChanged.name, 3);
    const run = async (env: Record<string, string>): Promise<{ code: number; output: string }> => {
      const root = path.join(__dirname, '..', '..', '..');
      const args = [path.join(root, 'tools', 'run.cjs'), path.join(__dirname, 'apply-topics.main.ts')];
      const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: 'pipe' });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      const [code] = (await once(child, 'close')) as [number];
      return { code, output };
    };
    const [wrong, bad] = await Promise.all([run({ TOPIC_PREFIX: topics.settings.topicPrefix }), run({ KAFKA_BROKERS: '' })]);
    expect(wrong.code).toBe(1);
    expect(wrong.output).toContain(`created   ${full('commands')}`);
    expect(wrong.output).toContain(`there     ${full('stage-changed')}`);
    expect(wrong.output).toMatch(/^WRONG: topic stage-changed has 3 partitions instead of 12/m);
    expect(bad.code).toBe(78);
    expect(bad.output).toContain('KAFKA_BROKERS is not set');
  });
});
