import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { createConnection } from 'mysql2/promise';
import { TOPIC_LIST } from '@lever-certn/events/topics';
import { applyTopics } from '@lever-certn/kafka/topics-apply';
import type { KafkaSettings } from '@lever-certn/kafka/connection';
import { SERVICE_NAMES, startService, type ServiceName, type ServiceProcess } from '@lever-certn/local-stack/service-process';
import { freePort } from '@lever-certn/local-stack/free-port';
import { ConsoleClient } from './console-client';
import { SandboxControl } from './sandbox-control';

/** All one needs to use a running system from another process. */
export interface SystemDescription {
  brokers: string;
  topicPrefix: string;
  databaseUrl: string;
  sandboxUrl: string;
  ingressUrl: string;
  consoleUrl: string;
  adminEmail: string;
  adminPassword: string;
}

/** Waits that are minutes in production are seconds here; what is decided stays the same. */
const FAST: NodeJS.ProcessEnv = {
  LEVER_LIMIT: '2000/s burst 2000',
  CERTN_LIMIT: '2000/s',
  ORDER_SEND_WITHIN_MS: '1000',
  UNCLEAR_LOOKUPS_MS: '3500,5000',
  CASE_REREAD_MS: '4000',
  CASE_READ_GAP_MS: '200',
  VENDOR_TIMEOUT_MS: '2000',
  LOG_LEVEL: 'info',
};

interface SystemOptions {
  env?: NodeJS.ProcessEnv;
  /** How many copies of a service run; one unless named. */
  copies?: Partial<Record<ServiceName, number>>;
  /** More flags for node, such as `--cpu-prof`. */
  nodeFlags?: readonly string[];
}

/** A system of its own on the shared broker and database: topics, schemas and ports belong to it alone and go with it. */
export class System {
  private constructor(
    readonly description: SystemDescription,
    readonly services: ServiceProcess[],
    private readonly kafka: KafkaSettings,
  ) {}

  static async start({ env = {}, copies = {}, nodeFlags = [] }: SystemOptions = {}): Promise<System> {
    const name = `e2e${randomBytes(3).toString('hex')}`;
    const topicPrefix = `${name}-`;
    const { KAFKA_BROKERS: brokers = '', DATABASE_URL: databaseUrl = '' } = process.env;
    if (!brokers || !databaseUrl) throw new Error('KAFKA_BROKERS and DATABASE_URL must be set: run `npm test`');
    const kafka: KafkaSettings = { brokers: brokers.split(','), clientId: 'e2e', topicPrefix };
    await applyTopics(kafka);
    const ports: Record<string, number> = {};
    for (const service of ['sandbox', 'ingress', 'console']) ports[service] = await freePort();
    const url = (service: string): string => `http://127.0.0.1:${ports[service]}`;
    const admin = { adminEmail: 'owner@example.com', adminPassword: randomBytes(12).toString('hex') };
    const shared: NodeJS.ProcessEnv = {
      ...FAST,
      KAFKA_BROKERS: brokers,
      DATABASE_URL: databaseUrl,
      TOPIC_PREFIX: topicPrefix,
      SEALING_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      INDEX_KEY: randomBytes(32).toString('base64'),
      LEVER_API_URL: `${url('sandbox')}/lever/v1`,
      CERTN_API_URL: `${url('sandbox')}/certn`,
      PUBLIC_INGRESS_URL: url('ingress'),
      PUBLIC_CONSOLE_URL: url('console'),
      BOOTSTRAP_ADMIN_EMAIL: admin.adminEmail,
      BOOTSTRAP_ADMIN_PASSWORD: admin.adminPassword,
      BOOTSTRAP_ADMIN_PASSWORD_CHANGE: 'false',
      SANDBOX_EMPTY: 'true',
      ...env,
    };
    const services: ServiceProcess[] = [];
    const system = new System(
      {
        brokers,
        topicPrefix,
        databaseUrl,
        sandboxUrl: url('sandbox'),
        ingressUrl: url('ingress'),
        consoleUrl: url('console'),
        ...admin,
      },
      services,
      kafka,
    );
    try {
      for (const service of SERVICE_NAMES) {
        for (let copy = 0; copy < (copies[service] ?? 1); copy += 1) {
          const own = { ...shared, DATABASE_SCHEMA: `${name}_${service}` };
          const port = copy === 0 ? ports[service] : undefined;
          services.push(await startService(service, own, port === undefined ? { nodeFlags } : { nodeFlags, port }));
        }
      }
      await Promise.all(services.map((service) => service.ready()));
    } catch (error) {
      await system.stop();
      throw error;
    }
    return system;
  }

  /** The first, or another, copy of a service. */
  service(name: ServiceName, copy = 0): ServiceProcess {
    const found = this.services.filter((service) => service.name === name)[copy];
    if (!found) throw new Error(`no ${name} ${copy}`);
    return found;
  }

  /** Ends the processes and removes topics and schemas. */
  async stop(): Promise<void> {
    await Promise.all(this.services.filter(({ running }) => running).map((service) => service.stop()));
    await this.removeTopics();
    await this.removeSchemas();
  }

  private async removeTopics(): Promise<void> {
    const { brokers, topicPrefix } = this.kafka;
    const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.deleteTopics({ topics: TOPIC_LIST.map((topic) => `${topicPrefix}${topic.name}`) });
    await admin.disconnect();
  }

  private async removeSchemas(): Promise<void> {
    const connection = await createConnection(this.description.databaseUrl);
    for (const service of SERVICE_NAMES)
      await connection.query(`DROP DATABASE IF EXISTS \`${this.description.topicPrefix.slice(0, -1)}_${service}\``);
    await connection.end();
  }
}

/** A running system as a test sees it: over HTTP and Kafka only. */
export class Outside {
  readonly sandbox: SandboxControl;
  readonly console: ConsoleClient;

  constructor(readonly description: SystemDescription) {
    this.sandbox = new SandboxControl(description.sandboxUrl);
    this.console = new ConsoleClient(description.consoleUrl);
  }

  /** Signed in as the owner of the installation. */
  static async of(description: SystemDescription): Promise<Outside> {
    const outside = new Outside(description);
    await outside.console.signIn(description.adminEmail, description.adminPassword);
    return outside;
  }

  /** The system that the whole run shares. */
  static shared(): Promise<Outside> {
    const text = process.env.E2E_SYSTEM;
    if (!text) throw new Error('the shared system is not up: run the project e2e as a whole');
    return Outside.of(JSON.parse(text) as SystemDescription);
  }
}
