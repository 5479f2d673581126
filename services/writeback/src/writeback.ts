import { TOPICS } from '@lever-certn/events/topics';
import { type Database } from '@lever-certn/database/database';
import { type ActivityLog } from '@lever-certn/kafka/activity-log';
import { createConsumerApp } from '@lever-certn/kafka/consumer-app';
import { LeverClient } from '@lever-certn/lever/lever.client';
import { DueTable } from '@lever-certn/reconcile/due-table';
import { parseLimit, share } from '@lever-certn/reconcile/limits';
import { Reconciler } from '@lever-certn/reconcile/reconciler';
import { type RunningService, type ServiceContext } from '@lever-certn/service/run-service';
import { waitFor } from '@lever-certn/service/wait-for';
import { openWorker } from '@lever-certn/service/worker';
import { type SettingsView } from '@lever-certn/settings/settings-view';
import { TeamChanges } from '@lever-certn/settings/team-changes';
import type { WritebackConfig } from './config';
import { CandidateDesk } from './candidate-desk';
import { CANDIDATE_COLUMNS, candidateRow, type CandidateRow } from './candidate-row';
import { CandidateReconciler } from './candidate.reconciler';
import { MIGRATIONS } from './candidates.migration';
import { CandidateStore } from './candidates.store';
import { WritebackModule } from './writeback.module';
import { WritebackTeller } from './writeback-teller';
import { WritebackTroubles } from './writeback-troubles';

const NAME = 'writeback';
const TOPICS_USED = [TOPICS.checkStatusUpdated, TOPICS.commands, TOPICS.teamSettings, TOPICS.activity, TOPICS.deadLetters];
/** Of what Lever allows per key; the resolver has 4 of 10, the console 1. */
const LEVER_SHARE = 0.5;
/** Of the grace period, the part in which writes that have begun may finish. */
const FINISH_SHARE = 0.6;

/** Builds writeback: everything it needs is open and its settings are read before it takes the first message. */
export async function buildWriteback(context: ServiceContext<WritebackConfig>): Promise<RunningService> {
  const { config, log } = context;
  const worker = await openWorker(context, { name: NAME, topics: TOPICS_USED, migrations: MIGRATIONS });
  const { settings, database, activity, strategy } = worker;
  const lever = new LeverClient({ baseUrl: config.LEVER_API_URL, timeoutMs: config.VENDOR_TIMEOUT_MS });
  const candidates = new CandidateStore(database);
  const reconciler = candidateReconciler(context, { database, settings, activity, lever, candidates });
  const changes = teamChanges(settings, candidates, reconciler, log);
  changes.start();
  await waitFor('the database', log, () => adoptSettings(candidates, settings));
  reconciler.start();
  const desk = new CandidateDesk(candidates, settings, (rows) => reconciler.wake(rows));
  const app = await createConsumerApp(WritebackModule.of(desk), strategy);
  await app.listen();
  return {
    ready: () => worker.ready(),
    stop: async () => {
      await Promise.all([app.close(), changes.stop(), reconciler.stop(config.SHUTDOWN_GRACE_MS * FINISH_SHARE)]);
      await candidates.drained();
      await Promise.all([lever.close(), worker.close()]);
    },
  };
}

interface Parts {
  database: Database;
  settings: SettingsView;
  activity: ActivityLog;
  lever: LeverClient;
  candidates: CandidateStore;
}

function candidateReconciler({ config, log, work }: ServiceContext<WritebackConfig>, parts: Parts): Reconciler<CandidateRow> {
  const { database, settings, activity, lever, candidates } = parts;
  const troubles = new WritebackTroubles(activity, settings, log);
  const consoleUrl = config.PUBLIC_CONSOLE_URL.replace(/\/+$/, '');
  const candidate = new CandidateReconciler(candidates, settings, lever, new WritebackTeller(activity), consoleUrl);
  const map = candidateRow;
  return new Reconciler<CandidateRow>({
    name: 'candidate',
    table: new DueTable<CandidateRow>({ database, table: 'candidates', idColumn: 'id', columns: CANDIDATE_COLUMNS, map }),
    database,
    limit: share(parseLimit(config.LEVER_LIMIT), LEVER_SHARE),
    paused: (row) => candidate.paused(row),
    work: (row, turn) => candidate.work(row, turn),
    probe: (account) => candidate.probe(account),
    onFailure: (row, error, dueInMs) => troubles.failed(row, error, dueInMs),
    onConnection: (account, state, reason) => troubles.connection(account, state, reason),
    onTurn: ({ row, durationMs, outcome, reason, nextTryInMs }) =>
      work.settled({
        unit: 'row',
        name: 'candidate',
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
}

/** What waits for a team follows its account and its settings, tags of open checks follow its tag profile, and all goes on when it is enabled. */
function teamChanges(
  settings: SettingsView,
  candidates: CandidateStore,
  reconciler: Reconciler<CandidateRow>,
  log: ServiceContext<WritebackConfig>['log'],
): TeamChanges {
  return new TeamChanges({
    settings,
    log,
    apply: async ({ teamId, lever, tagProfile, enabled }, before) => {
      if (!lever) return;
      if (lever.account !== before?.lever?.account || lever.performAs !== before.lever.performAs)
        await candidates.repoint(teamId, lever.account);
      if (tagProfile !== before?.tagProfile) await candidates.reprofile(teamId, lever.account, tagProfile);
      if (enabled) reconciler.resume(lever.account);
    },
  });
}

/** Settings may have changed while no writeback ran. */
async function adoptSettings(candidates: CandidateStore, settings: SettingsView): Promise<void> {
  for (const { teamId, account } of await candidates.waitingAccounts()) {
    const now = settings.team(teamId)?.lever?.account;
    if (now !== undefined && now !== account) await candidates.repoint(teamId, now);
  }
  for (const { teamId, profile } of await candidates.openProfiles()) {
    const team = settings.team(teamId);
    if (team?.lever && team.tagProfile !== profile) await candidates.reprofile(teamId, team.lever.account, team.tagProfile);
  }
}
