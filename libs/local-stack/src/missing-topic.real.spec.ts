import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { TOPICS } from '@lever-certn/events/topics';
import { eventually, ownTopics, type OwnTopics } from '@lever-certn/kafka/topics.fixture';
import { SERVICE_NAMES, startService, type ServiceProcess } from './service-process';
import { temporaryFolder } from './temporary-folder.fixture';

/** Every service writes it. */
const MISSING = TOPICS.activity.name;
const SERVICES = SERVICE_NAMES.filter((name) => name !== 'sandbox');

describe('a service that misses one of its topics', () => {
  const folder = temporaryFolder();
  const started: ServiceProcess[] = [];
  let topics: OwnTopics;

  beforeEach(async () => {
    topics = await ownTopics();
    const name = topics.settings.topicPrefix + MISSING;
    await topics.admin.deleteTopics({ topics: [name] });
    await eventually('the topic is gone', async () => !(await topics.admin.listTopics()).includes(name));
  }, 60_000);
  afterEach(async () => {
    for (const service of started.splice(0)) await service.kill();
    await topics.remove();
  });

  it('does not start, and says once which topic that is and the command that makes it', async () => {
    const environment = {
      KAFKA_BROKERS: topics.settings.brokers.join(','),
      TOPIC_PREFIX: topics.settings.topicPrefix,
      DATABASE_SCHEMA: `spec_${randomBytes(6).toString('hex')}`,
      SEALING_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      INDEX_KEY: randomBytes(32).toString('base64'),
      PUBLIC_CONSOLE_URL: 'https://console.example.com',
    };
    const said = await Promise.all(
      SERVICES.map(async (name) => {
        const service = await startService(name, environment, { logFile: path.join(folder(), `${name}.log`) });
        started.push(service);
        const { code } = await service.exited;
        const lines = fs.readFileSync(service.log, 'utf8').trim().split('\n');
        const fatal = lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ level }) => level === 'fatal');
        return { name, code, fatal: fatal.map(({ message, problems }) => ({ message, problems })) };
      }),
    );
    expect(said).toEqual(
      SERVICES.map((name) => ({
        name,
        code: 78,
        fatal: [
          {
            message: `${name} does not start`,
            problems: [`topic ${MISSING} is missing: run npm run topics:apply`],
          },
        ],
      })),
    );
  }, 120_000);
});
