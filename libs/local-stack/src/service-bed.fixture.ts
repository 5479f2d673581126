import { randomBytes, randomUUID } from 'node:crypto';
import { loadConfig } from '@lever-certn/config/load-config';
import { openDatabase } from '@lever-certn/database/database';
import { isoTime } from '@lever-certn/events/fields';
import { SECRET_FIELD, type TeamPackage, type TeamSettings } from '@lever-certn/events/team-settings';
import { TOPICS, type Topic } from '@lever-certn/events/topics';
import { EventProducer } from '@lever-certn/kafka/event-producer';
import { ownTopics, type OwnTopics } from '@lever-certn/kafka/topics.fixture';
import { SILENT } from '@lever-certn/kafka/kafka-client';
import { TopicReader } from '@lever-certn/kafka/topic-reader';
import { Keyring } from '@lever-certn/sealing/keyring';
import { accountFingerprint } from '@lever-certn/sealing/index-key';
import type { RunningService, ServiceContext } from '@lever-certn/service/run-service';
import type { WorkLine } from '@lever-certn/service/work-log';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { LeverAccount, Opportunity, Stage } from '../../../services/sandbox/src/lever/lever-account';
import { startSandbox, type Sandbox } from '../../../services/sandbox/src/sandbox';

export const BASIC: TeamPackage = { packageId: 'p-basic', name: 'Basic', services: [{ type: 'IDENTITY' }], active: true };
export const DEEP: TeamPackage = { packageId: 'p-deep', name: 'Deep', services: [{ type: 'CRIMINAL' }], active: true };

/** What a spec hears on a topic, in the order of arrival. */
export interface Heard<Event> {
  events: Event[];
  /** `ce_id` of each. */
  ids: string[];
}

type Build<Config> = (context: ServiceContext<Config>) => Promise<RunningService>;

/**
 * Everything one service needs around it, for a spec: topics under a prefix of their own on the broker of KAFKA_BROKERS, a schema of its own on the database
 * of DATABASE_URL, a sandbox in this process, and a team.
 */
export class ServiceBed {
  readonly teamId = randomUUID();
  readonly stage: Stage;
  readonly elsewhere: Stage;
  readonly worked: WorkLine[] = [];
  readonly fatal: unknown[] = [];
  /** What services have told their log, without what belongs to each line. */
  readonly said: string[] = [];
  readonly environment: Record<string, string>;
  readonly keyring: Keyring;
  private readonly producer: EventProducer;
  private readonly readers: TopicReader<object>[] = [];
  private readonly running = new Set<RunningService>();
  private version = 0;
  settings: TeamSettings | undefined;

  static async open(): Promise<ServiceBed> {
    const [topics, sandbox] = await Promise.all([ownTopics(), startSandbox({ empty: true })]);
    const bed = new ServiceBed(topics, sandbox, sandbox.world.addLeverAccount('acme', 'Acme'));
    await bed.producer.connect();
    return bed;
  }

  private constructor(
    readonly topics: OwnTopics,
    readonly sandbox: Sandbox,
    readonly account: LeverAccount,
  ) {
    const sealingKeys = `k1:${randomBytes(32).toString('base64')}`;
    this.keyring = Keyring.parse(sealingKeys);
    this.producer = new EventProducer(topics.settings, { source: 'spec' });
    this.elsewhere = account.addStage('New lead', 'lead-new');
    this.stage = account.addStage('Background Check', 'background-check');
    account.addKey('key-1');
    this.environment = {
      KAFKA_BROKERS: topics.settings.brokers.join(','),
      TOPIC_PREFIX: topics.settings.topicPrefix,
      DATABASE_URL: process.env.DATABASE_URL ?? '',
      DATABASE_SCHEMA: `spec_${randomBytes(6).toString('hex')}`,
      SEALING_KEYS: sealingKeys,
      INDEX_KEY: randomBytes(32).toString('base64'),
      LEVER_API_URL: sandbox.leverUrl,
      LEVER_LIMIT: '1000/s burst 2000',
      VENDOR_TIMEOUT_MS: '2000',
      SHUTDOWN_GRACE_MS: '8000',
      PUBLIC_CONSOLE_URL: 'https://console.example.com',
    };
  }

  /** Starts a service in this process. */
  async start<Config extends object>(
    build: Build<Config>,
    config: new () => Config,
    environment: Record<string, string> = {},
  ): Promise<RunningService> {
    const service = await build({
      config: loadConfig(config, { ...this.environment, ...environment }),
      log: pino({ level: process.env.LOG_LEVEL ?? 'info' }, { write: (line) => this.hearLine(line) }),
      metrics: new Registry(),
      work: { settled: (line: WorkLine) => void this.worked.push(line) } as ServiceContext<Config>['work'],
      onFatal: (error) => void this.fatal.push(error),
    });
    this.running.add(service);
    return service;
  }

