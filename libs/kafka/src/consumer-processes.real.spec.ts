import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { TOPICS } from '@lever-certn/events/topics';
import { EventProducer } from './event-producer';
import { spawnConsumer, type SpawnedConsumer } from './spawned-consumer.fixture';
import { eventually, ownTopics, stageChanged, type OwnTopics } from './topics.fixture';

jest.setTimeout(120_000);

const SESSION_MS = 6000;
/** Above what any broker is set to allow: joining is refused for good. */
const REFUSED_SESSION_MS = 3_600_000;
const MESSAGES = 1000;

describe('consumers as processes', () => {
  let topics: OwnTopics;
  let folder: string;
  const started: SpawnedConsumer[] = [];

  beforeAll(async () => {
    topics = await ownTopics();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kafka-spec-'));
  });

  afterAll(async () => {
    for (const { child, pid } of started) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      process.kill(pid(), 'SIGKILL');
      await once(child, 'exit');
    }
    fs.rmSync(folder, { recursive: true, force: true });
    await topics.remove();
  });

  function start(file: string, sessionMs: number): SpawnedConsumer {
    const consumer = spawnConsumer(topics.settings.brokers.join(), topics.settings.topicPrefix, file, sessionMs);
    started.push(consumer);
    return consumer;
  }

  it('lose nothing when one of them is killed in the middle', async () => {
    const files = ['first', 'second'].map((name) => path.join(folder, name));
    const lines = (file: string): string[] =>
      fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
    const [first, second] = files.map((file) => start(file, SESSION_MS));
    await eventually('both have joined', () => first!.joined() && second!.joined(), 30_000);

    const producer = new EventProducer(topics.settings, { source: 'kafka-spec' });
    await producer.connect();
    const ids = Array.from({ length: MESSAGES }, () => randomUUID());
    await Promise.all(ids.map((id) => producer.publish(TOPICS.stageChanged, stageChanged(id), { id })));
    await producer.disconnect();
    await eventually('the first is in the middle', () => lines(files[0]!).length > 100);
    process.kill(first!.pid(), 'SIGKILL');
    await once(first!.child, 'exit');
    expect(lines(files[0]!).length).toBeLessThan(MESSAGES);

    const recorded = (): Set<string> => new Set(files.flatMap(lines));
    await eventually('the second has recorded the rest', () => recorded().size === MESSAGES, 60_000);
    expect(ids.filter((id) => !recorded().has(id))).toEqual([]);
  });

  it('exit with a code when the group refuses them for good', async () => {
    const { child } = start(path.join(folder, 'refused'), REFUSED_SESSION_MS);
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(70);
  });
});
