import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { openDatabase } from '@lever-certn/database/database';
import { ownTopics, type OwnTopics } from '@lever-certn/kafka/topics.fixture';
import { repositoryRoot } from './folders';
import { freePort } from './free-port';
import { SERVICE_NAMES, type ServiceName } from './service-process';
import { waitUntil } from './wait-until';

const SERVICES = SERVICE_NAMES.filter((name) => name !== 'sandbox');
const READY_WITHIN_MS = 90_000;

/** `npm run start:<service>` of a person, and what it has said. */
interface Script {
  name: ServiceName;
  npm: ChildProcess;
  managementUrl: string;
  said: string;
  ended: Promise<number | null>;
}

describe('npm run start:<service>', () => {
  const scripts: Script[] = [];
  const schemas = new Map<ServiceName, string>(SERVICES.map((name) => [name, `spec_${name}_${randomBytes(6).toString('hex')}`]));
  let topics: OwnTopics;

  beforeAll(async () => {
    topics = await ownTopics();
  }, 60_000);
  afterAll(async () => {
    // npm leads a group of its own, so that nothing it has started outlives the spec.
    for (const { npm } of scripts.filter((script) => !hasEnded(script))) process.kill(-npm.pid!, 'SIGKILL');
    await topics.remove();
    for (const schema of schemas.values()) {
      const database = await openDatabase({ url: process.env.DATABASE_URL!, schema, migrations: [] });
      await database.run(`DROP DATABASE ${schema}`);
      await database.close();
    }
  }, 60_000);

  const hasEnded = ({ npm }: Script): boolean => npm.exitCode !== null || npm.signalCode !== null;

  /** Told by its environment only, and by nothing of ours that the specs happen to have. */
  async function run(name: ServiceName): Promise<Script> {
    const [port, managementPort] = [await freePort(), await freePort()];
    const npm = spawn('npm', ['run', `start:${name}`], {
      cwd: repositoryRoot,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        KAFKA_BROKERS: topics.settings.brokers.join(','),
        TOPIC_PREFIX: topics.settings.topicPrefix,
        DATABASE_URL: process.env.DATABASE_URL,
        DATABASE_SCHEMA: schemas.get(name),
        SEALING_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
        INDEX_KEY: Buffer.alloc(32, 2).toString('base64'),
        PUBLIC_CONSOLE_URL: 'https://console.example.com',
        HOST: '127.0.0.1',
        PORT: String(port),
        MANAGEMENT_PORT: String(managementPort),
      },
    });
    const ended = new Promise<number | null>((resolve) => npm.once('exit', resolve));
    const script: Script = { name, npm, managementUrl: `http://127.0.0.1:${managementPort}`, said: '', ended };
    for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk: Buffer) => (script.said += chunk.toString()));
    scripts.push(script);
    return script;
  }

  const answers = async ({ managementUrl }: Script): Promise<number> =>
    fetch(`${managementUrl}/health/ready`, { signal: AbortSignal.timeout(3_000) }).then(
      async (response) => (await response.arrayBuffer(), response.status),
      () => 0,
    );

  it('starts each service by its environment alone, until it is ready; SIGTERM ends it with 0', async () => {
    const started = await Promise.all(SERVICES.map(run));
    const ready = await Promise.allSettled(
      started.map((script) =>
        waitUntil(
          `${script.name} is ready`,
          READY_WITHIN_MS,
          async () => (await answers(script)) === 200,
          () => !hasEnded(script),
        ).catch((cause: unknown) => {
          throw new Error(script.said, { cause });
        }),
      ),
    );
    expect(ready.map((result) => (result.status === 'rejected' ? String(result.reason) : 'ready'))).toEqual(
      SERVICES.map(() => 'ready'),
    );
    for (const { npm } of started) npm.kill('SIGTERM');
    const codes = await Promise.all(started.map(async ({ name, ended }) => [name, await ended]));
    expect(codes).toEqual(SERVICES.map((name) => [name, 0]));
    // What npm answers is what the service said of itself.
    expect(started.filter(({ name, said }) => !said.includes(`${name} stopped`)).map(({ said }) => said)).toEqual([]);
    await expect(Promise.all(started.map(answers))).resolves.toEqual(SERVICES.map(() => 0));
  }, 180_000);
});
