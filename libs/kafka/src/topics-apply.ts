import { TOPIC_LIST, type Topic } from '@lever-certn/events/topics';
import { ConfigResourceTypes, type Admin } from 'kafkajs';
import { prefixed, type KafkaSettings } from './connection';
import { kafkaClient, type KafkaLog } from './kafka-client';
import { describeDrift, driftOf, topicConfiguration, type Drift, type FoundTopic } from './topic-configuration.rules';

/** How topics are applied. */
export interface ApplyOptions {
  /** Copies of each partition; default: what the broker is set to. */
  replicationFactor?: number;
  /** Also sets right what differs and can be set right on a topic that is there. Never partitions, never the cleanup policy. */
  alter?: boolean;
  log?: KafkaLog;
}

/** What applying the topics did and found. Names are without prefix. */
export interface ApplyReport {
  created: string[];
  unchanged: string[];
  altered: string[];
  /** What still differs. */
  drift: Drift[];
}

/** What speaks against starting on the topics as they are. */
export interface TopicCheck {
  /** With these a service must not start. */
  fatal: string[];
  warnings: string[];
}

const REQUEST_TIMEOUT_MS = 15_000;
const CREATE_TIMEOUT_MS = 15_000;
const RETRY = { retries: 8, initialRetryTime: 100, maxRetryTime: 2000 };
const APPLIED_TRIES = 100;
const APPLIED_RETRY_MS = 100;
const OF_BROKER = -1;
/** kafkajs `ConfigSource.TOPIC_CONFIG`: set on the topic itself. */
const SET_ON_TOPIC = 1;

/**
 * Makes the topics that are not there; what is there is left as it is, and where it differs is reported. Repeating it changes nothing.
 * Also waits until consumer groups can be coordinated, so that the first consumer of a new broker starts smoothly.
 */
export async function applyTopics(settings: KafkaSettings, options: ApplyOptions = {}): Promise<ApplyReport> {
  return withAdmin(settings, options.log, async (admin) => {
    const before = await findTopics(admin, settings);
    const missing = TOPIC_LIST.filter((topic) => !before.has(topic.name));
    if (missing.length > 0) await create(admin, settings, missing, options.replicationFactor ?? OF_BROKER);
    const altered = options.alter ? await alter(admin, settings, before) : [];
    for (const topic of missing) await led(admin, prefixed(settings, topic.name));
    const after = missing.length > 0 || altered.length > 0 ? await findApplied(admin, settings, altered) : before;
    await admin.describeGroups([prefixed(settings, 'topics-apply')]);
    return {
      created: missing.map(({ name }) => name),
      unchanged: TOPIC_LIST.filter((topic) => !missing.includes(topic) && !altered.includes(topic.name)).map(({ name }) => name),
      altered,
      drift: TOPIC_LIST.flatMap((topic) => driftOf(topic, after.get(topic.name))),
    };
  });
}

/** Compares the topics with what they should be. `names` (without prefix) limits it to those a service uses. */
export async function checkTopics(settings: KafkaSettings, names?: readonly string[]): Promise<TopicCheck> {
  const found = await withAdmin(settings, undefined, (admin) => findTopics(admin, settings));
  const drift = TOPIC_LIST.filter((topic) => !names || names.includes(topic.name)).flatMap((topic) =>
    driftOf(topic, found.get(topic.name)),
  );
  return {
    fatal: drift.filter(({ fatal }) => fatal).map(describeDrift),
    warnings: drift.filter(({ fatal }) => !fatal).map(describeDrift),
  };
}

async function withAdmin<Result>(
  settings: KafkaSettings,
  log: KafkaLog | undefined,
  work: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const client = kafkaClient(settings, { retry: RETRY, requestTimeoutMs: REQUEST_TIMEOUT_MS, ...(log ? { log } : {}) });
  const admin = client.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

async function create(admin: Admin, settings: KafkaSettings, topics: readonly Topic[], replicationFactor: number): Promise<void> {
  await admin.createTopics({
    // kafkajs gives up when a broker has not heard of the topic yet; `led` waits for it.
    waitForLeaders: false,
    timeout: CREATE_TIMEOUT_MS,
    topics: topics.map((topic) => ({
      topic: prefixed(settings, topic.name),
      numPartitions: topic.partitions,
      replicationFactor,
      configEntries: Object.entries(topicConfiguration(topic)).map(([name, value]) => ({ name, value })),
    })),
  });
}

/** A broker names the leaders of a new topic before they lead; a consumer that fetches too early joins its group again and again. */
async function led(admin: Admin, topic: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      if (tries === APPLIED_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, APPLIED_RETRY_MS));
    }
  }
}

