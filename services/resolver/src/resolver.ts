import { TOPICS } from '@lever-certn/events/topics';
import { type Database } from '@lever-certn/database/database';
import { type ActivityLog } from '@lever-certn/kafka/activity-log';
import { createConsumerApp } from '@lever-certn/kafka/consumer-app';
import { type EventProducer } from '@lever-certn/kafka/event-producer';
import { LeverClient } from '@lever-certn/lever/lever.client';
import { DueTable } from '@lever-certn/reconcile/due-table';
import { parseLimit, share } from '@lever-certn/reconcile/limits';
import { Reconciler } from '@lever-certn/reconcile/reconciler';
import { IndexKey } from '@lever-certn/sealing/index-key';
import { type Keyring } from '@lever-certn/sealing/keyring';
import { type RunningService, type ServiceContext } from '@lever-certn/service/run-service';
import { waitFor } from '@lever-certn/service/wait-for';
import { openWorker } from '@lever-certn/service/worker';
import { type SettingsView } from '@lever-certn/settings/settings-view';
import { TeamChanges } from '@lever-certn/settings/team-changes';
import type { ResolverConfig } from './config';
import { DecisionTeller } from './decision-teller';
import { LeverAnswers } from './lever-answers';
import { LookDesk } from './look-desk';
import { LookReconciler } from './look.reconciler';
import { LookTroubles } from './look-troubles';
import { MIGRATIONS } from './looks.migration';
import { LOOK_COLUMNS, lookRow, LookStore, type LookRow } from './looks.store';
import { ResolverModule } from './resolver.module';

const NAME = 'resolver';
const TOPICS_USED = [
  TOPICS.stageChanged,
  TOPICS.commands,
  TOPICS.teamSettings,
  TOPICS.checkRequested,
  TOPICS.activity,
  TOPICS.deadLetters,
];
/** Of what Lever allows per key; writeback has 5 of 10, the console 1. */
const LEVER_SHARE = 0.4;
/** Of the grace period, the part in which looks that have begun may finish. */
const FINISH_SHARE = 0.6;

/** Builds the resolver: everything it needs is open and its settings are read before it takes the first message. */
export async function buildResolver(context: ServiceContext<ResolverConfig>): Promise<RunningService> {
  const { config, log } = context;
  const worker = await openWorker(context, { name: NAME, topics: TOPICS_USED, migrations: MIGRATIONS });
  const { settings, database, activity, strategy, producer, keyring } = worker;
  const lever = new LeverClient({ baseUrl: config.LEVER_API_URL, timeoutMs: config.VENDOR_TIMEOUT_MS });
  const looks = new LookStore(database);
  const reconciler = lookReconciler(context, { database, settings, producer, activity, lever, looks, keyring });
  const changes = teamChanges(settings, looks, reconciler, log);
  changes.start();
  await waitFor('the database', log, () => adoptAccounts(looks, settings));
  reconciler.start();
  const desk = new LookDesk(looks, settings, activity, (rows) => reconciler.wake(rows));
  const app = await createConsumerApp(ResolverModule.of(desk), strategy);
  await app.listen();
  return {
    ready: () => worker.ready(),
    stop: async () => {
      await Promise.all([app.close(), changes.stop(), reconciler.stop(config.SHUTDOWN_GRACE_MS * FINISH_SHARE)]);
      await looks.drained();
      await Promise.all([lever.close(), worker.close()]);
    },
  };
}

interface Parts {
  database: Database;
  settings: SettingsView;
  producer: EventProducer;
  activity: ActivityLog;
  lever: LeverClient;
  looks: LookStore;
  keyring: Keyring;
}

function lookReconciler({ config, log, work }: ServiceContext<ResolverConfig>, parts: Parts): Reconciler<LookRow> {
  const { database, settings, producer, activity, lever, looks, keyring } = parts;
  const troubles = new LookTroubles(activity, settings, log);
  const teller = new DecisionTeller(producer, activity, keyring);
  const indexKey = IndexKey.parse(config.INDEX_KEY);
  const wake = (rows: LookRow[]): void => reconciler.wake(rows);
  const look = new LookReconciler(looks, settings, new LeverAnswers(lever), teller, indexKey, wake);
  const reconciler = new Reconciler<LookRow>({
    name: 'look',
    table: new DueTable<LookRow>({ database, table: 'looks', idColumn: 'id', columns: LOOK_COLUMNS, map: lookRow }),
    database,
    limit: share(parseLimit(config.LEVER_LIMIT), LEVER_SHARE),
    paused: (row) => look.paused(row),
    work: (row, turn) => look.work(row, turn),
    probe: (account) => look.probe(account),
    onFailure: (row, error, dueInMs) => troubles.failed(row, error, dueInMs),
    onHeld: (row, reason, triedInMs) => troubles.held(row, reason, triedInMs),
    onConnection: (account, state, reason) => troubles.connection(account, state, reason),
    onTurn: ({ row, durationMs, outcome, reason, nextTryInMs }) =>
      work.settled({
        unit: 'row',
        name: 'look',
        outcome,
        reason: reason ?? undefined,
        durationMs,
        teamId: row.teamId,
        opportunityId: row.opportunityId,
        attempt: row.attempts + 1,
        nextTryInMs: nextTryInMs ?? undefined,
      }),
    onTrouble: (err, row) =>
      log.error({ err, teamId: row?.teamId, opportunityId: row?.opportunityId }, 'a row could not be worked'),
  });
  return reconciler;
}

/** What waits for a team follows its account, and goes on when it is enabled. */
function teamChanges(
  settings: SettingsView,
  looks: LookStore,
  reconciler: Reconciler<LookRow>,
  log: ServiceContext<ResolverConfig>['log'],
): TeamChanges {
  return new TeamChanges({
    settings,
    log,
    apply: async ({ teamId, lever, enabled }, before) => {
      if (!lever) return;
      if (lever.account !== before?.lever?.account) await looks.repoint(teamId, lever.account);
      if (enabled) reconciler.resume(lever.account);
    },
  });
}

/** Accounts may have changed while no resolver ran. */
async function adoptAccounts(looks: LookStore, settings: SettingsView): Promise<void> {
  for (const { teamId, account } of await looks.waitingAccounts()) {
    const now = settings.team(teamId)?.lever?.account;
    if (now !== undefined && now !== account) await looks.repoint(teamId, now);
  }
}