  async stop(service: RunningService): Promise<void> {
    this.running.delete(service);
    await service.stop();
  }

  /** Hears a topic from its beginning until the bed is closed. */
  async hear<Event extends object>(topic: Topic<Event>): Promise<Heard<Event>> {
    const heard: Heard<Event> = { events: [], ids: [] };
    const reader = new TopicReader<Event>({
      settings: this.topics.settings,
      topic,
      group: `spec-${randomUUID()}`,
      log: SILENT,
      onEvent: (event, context) => {
        heard.events.push(event);
        heard.ids.push(context.id);
      },
      onTombstone: () => undefined,
      onPoison: (reason) => this.fatal.push(reason),
    });
    await reader.start();
    this.readers.push(reader as unknown as TopicReader<object>);
    return heard;
  }

  publish<Event extends object>(topic: Topic<Event>, event: Event, id: string = randomUUID()): Promise<void> {
    return this.producer.publish(topic, event, { id });
  }

  /** Says in a compacted topic that what the key named is gone. */
  tombstone(topic: Pick<Topic, 'name' | 'partitions'>, key: string, teamId: string): Promise<void> {
    return this.producer.tombstone(topic, key, teamId);
  }

  /** Saves the team's settings with a change, as the console does. */
  async saveTeam(change: Partial<TeamSettings> & { leverKey?: string } = {}, teamId = this.teamId): Promise<void> {
    const { leverKey, ...rest } = change;
    this.version += 1;
    const before = this.settings?.teamId === teamId ? this.settings : undefined;
    const settings: TeamSettings = {
      ...(before ?? this.newTeam(teamId)),
      ...rest,
      ...(leverKey ? { lever: this.leverSettings(teamId, leverKey) } : {}),
      version: this.version,
      savedAt: isoTime(),
    };
    if (teamId === this.teamId) this.settings = settings;
    await this.publish(TOPICS.teamSettings, settings);
  }

  /** A candidate in another stage than the trigger stage, moved into it without telling anybody. */
  enter(given: Parameters<LeverAccount['add']>[0] = {}): Opportunity {
    const opportunity = this.account.add({ stage: this.elsewhere.id, ...given });
    this.account.move(opportunity, this.stage);
    return opportunity;
  }

  /** Lever's time of the newest transition. */
  enteredAt(opportunity: Opportunity): string {
    return isoTime(opportunity.stageChanges!.at(-1)!.updatedAt);
  }

  /** How often a route of Lever's was called, by its method and path. */
  calls(route: string): number {
    return this.sandbox.world.counters.read().routes[`lever ${route}`]?.calls ?? 0;
  }

  /** Stops everything and removes what was made. */
  async close(): Promise<void> {
    for (const service of this.running) await service.stop();
    await Promise.all(this.readers.map((reader) => reader.stop()));
    await this.producer.disconnect();
    await this.topics.remove();
    await this.sandbox.stop();
    const { DATABASE_URL: url, DATABASE_SCHEMA: schema } = this.environment;
    const database = await openDatabase({ url: url!, schema: schema!, migrations: [] });
    await database.run(`DROP DATABASE ${schema}`);
    await database.close();
  }

  private hearLine(line: string): void {
    this.said.push((JSON.parse(line) as { msg?: string }).msg ?? '');
    if (process.env.LOG_LEVEL) process.stdout.write(line);
  }

  private newTeam(teamId: string): TeamSettings {
    return {
      teamId,
      version: 1,
      integrationId: randomBytes(16).toString('hex'),
      name: 'Acme',
      enabled: true,
      tagProfile: 'classic',
      shareResults: false,
      activeSince: isoTime(Date.now() - 60_000),
      lever: this.leverSettings(teamId, 'key-1'),
      packages: [BASIC, DEEP],
      defaultPackageId: BASIC.packageId,
      savedAt: isoTime(),
    };
  }

  private leverSettings(teamId: string, apiKey: string): NonNullable<TeamSettings['lever']> {
    return {
      account: accountFingerprint('lever', apiKey),
      apiKey: this.keyring.seal(apiKey, { teamId, recordId: 'lever', field: SECRET_FIELD }),
      signatureTokens: [],
      triggerStage: { id: this.stage.id, name: this.stage.text },
    };
  }
}
