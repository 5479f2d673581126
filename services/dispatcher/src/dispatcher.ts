import { CertnClient } from '@lever-certn/certn/certn.client';
import { isDatabaseOutage, openDatabase, type Database } from '@lever-certn/database/database';
import { Outbox, type OutboxPublisher } from '@lever-certn/database/outbox';
import { TOPICS } from '@lever-certn/events/topics';
import { ActivityLog } from '@lever-certn/kafka/activity-log';
import { kafkaSettings, type KafkaSettings } from '@lever-certn/kafka/connection';
import { createConsumerApp } from '@lever-certn/kafka/consumer-app';
import { EventProducer } from '@lever-certn/kafka/event-producer';
import { EventsStrategy } from '@lever-certn/kafka/events-strategy';
import type { SettledMessage } from '@lever-certn/kafka/settled-message';
import { checkTopics } from '@lever-certn/kafka/topics-apply';
import { IndexKey } from '@lever-certn/sealing/index-key';
import { Keyring } from '@lever-certn/sealing/keyring';
import { StartRefusedError, type Readiness, type RunningService, type ServiceContext } from '@lever-certn/service/run-service';
import { waitFor } from '@lever-certn/service/wait-for';
import { SettingsView } from '@lever-certn/settings/settings-view';
import { TeamChanges } from '@lever-certn/settings/team-changes';
import { Counter } from 'prom-client';
import { AccountsStore } from './accounts.store';
import { CaseHintsStore } from './case-hints.store';
import type { CheckDesk } from './check-desk';
import { CheckLoop } from './check-loop';
import { MIGRATIONS } from './checks.migration';
import { ChecksStore } from './checks.store';
import { parseWaits, timingProblems, type DispatcherConfig } from './config';
import { DispatchDesk } from './dispatch-desk';
import { DispatcherModule } from './dispatcher.module';
import { ErasureStore } from './erasure.store';
import { FreshFacts } from './fresh-facts';
import { newestEntries } from './newest-entries';
import { RequestIntake } from './request-intake';
import { RequestsStore } from './requests.store';
import { Timeline } from './timeline';

const NAME = 'dispatcher';
const TOPICS_USED = [
  TOPICS.checkRequested,
  TOPICS.caseUpdated,
  TOPICS.commands,
  TOPICS.teamSettings,
  TOPICS.checkStatusUpdated,
  TOPICS.activity,
  TOPICS.deadLetters,
].map(({ name }) => name);
/** Of the grace period, the part in which calls that are out may end. */
const FINISH_SHARE = 0.6;

type Log = ServiceContext<DispatcherConfig>['log'];

/** What a spec may put between the parts, to stop the process where it wants. */
export interface Seams {
  certn?: (client: CertnClient) => CertnClient;
  checks?: (store: ChecksStore) => ChecksStore;
  publisher?: (producer: OutboxPublisher) => OutboxPublisher;
  /** How long a process that says nothing keeps its partitions and its accounts. */
  silenceMs?: number;
}

