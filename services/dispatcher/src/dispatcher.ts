import { CertnClient } from '@lever-certn/certn/certn.client';
import { type Database } from '@lever-certn/database/database';
import { Outbox, type OutboxPublisher } from '@lever-certn/database/outbox';
import { TOPICS } from '@lever-certn/events/topics';
import type { EventProducer } from '@lever-certn/kafka/event-producer';
import { createConsumerApp } from '@lever-certn/kafka/consumer-app';
import { IndexKey } from '@lever-certn/sealing/index-key';
import { StartRefusedError, type RunningService, type ServiceContext } from '@lever-certn/service/run-service';
import { openWorker } from '@lever-certn/service/worker';
import { type SettingsView } from '@lever-certn/settings/settings-view';
import { TeamChanges } from '@lever-certn/settings/team-changes';
import { Counter } from 'prom-client';
import { AccountsStore } from './accounts.store';
import { CaseHintsStore } from './case-hints.store';
import type { CheckDesk } from './check-desk';
import { CheckLoop } from './check-loop';
import { MIGRATIONS } from './migrations';
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
];
/** Of the grace period, the part in which calls that are out may end. */
const FINISH_SHARE = 0.6;

type Log = ServiceContext<DispatcherConfig>['log'];

/** What a spec may put between the parts, to stop the process where it wants. */
export interface Seams {
  certn?: (client: CertnClient) => CertnClient;
  checks?: (store: ChecksStore) => ChecksStore;
  publisher?: (producer: EventProducer) => EventProducer;
  /** How long a process that says nothing keeps its partitions and its accounts. */
  silenceMs?: number;
}

/** Builds the dispatcher: everything it needs is open and its settings are read before it takes the first message. */
export async function buildDispatcher(context: ServiceContext<DispatcherConfig>, seams: Seams = {}): Promise<RunningService> {
  const { config, log } = context;
  const problems = timingProblems(config);
  if (problems.length > 0) throw new StartRefusedError(problems);
  const worker = await openWorker(context, {
    name: NAME,
    topics: TOPICS_USED,
    migrations: MIGRATIONS,
    silenceMs: seams.silenceMs,
  });
  const { keyring, producer, settings, database, activity, strategy } = worker;
  const publisher = seams.publisher?.(producer) ?? producer;
  const outbox = outboxOf(database, publisher, settings, log);
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
  const facts = new FreshFacts(publisher, config.FACTS_FRESH_MS, log);
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
  const app = await createConsumerApp(DispatcherModule.of(dispatch), strategy);
  await app.listen();
  return {
    ready: () => worker.ready(),
    stop: async () => {
      facts.stop();
      await Promise.all([app.close(), changes.stop(), loop.stop(config.SHUTDOWN_GRACE_MS * FINISH_SHARE)]);
      await Promise.all([requests.drained(), hints.drained(), store.drained()]);
      await outbox.stop();
      await Promise.all([client.close(), worker.close()]);
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
