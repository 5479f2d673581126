import {
  databaseOptions,
  isDatabaseOutage,
  openDatabase,
  type Database,
  type DatabaseConfig,
} from '@lever-certn/database/database';
import { ActivityLog } from '@lever-certn/kafka/activity-log';
import { kafkaSettings, type KafkaConfig } from '@lever-certn/kafka/connection';
import { EventProducer } from '@lever-certn/kafka/event-producer';
import { EventsStrategy } from '@lever-certn/kafka/events-strategy';
import { checkTopics } from '@lever-certn/kafka/topics-apply';
import type { Topic } from '@lever-certn/events/topics';
import { Keyring } from '@lever-certn/sealing/keyring';
import { SettingsView } from '@lever-certn/settings/settings-view';
import type { SealingConfig, ServiceConfig } from './config';
import { StartRefusedError, type Readiness, type ServiceContext } from './run-service';
import { waitFor } from './wait-for';

type WorkerConfig = ServiceConfig & KafkaConfig & DatabaseConfig & SealingConfig;

/** What a worker is told by its service. */
export interface WorkerDefinition {
  /** Of the service: its source, its consumer group, and its schema after `lever_certn_`. */
  name: string;
  /** All it reads or writes. */
  topics: readonly Pick<Topic, 'name'>[];
  migrations: Function[]; // eslint-disable-line @typescript-eslint/no-unsafe-function-type -- TypeORM's own type
  /** How long a process that says nothing keeps its partitions; the strategy's own unless given. */
  silenceMs?: number | undefined;
}

/** What every service that records events as rows and works them is made of, open and with its settings read. */
export interface Worker {
  keyring: Keyring;
  producer: EventProducer;
  settings: SettingsView;
  database: Database;
  activity: ActivityLog;
  /** Not listening yet. */
  strategy: EventsStrategy;
  ready(): Promise<Readiness>;
  /** The last of a stop: publishes what waits and lets go of broker and database. */
  close(): Promise<void>;
}

/** Opens a worker's parts; waits for a broker or a database that is away. @throws StartRefusedError for topics that are not as they must be */
export async function openWorker(context: ServiceContext<WorkerConfig>, definition: WorkerDefinition): Promise<Worker> {
  const { config, log, work, onFatal } = context;
  const { name, migrations, silenceMs } = definition;
  const kafka = kafkaSettings(config, name);
  const topics = definition.topics.map((topic) => topic.name);
  const { fatal, warnings } = await waitFor('the broker', log, () => checkTopics(kafka, topics));
  for (const warning of warnings) log.warn({ warning }, 'topics');
  if (fatal.length > 0) throw new StartRefusedError(fatal);
  const keyring = Keyring.parse(config.SEALING_KEYS);
  const producer = new EventProducer(kafka, { source: name, log });
  const settings = new SettingsView({ settings: kafka, keyring, log, service: name });
  const [database] = await Promise.all([
    waitFor('the database', log, () => openDatabase({ ...databaseOptions(config, name), migrations })),
    waitFor('the broker', log, () => producer.connect()),
    settings.start(),
  ]);
  const strategy = new EventsStrategy({
    settings: kafka,
    group: name,
    producer,
    keyring,
    isOutage: isDatabaseOutage,
    onFatal,
    onSettled: (line) => work.settled(line),
    log,
    ...(silenceMs === undefined ? {} : { sessionTimeoutMs: silenceMs, heartbeatMs: silenceMs / 4 }),
  });
  const activity = new ActivityLog(producer, name);
  return {
    ...{ keyring, producer, settings, database, activity, strategy },
    ready: async () => {
      const reasons = [
        ...strategy.problems(),
        ...(producer.healthy ? [] : ['the broker does not take events']),
        ...(settings.current ? [] : ['settings may be out of date']),
        ...((await database.healthy()) ? [] : ['the database does not answer']),
      ];
      return { ok: reasons.length === 0, reasons };
    },
    close: async () => {
      await activity.drained();
      await Promise.all([producer.disconnect(), settings.stop()]);
      await database.close();
    },
  };
}
