import { CertnClient } from '@lever-certn/certn/certn.client';
import { Database, databaseOptions, isDatabaseOutage, openDatabase } from '@lever-certn/database/database';
import { Outbox } from '@lever-certn/database/outbox';
import { kafkaSettings, type KafkaSettings } from '@lever-certn/kafka/connection';
import { attachConsumer } from '@lever-certn/kafka/consumer-app';
import { EventProducer } from '@lever-certn/kafka/event-producer';
import { EventsStrategy } from '@lever-certn/kafka/events-strategy';
import type { SettledMessage } from '@lever-certn/kafka/settled-message';
import { checkTopics } from '@lever-certn/kafka/topics-apply';
import { LeverClient } from '@lever-certn/lever/lever.client';
import { parseLimit } from '@lever-certn/reconcile/limits';
import { IndexKey } from '@lever-certn/sealing/index-key';
import { Keyring } from '@lever-certn/sealing/keyring';
import { describeError } from '@lever-certn/service/error-description';
import { StartRefusedError, type Readiness, type RunningService, type ServiceContext } from '@lever-certn/service/run-service';
import { waitFor } from '@lever-certn/service/wait-for';
import type { INestApplication } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CommandsStore } from './candidates/commands.store';
import { pruneReadModel } from './candidates/pruning';
import type { ConsoleConfig } from './config';
import type { Foundations } from './console-parts';
import { openApp } from './http/open-app';
import { Housekeeping, type Job } from './housekeeping';
import { ChangesStore } from './live/changes.store';
import { bootstrapOwner } from './people/bootstrap-owner';
import { InvitationsStore } from './people/invitations.store';
import { PasswordResetsStore } from './people/password-resets.store';
import { Passwords } from './people/passwords';
import { PeopleStore } from './people/people.store';
import { SessionsStore } from './people/sessions.store';
import { SignInFailuresStore } from './people/sign-in-failures.store';
import { MIGRATIONS } from './schema/migrations';
import { signInProblems } from './single-sign-on/config';
import { ExternalIdentitiesStore } from './single-sign-on/external-identities.store';
import { CertnSetup } from './teams/certn-setup';
import { ConnectionTestsStore } from './teams/connection-tests.store';
import { ConnectionsCheck, ROUND_MS } from './teams/connections-check';
import { LeverTest } from './teams/lever-test';
import { SettingsCheck } from './teams/settings-check';
import { newestSettings, TeamsStore } from './teams/teams.store';
import { paceOf } from './teams/vendor-pace';
import { CertnPace, LeverPace } from './teams/vendor-paces';

/** The name of the service, of its events' source, of its group and of its schema. */
export const CONSOLE = 'console';

/** The part of a vendor's limit that is the console's; the services have the rest. */
const VENDOR_SHARE = 0.1;

type Context = ServiceContext<ConsoleConfig>;

/** Opens everything the console needs and serves; waits for a broker or a database that is away. @throws StartRefusedError for topics or a port that are not as they must be */
export async function buildConsole(context: Context): Promise<RunningService & { url: string }> {
  const { config, log, work } = context;
  const problems = signInProblems(config);
  if (problems.length > 0) throw new StartRefusedError(problems);
  const kafka = kafkaSettings(config, CONSOLE);
  const topics = await waitFor('the broker', log, () => checkTopics(kafka));
  for (const warning of topics.warnings) log.warn(warning);
  if (topics.fatal.length > 0) throw new StartRefusedError(topics.fatal);
  const producer = new EventProducer(kafka, { source: CONSOLE, log });
  const foundations = await openFoundations(context, producer);
  const { database, outbox, lever, certn } = foundations;
  const app = await openApp(foundations, log, (line) => work.settled(line));
  const strategy = strategyOf(context, kafka, foundations, producer);
  attachConsumer(app, strategy);
  const settingsCheck = new SettingsCheck({ kafka, teams: app.get(TeamsStore), producer, log });
  const connectionsCheck = new ConnectionsCheck({
    tests: app.get(ConnectionTestsStore),
    lever: app.get(LeverTest),
    certn: app.get(CertnSetup),
    everyMs: config.CONNECTION_TEST_MS,
  });
  const housekeeping = new Housekeeping(jobsOf(app, config, settingsCheck, connectionsCheck), log);
  const ready = async (): Promise<Readiness> => {
    const reasons = [
      ...((await database.healthy()) ? [] : ['the database is away']),
      ...(producer.healthy ? [] : ['the broker is away']),
      ...strategy.problems(),
    ];
    return { ok: reasons.length === 0, reasons };
  };
  const stop = async (): Promise<void> => {
    connectionsCheck.stop();
    await settingsCheck.stop();
    await housekeeping.stop();
    await app.close();
    await outbox.stop();
    await producer.disconnect();
    await Promise.all([lever.close(), certn.close()]);
    await database.close();
  };
  try {
    await waitFor('the broker', log, () => producer.connect());
    await app.get(PeopleStore).reindex();
    await bootstrapOwner(config, app.get(PeopleStore), app.get(Passwords), log);
    await listen(app, config);
    await app.startAllMicroservices();
  } catch (error) {
    await stop();
    throw error;
  }
  outbox.start();
  housekeeping.start();
  const url = await app.getUrl();
  log.info({ url }, 'console listens');
  return { url, ready, stop };
}