/** Builds the dispatcher: everything it needs is open and its settings are read before it takes the first message. */
export async function buildDispatcher(context: ServiceContext<DispatcherConfig>, seams: Seams = {}): Promise<RunningService> {
  const { config, log } = context;
  const problems = timingProblems(config);
  if (problems.length > 0) throw new StartRefusedError(problems);
  const kafka = kafkaSettings(config, NAME);
  await refuseMissingTopics(kafka, log);
  const keyring = Keyring.parse(config.SEALING_KEYS);
  const producer = new EventProducer(kafka, { source: NAME, log });
  const settings = new SettingsView({ settings: kafka, keyring, log, service: NAME });
  const [database] = await Promise.all([
    waitFor('the database', log, () => openSchema(config)),
    waitFor('the broker', log, () => producer.connect()),
    settings.start(),
  ]);
  const outbox = outboxOf(database, seams.publisher?.(producer) ?? producer, settings, log);
  const activity = new ActivityLog(producer, NAME);
  const client = new CertnClient({ urlOverride: config.CERTN_API_URL, timeoutMs: config.VENDOR_TIMEOUT_MS });
  const store = new ChecksStore(database, outbox, config.CASE_READ_GAP_MS);
  const desk: CheckDesk = {
    checks: seams.checks?.(store) ?? store,
    certn: seams.certn?.(client) ?? client,
    settings,
    keyring,
    timeline: new Timeline(activity, log),
    timing: {
      sendWithinMs: config.ORDER_SEND_WITHIN_MS,
      lookupsMs: parseWaits(config.UNCLEAR_LOOKUPS_MS),
      unclearRetriesMs: parseWaits(config.UNCLEAR_RETRIES_MS),
      caseRereadMs: config.CASE_REREAD_MS,
    },
  };
  const requests = new RequestsStore(database, outbox);
  const hints = new CaseHintsStore(database, config.CASE_READ_GAP_MS);
  const erasures = new ErasureStore(database, outbox);
  const facts = new FreshFacts(producer, config.FACTS_FRESH_MS, log);
  const accounts = new AccountsStore(database);
  const loop = new CheckLoop({ context, database, settings, desk, facts, erasures, accounts, leaseMs: seams.silenceMs });
  const changes = new TeamChanges({ settings, log, apply: (team, before) => loop.teamChanged(team, before) });
  changes.start();
  outbox.start();
  loop.start();
  const intake = new RequestIntake(keyring, IndexKey.parse(config.INDEX_KEY), settings);
  const unknownCases = unknownCaseCounter(context);
  const dispatch = new DispatchDesk(
    desk,
    intake,
    requests,
    hints,
    erasures,
    (rows) => loop.wake(rows),
    () => unknownCases.inc(),
  );
  const strategy = eventsStrategy(context, kafka, producer, keyring, seams.silenceMs);
  const app = await createConsumerApp(DispatcherModule.of(dispatch), strategy);
  await app.listen();
  return {
    ready: () => readiness(strategy, producer, settings, database),
    stop: async () => {
      facts.stop();
      await Promise.all([app.close(), changes.stop(), loop.stop(config.SHUTDOWN_GRACE_MS * FINISH_SHARE)]);
      await Promise.all([requests.drained(), hints.drained(), store.drained(), activity.drained()]);
      await outbox.stop();
      await Promise.all([producer.disconnect(), settings.stop()]);
      await Promise.all([client.close(), database.close()]);
    },
  };
}

function outboxOf(database: Database, producer: OutboxPublisher, settings: SettingsView, log: Log): Outbox {
  return new Outbox({
    database,
    producer,
    newest: {
      table: 'checks',
      idColumn: 'check_id',
      versionColumn: 'version',
      entries: (checkIds) => newestEntries(database, settings, checkIds),
    },
    onFailure: (err) => log.warn({ err }, 'a status could not be published yet'),
  });
}

function unknownCaseCounter({ metrics }: ServiceContext<DispatcherConfig>): Counter {
  return new Counter({
    name: 'lever_certn_unknown_cases_total',
    help: 'Events of cases that belong to no check',
    registers: [metrics],
  });
}

function openSchema(config: DispatcherConfig): Promise<Database> {
  return openDatabase({
    url: config.DATABASE_URL,
    schema: config.DATABASE_SCHEMA ?? 'lever_certn_dispatcher',
    migrations: MIGRATIONS,
    poolSize: config.DATABASE_POOL,
  });
}

async function refuseMissingTopics(kafka: KafkaSettings, log: Log): Promise<void> {
  const { fatal, warnings } = await waitFor('the broker', log, () => checkTopics(kafka, TOPICS_USED));
  for (const warning of warnings) log.warn({ warning }, 'topics');
  if (fatal.length > 0) throw new StartRefusedError(fatal);
}

function eventsStrategy(
  { onFatal, work, log }: ServiceContext<DispatcherConfig>,
  settings: KafkaSettings,
  producer: EventProducer,
  keyring: Keyring,
  silenceMs?: number,
): EventsStrategy {
  const onSettled = (line: SettledMessage): void => work.settled(line);
  const session = silenceMs === undefined ? {} : { sessionTimeoutMs: silenceMs, heartbeatMs: silenceMs / 4 };
  const parts = { settings, group: NAME, producer, keyring, isOutage: isDatabaseOutage };
  return new EventsStrategy({ ...parts, ...session, onFatal, onSettled, log });
}

async function readiness(
  strategy: EventsStrategy,
  producer: EventProducer,
  settings: SettingsView,
  database: Database,
): Promise<Readiness> {
  const reasons = [
    ...strategy.problems(),
    ...(producer.healthy ? [] : ['the broker does not take events']),
    ...(settings.current ? [] : ['settings may be out of date']),
    ...((await database.healthy()) ? [] : ['the database does not answer']),
  ];
  return { ok: reasons.length === 0, reasons };
}
