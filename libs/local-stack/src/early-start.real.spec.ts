import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { applyTopics } from '@lever-certn/kafka/topics-apply';
import { startBroker, type LocalBroker } from './broker';
import { startDatabase, type LocalDatabase } from './database';
import { SERVICE_NAMES, startService, type ServiceProcess } from './service-process';
import { temporaryFolder } from './temporary-folder.fixture';
import { waitUntil } from './wait-until';

const SERVICES = SERVICE_NAMES.filter((name) => name !== 'sandbox');
/** Ingress has none. */
const WITH_DATABASE = SERVICES.filter((name) => name !== 'ingress');
const WITHIN_MS = 60_000;

describe('services that start before their broker and their database', () => {
  const folder = temporaryFolder();
  let broker: LocalBroker;
  let database: LocalDatabase;
  let services: ServiceProcess[] = [];

  beforeEach(async () => {
    broker = await startBroker({ dir: path.join(folder(), 'broker') });
    database = await startDatabase({ dir: path.join(folder(), 'database') });
    await applyTopics({ brokers: [broker.brokers], clientId: 'spec', topicPrefix: '' });
    await Promise.all([broker.stop(), database.stop()]);
  }, 120_000);
  afterEach(async () => {
    await Promise.all(services.map((service) => service.kill()));
    await Promise.all([broker.stop(), database.stop()]);
  }, 60_000);

  const said = (name: string, words: string): boolean =>
    fs.readFileSync(services.find((service) => service.name === name)!.log, 'utf8').includes(`"message":"${words}"`);
  const allSay = (names: readonly string[], words: string): Promise<void> =>
    waitUntil(
      `all say "${words}"`,
      WITHIN_MS,
      () => names.every((name) => said(name, words)),
      () => services.every(({ running }) => running),
    );

  it('say what they wait for, and go on by themselves', async () => {
    const environment = {
      KAFKA_BROKERS: broker.brokers,
      TOPIC_PREFIX: '',
      DATABASE_URL: database.url,
      SEALING_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      INDEX_KEY: randomBytes(32).toString('base64'),
      PUBLIC_CONSOLE_URL: 'https://console.example.com',
    };
    services = await Promise.all(
      SERVICES.map((name) => startService(name, environment, { logFile: path.join(folder(), `${name}.log`) })),
    );
    await allSay(SERVICES, 'waiting for the broker');
    await broker.start();
    await allSay(WITH_DATABASE, 'waiting for the database');
    await database.start();
    await Promise.all(services.map((service) => service.ready(WITHIN_MS)));
    expect(services.filter(({ running }) => !running)).toEqual([]);
  }, 240_000);
});