/** What was just made or altered takes a moment to be told of everywhere. */
async function findApplied(admin: Admin, settings: KafkaSettings, altered: readonly string[]): Promise<Map<string, FoundTopic>> {
  for (let tries = 0; ; tries += 1) {
    const found = await findTopics(admin, settings);
    const lagging = TOPIC_LIST.filter(
      (topic) => !found.has(topic.name) || (altered.includes(topic.name) && isAlterable(topic, found.get(topic.name))),
    );
    if (lagging.length === 0 || tries === APPLIED_TRIES) return found;
    await new Promise((resolve) => setTimeout(resolve, APPLIED_RETRY_MS));
  }
}

function isAlterable(topic: Topic, found: FoundTopic | undefined): boolean {
  return found?.configuration !== undefined && driftOf(topic, found).some(({ fatal }) => !fatal);
}

async function findTopics(admin: Admin, settings: KafkaSettings): Promise<Map<string, FoundTopic>> {
  const existing = new Set(await admin.listTopics());
  const there = TOPIC_LIST.filter((topic) => existing.has(prefixed(settings, topic.name)));
  if (there.length === 0) return new Map();
  const names = there.map((topic) => prefixed(settings, topic.name));
  const { topics } = await admin.fetchTopicMetadata({ topics: names });
  const configurations = await describeTopics(admin, names);
  return new Map(
    there.map((topic): [string, FoundTopic] => {
      const name = prefixed(settings, topic.name);
      const partitions = topics.find((entry) => entry.name === name)?.partitions.length ?? 0;
      const entries = configurations
        ?.get(name)
        ?.map(({ configName, configValue }): [string, string] => [configName, configValue]);
      return [topic.name, { partitions, configuration: entries && Object.fromEntries(entries) }];
    }),
  );
}

type Entries = { configName: string; configValue: string; configSource: number }[];

/** `undefined` where the cluster does not allow us to look. */
async function describeTopics(admin: Admin, names: readonly string[]): Promise<Map<string, Entries> | undefined> {
  const resources = names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name }));
  try {
    const { resources: described } = await admin.describeConfigs({ resources, includeSynonyms: false });
    return new Map(described.map(({ resourceName, configEntries }) => [resourceName, configEntries as unknown as Entries]));
  } catch (error) {
    if ((error as { type?: string }).type === 'TOPIC_AUTHORIZATION_FAILED') return undefined;
    throw error;
  }
}

/** Kafka replaces all of a topic's own configuration at once, so what somebody else set on it is sent along. */
async function alter(admin: Admin, settings: KafkaSettings, found: ReadonlyMap<string, FoundTopic>): Promise<string[]> {
  const differing = TOPIC_LIST.filter((topic) => isAlterable(topic, found.get(topic.name)));
  if (differing.length === 0) return [];
  const described = await describeTopics(
    admin,
    differing.map((topic) => prefixed(settings, topic.name)),
  );
  const resources = differing.map((topic) => {
    const name = prefixed(settings, topic.name);
    const own = (described?.get(name) ?? []).filter(({ configSource }) => configSource === SET_ON_TOPIC);
    const values = new Map(own.map(({ configName, configValue }) => [configName, configValue]));
    for (const [setting, value] of Object.entries(topicConfiguration(topic)))
      if (setting !== 'cleanup.policy') values.set(setting, value);
    return {
      type: ConfigResourceTypes.TOPIC,
      name,
      configEntries: [...values].map(([entry, value]) => ({ name: entry, value })),
    };
  });
  await admin.alterConfigs({ validateOnly: false, resources });
  return differing.map(({ name }) => name);
}