async function openFoundations({ config, log }: Context, producer: EventProducer): Promise<Foundations> {
  const { VENDOR_TIMEOUT_MS: timeoutMs, CERTN_API_URL: urlOverride } = config;
  const database = await waitFor('the database', log, () =>
    openDatabase({ ...databaseOptions(config, CONSOLE), migrations: MIGRATIONS }),
  );
  return {
    config,
    database,
    outbox: new Outbox({
      database,
      producer,
      newest: newestSettings(database),
      takeOutLingerMs: 0,
      onFailure: (error) => log.warn({ error: describeError(error, true) }, 'an event waits in the outbox'),
    }),
    keyring: Keyring.parse(config.SEALING_KEYS),
    indexKey: IndexKey.parse(config.INDEX_KEY),
    lever: new LeverClient({ baseUrl: config.LEVER_API_URL, timeoutMs }),
    certn: new CertnClient({ timeoutMs, ...(urlOverride ? { urlOverride } : {}) }),
    leverPace: new LeverPace(paceOf(parseLimit(config.LEVER_LIMIT), VENDOR_SHARE)),
    certnPace: new CertnPace(paceOf(parseLimit(config.CERTN_LIMIT), VENDOR_SHARE)),
  };
}

function strategyOf(
  { log, work, onFatal }: Context,
  settings: KafkaSettings,
  { keyring }: Foundations,
  producer: EventProducer,
): EventsStrategy {
  const onSettled = (line: SettledMessage): void => work.settled(line);
  return new EventsStrategy({
    settings,
    group: CONSOLE,
    producer,
    keyring,
    isOutage: isDatabaseOutage,
    onFatal,
    onSettled,
    log,
    gathers: true,
  });
}

/** @throws StartRefusedError for a port that can't be opened */
async function listen(app: NestFastifyApplication, { PORT, HOST }: ConsoleConfig): Promise<void> {
  try {
    await app.listen(PORT, HOST);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall !== 'listen') throw error;
    throw new StartRefusedError([`PORT ${PORT} on ${HOST} can't be opened (${code}): stop what uses it or choose another`]);
  }
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const COMMANDS_KEPT_DAYS = 7;
/** Far longer than anyone reads back. */
const CHANGES_KEPT_MS = 10 * MINUTE_MS;

function jobsOf(
  app: INestApplication,
  config: ConsoleConfig,
  settingsCheck: SettingsCheck,
  connectionsCheck: ConnectionsCheck,
): Job[] {
  const kept = { deliveriesDays: config.DELIVERIES_KEPT_DAYS, timelineDays: config.TIMELINE_KEPT_DAYS };
  return [
    { name: 'settings-check', everyMs: config.SETTINGS_CHECK_MS, run: () => settingsCheck.run() },
    { name: 'connections-check', everyMs: Math.min(ROUND_MS, config.CONNECTION_TEST_MS), run: () => connectionsCheck.run() },
    { name: 'sessions', everyMs: HOUR_MS, run: () => app.get(SessionsStore).sweep() },
    { name: 'sign-ins-answered', everyMs: HOUR_MS, run: () => app.get(ExternalIdentitiesStore).sweep() },
    { name: 'changes', everyMs: MINUTE_MS, run: () => app.get(ChangesStore).prune(CHANGES_KEPT_MS) },
    { name: 'invitations', everyMs: HOUR_MS, run: () => app.get(InvitationsStore).sweep() },
    { name: 'password-resets', everyMs: HOUR_MS, run: () => app.get(PasswordResetsStore).sweep() },
    { name: 'sign-in-failures', everyMs: MINUTE_MS, run: () => app.get(SignInFailuresStore).sweep() },
    { name: 'pruning', everyMs: DAY_MS, run: () => pruneReadModel(app.get(Database), kept) },
    { name: 'commands', everyMs: DAY_MS, run: () => app.get(CommandsStore).sweep(COMMANDS_KEPT_DAYS) },
  ];
}
