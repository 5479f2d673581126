import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TeamSettings } from '@lever-certn/events/team-settings';
import { TOPICS } from '@lever-certn/events/topics';
import { startBroker, type LocalBroker } from '@lever-certn/local-stack/broker';
import { freePort } from '@lever-certn/local-stack/free-port';
import { startStageConsumer, type StageConsumer } from './consumer.fixture';
import { BrokerUnavailableError, EventProducer } from './event-producer';
import { spawnConsumer } from './spawned-consumer.fixture';
import { TopicReader } from './topic-reader';
import { eventually, newKeyring, ownTopics, stageChanged, type OwnTopics } from './topics.fixture';

jest.setTimeout(120_000);

describe('a broker that comes and goes', () => {
  let folder: string;
  let broker: LocalBroker;
  let topics: OwnTopics;
  let producer: EventProducer;
  let consumer: StageConsumer;
  let reader: TopicReader<TeamSettings>;
  const fatal: Error[] = [];
  const warned: string[] = [];
  const recorded = new Set<string>();

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kafka-spec-broker-'));
  });

  afterAll(async () => {
    await broker?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const publish = async (): Promise<string> => {
    const id = randomUUID();
    await producer.publish(TOPICS.stageChanged, stageChanged(id), { id });
    return id;
  };

  it('takes the very first consumers smoothly', async () => {
    const port = await freePort();
    const starting = startBroker({ dir: folder, port });
    // Topics are applied and consumers join as soon as it takes connections, as when everything is started at once.
    topics = await ownTopics([`127.0.0.1:${port}`]);
    producer = new EventProducer(topics.settings, { source: 'kafka-spec' });
    await producer.connect();
    const first = await publish();
    const log = { debug() {}, info() {}, warn: (_: object, message?: string) => void warned.push(message ?? ''), error() {} };
    consumer = await startStageConsumer(
      {
        settings: topics.settings,
        group: 'first',
        producer,
        keyring: newKeyring(),
        isOutage: () => false,
        onFatal: (error) => fatal.push(error),
        log,
      },
      (event) => void recorded.add(event.opportunityId),
    );
    reader = new TopicReader({
      settings: topics.settings,
      topic: TOPICS.teamSettings,
      group: 'reader',
      log,
      onEvent: () => undefined,
      onTombstone: () => undefined,
      onPoison: () => undefined,
    });
    await reader.start();
    broker = await starting;
    await eventually('the first event is recorded', () => recorded.has(first));
    expect({ fatal, warned }).toEqual({ fatal: [], warned: [] });
  });

  it('is away: a publish is rejected in about a second, and the producer says so', async () => {
    await broker.kill();
    const startedAt = Date.now();
    await expect(publish()).rejects.toThrow(BrokerUnavailableError);
    expect(Date.now() - startedAt).toBeGreaterThan(900);
    expect(Date.now() - startedAt).toBeLessThan(3000);
    expect(producer.healthy).toBe(false);
    expect(producer.waitingBytes).toBe(0);
  });

  it('is back: producer, consumer and reader go on by themselves', async () => {
    await broker.start();
    await eventually('the producer has noticed, though nothing is published', () => producer.healthy, 30_000);
    const id = await publish();
    await eventually('the consumer goes on', () => recorded.has(id), 30_000);
    await eventually('both know that all is well', () => consumer.strategy.healthy && reader.current, 30_000);
    expect(fatal).toEqual([]);
  });

  it('freezes and thaws: what was accepted is there', async () => {
    await broker.freeze();
    const during = publish().then(
      () => 'accepted',
      (error: Error) => error.name,
    );
    expect(await during).toBe('BrokerUnavailableError');
    broker.thaw();
    await eventually(
      'it takes messages again',
      () =>
        publish().then(
          () => true,
          () => false,
        ),
      30_000,
    );
    const id = await publish();
    await eventually('the consumer goes on', () => recorded.has(id), 30_000);
    expect(fatal).toEqual([]);
  });

  it('is gone for good: a consumer still stops in time and in order', async () => {
    await reader.stop();
    await consumer.app.close();
    await producer.disconnect();
    await topics.admin.disconnect();
    const spawned = spawnConsumer(broker.brokers, topics.settings.topicPrefix, path.join(folder, 'recorded'), 6000);
    await eventually('it has joined', () => spawned.joined(), 30_000);
    await broker.kill();
    process.kill(spawned.pid(), 'SIGTERM');
    const [code] = (await once(spawned.child, 'exit')) as [number | null];
    expect(code).toBe(0);
  });
});
