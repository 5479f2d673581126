import { randomBytes, randomUUID } from 'node:crypto';
import { partitionOf } from '@lever-certn/events/identity.rules';
import { PARTITIONS, TOPICS } from '@lever-certn/events/topics';
import { startStageConsumer, type Recorder, type StageConsumer } from './consumer.fixture';
import { EventProducer } from './event-producer';
import type { EventsStrategyOptions } from './events-strategy';
import type { SettledMessage } from './settled-message';
import { readAll } from './read-all.fixture';
import { eventually, newKeyring, ownTopics, stageChanged, type OwnTopics } from './topics.fixture';

const TEAM = 'team-1';
const PARTITION = partitionOf(TEAM, PARTITIONS);
const STAGE = TOPICS.stageChanged.name;
const SESSION_MS = 6000;
const keyring = newKeyring();

class DatabaseAway extends Error {}

describe('a consumer on a real broker', () => {
  let topics: OwnTopics;
  let producer: EventProducer;
  const consumers: StageConsumer[] = [];
  let settled: SettledMessage[] = [];
  let joins = 0;

  beforeEach(async () => {
    topics = await ownTopics();
    producer = new EventProducer(topics.settings, { source: 'kafka-spec' });
    await producer.connect();
    settled = [];
    joins = 0;
  });

  afterEach(async () => {
    await Promise.all(consumers.splice(0).map(({ app }) => app.close()));
    await producer.disconnect();
    await topics.remove();
  });

  async function consume(group: string, record: Recorder, options: Partial<EventsStrategyOptions> = {}): Promise<StageConsumer> {
    const consumer = await startStageConsumer(
      {
        settings: topics.settings,
        group,
        producer,
        keyring,
        isOutage: (error) => error instanceof DatabaseAway,
        onFatal: (error) => {
          throw error;
        },
        onSettled: (line) => settled.push(line),
        log: {
          debug() {},
          info: (_, message) => void (joins += Number(message === 'joined the consumer group')),
          warn() {},
          error() {},
        },
        ...options,
      },
      record,
    );
    consumers.push(consumer);
    return consumer;
  }

  async function publish(count: number, teamId = TEAM): Promise<string[]> {
    const ids = Array.from({ length: count }, () => randomUUID());
    await Promise.all(ids.map((id) => producer.publish(TOPICS.stageChanged, stageChanged(id, teamId), { id })));
    return ids;
  }

  const poison = (value: Buffer | null, key = 'opportunity-9', headers: object = { 'x-mark': 'mark' }): Promise<void> =>
    producer.publishRaw(STAGE, { key, value, headers: { ...headers }, partition: PARTITION });
  const committed = async (group: string): Promise<number | undefined> => (await topics.committed(group, STAGE)).get(PARTITION);
  const recordedOffsets = (): string[] => settled.filter(({ outcome }) => outcome === 'recorded').map(({ offset }) => offset);

  it('runs the handlers of a batch side by side and commits nothing before they have recorded', async () => {
    const ids = await publish(50);
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const started: string[] = [];
    await consume('g', async (event) => {
      started.push(event.opportunityId);
      await gate;
    });
    await eventually('all handlers have started', () => started.length === 50);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await committed('g')).toBeUndefined();
    expect(settled).toEqual([]);
    release();
    await eventually('the batch is committed', async () => (await committed('g')) === 50);
    expect(started.sort()).toEqual(ids.sort());
    expect(settled[0]).toMatchObject({
      unit: 'message',
      name: STAGE,
      partition: PARTITION,
      outcome: 'recorded',
      attempt: 1,
      teamId: TEAM,
    });
    expect(settled).toHaveLength(50);
  });

  it('sets a message that nobody can read aside, sealed, with key, headers, coordinates and reason, and goes on', async () => {
    const large = Buffer.concat([
      Buffer.from('{"teamId":"'),
      Buffer.from(randomBytes(300_000).toString('hex')),
      Buffer.alloc(200_000, 32),
    ]);
    await publish(1);
    await poison(Buffer.from('{'), 'opportunity-9', { ce_type: TOPICS.stageChanged.type, ce_id: 'e1', 'x-mark': 'mark' });
    await poison(large);
    await poison(Buffer.alloc(950_000, 65), 'opportunity-8');
    await poison(null, 'opportunity-7');
    await publish(1);
    await consume('g', () => undefined);
    await eventually('all are settled and committed', async () => (await committed('g')) === 6);

    expect(recordedOffsets()).toEqual(['0', '5']);
    const letters = await readAll(topics.settings, TOPICS.deadLetters);
    const open = (index: number): Buffer => {
      const place = { teamId: STAGE, recordId: `${PARTITION}-${index + 1}`, field: 'original' };
      return Buffer.from(keyring.open(letters[index]!.original!, place), 'base64');
    };
    letters.sort((one, other) => Number(one.offset) - Number(other.offset));
    expect(letters.map(({ reason }) => reason)).toEqual([
      'not JSON',
      'missing header ce_type',
      'missing header ce_type',
      'no value',
    ]);
    expect(letters[0]).toMatchObject({ topic: STAGE, partition: PARTITION, offset: '1', group: 'g', attempts: 1 });
    expect(Buffer.from(letters[0]!.originalKey!, 'base64').toString()).toBe('opportunity-9');
    expect(Buffer.from(letters[0]!.originalHeaders!['x-mark']!, 'base64').toString()).toBe('mark');
    expect(open(0).toString()).toBe('{');
    expect(large.length).toBeGreaterThan(800_000);
    expect(open(1).equals(large)).toBe(true);
    expect(letters[2]).not.toHaveProperty('original');
    expect(letters[2]).toMatchObject({ partition: PARTITION, offset: '3' });
    expect(settled.filter(({ outcome }) => outcome === 'dead-letter').map(({ reason }) => reason)).toHaveLength(4);
  });

  it('sets a message aside at which the handler fails five times while others pass, and commits nothing beyond it before', async () => {
    const [bad] = await publish(1);
    await publish(5);
    let failures = 0;
    const record: Recorder = (event) => {
      if (event.opportunityId !== bad) return;
      failures += 1;
      throw new TypeError('jane@example.com is not a function');
    };
    await consume('g', record, { patience: { retryAfterMs: [300] } });
    await eventually('the others are recorded', () => recordedOffsets().length === 5);
    expect(await committed('g')).toBe(0);
    await eventually('the group is past it', async () => (await committed('g')) === 6);
    expect(failures).toBe(5);
    const letters = await readAll(topics.settings, TOPICS.deadLetters);
    expect(letters).toMatchObject([{ offset: '0', attempts: 5, teamId: TEAM, reason: 'handler failed 5 times: TypeError' }]);
    expect(JSON.stringify(letters)).not.toContain('jane');
    await publish(1);
    await eventually('the consumer goes on', () => recordedOffsets().length === 6);
  });

  it('sets nothing aside while a handler fails at everything, and records all once it works', async () => {
    await publish(3);
    let broken = true;
    const consumer = await consume(
      'g',
      () => {
        if (broken) throw new TypeError('a bug');
      },
      { patience: { retryAfterMs: [50] } },
    );
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(consumer.strategy.failing).toBe(3);
    broken = false;
    await eventually('all are recorded and committed', async () => (await committed('g')) === 3);
    expect(settled.map(({ outcome }) => outcome)).toEqual(['recorded', 'recorded', 'recorded']);
    expect(Math.min(...settled.map(({ attempt }) => attempt))).toBeGreaterThan(5);
  });

  it('waits for a database that is away, or a slow handler, longer than the session, without losing the group or committing', async () => {
    const ids = await publish(20);
    let away = true;
    const recorded: string[] = [];
    const waiting = await consume('g', (event) => {
      if (away) throw new DatabaseAway();
      recorded.push(event.opportunityId);
    });
    const slow = await consume('slow', () => new Promise((resolve) => setTimeout(resolve, SESSION_MS + 1500)));
    await new Promise((resolve) => setTimeout(resolve, SESSION_MS + 1500));
    expect(waiting.strategy.problems()).toEqual(['the database is away']);
    expect(slow.strategy.healthy).toBe(true);
    expect(await committed('g')).toBeUndefined();
    away = false;
    await eventually('all are recorded and committed', async () => (await committed('g')) === 20);
    await eventually('the slow batch is committed', async () => (await committed('slow')) === 20);
    expect(recorded.sort()).toEqual(ids.sort());
    expect(waiting.strategy.healthy).toBe(true);
    expect(joins).toBe(2);
  });

  it('finishes and commits the batch in hand when it stops, so that the next one starts behind it', async () => {
    await publish(10);
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let started = 0;
    const first = await consume('g', async () => {
      started += 1;
      await gate;
    });
    await eventually('the batch has begun', () => started === 10);
    const closed = first.app.close();
    await new Promise((resolve) => setTimeout(resolve, 300));
    release();
    await closed;
    expect(await committed('g')).toBe(10);
    const after: string[] = [];
    await consume('g', (event) => void after.push(event.opportunityId));
    const [last] = await publish(1);
    await eventually('the next one works', () => after.length > 0);
    expect(after).toEqual([last]);
  });

  it('stops at once during an outage and leaves the batch to the next one', async () => {
    await publish(10);
    const first = await consume('g', () => {
      throw new DatabaseAway();
    });
    await eventually('the outage is met', () => !first.strategy.healthy);
    await first.app.close();
    expect(await committed('g')).toBeUndefined();
    await consume('g', () => undefined);
    await eventually('all are recorded', () => recordedOffsets().length === 10);
  });
});
