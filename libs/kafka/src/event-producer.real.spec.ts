import { randomUUID } from 'node:crypto';
import { BatchFullError } from '@lever-certn/batching/micro-batch';
import { InvalidEventError } from '@lever-certn/events/cloud-event';
import { partitionOf } from '@lever-certn/events/identity.rules';
import { PARTITIONS, TOPICS } from '@lever-certn/events/topics';
import { EventProducer, MessageRefusedError } from './event-producer';
import { readAll, readContexts } from './read-all.fixture';
import { inTrace } from './trace-context';
import { followContexts } from './trace-follower.fixture';
import { ownTopics, stageChanged, type OwnTopics } from './topics.fixture';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const STAGE = TOPICS.stageChanged.name;

describe('the event producer on a real broker', () => {
  let topics: OwnTopics;
  let producer: EventProducer;

  beforeEach(async () => {
    topics = await ownTopics();
    producer = new EventProducer(topics.settings, { source: 'kafka-spec' });
    await producer.connect();
  });

  afterEach(async () => {
    await producer.disconnect();
    await topics.remove();
  });

  const messagesOf = async (partition: number): Promise<number> => {
    const offsets = await topics.admin.fetchTopicOffsets(topics.settings.topicPrefix + STAGE);
    return Number(offsets.find((entry) => entry.partition === partition)!.high);
  };

  it('writes every event once, all of a team on its partition, in the order of publishing', async () => {
    const teams = ['a', 'b', 'c'];
    const events = Array.from({ length: 3000 }, (_, index) =>
      stageChanged(`o-${String(index).padStart(4, '0')}`, teams[index % 3]),
    );
    await Promise.all(events.map((event) => producer.publish(TOPICS.stageChanged, event, { id: event.opportunityId })));
    const read = await readAll(topics.settings, TOPICS.stageChanged);
    expect(read).toHaveLength(3000);
    for (const team of teams) {
      const ids = read.filter(({ teamId }) => teamId === team).map(({ opportunityId }) => opportunityId);
      expect(ids).toEqual([...ids].sort());
      expect(await messagesOf(partitionOf(team, PARTITIONS))).toBeGreaterThanOrEqual(1000);
    }
  });

  it('refuses one message that is too large and one without a partition, and their neighbours pass', async () => {
    const raw = (value: Buffer, partition: number): Promise<void> =>
      producer.publishRaw(STAGE, { key: 'k', value, headers: {}, partition });
    const outcomes = await Promise.allSettled([
      raw(Buffer.from('one'), 0),
      raw(Buffer.alloc(1_100_000), 0),
      raw(Buffer.from('two'), 0),
      raw(Buffer.from('three'), PARTITIONS),
      raw(Buffer.from('four'), 1),
      producer.publishRaw('no-such-topic', { key: 'k', value: Buffer.from('five'), headers: {}, partition: 0 }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
    ]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(MessageRefusedError);
    expect(await messagesOf(0)).toBe(2);
    expect(await messagesOf(1)).toBe(1);
    expect(producer.healthy).toBe(true);
  });

  it('rejects an event that breaks its schema, and what would wait beyond the limit', async () => {
    await expect(producer.publish(TOPICS.stageChanged, stageChanged(''), { id: 'e' })).rejects.toThrow(InvalidEventError);
    const small = new EventProducer(topics.settings, { source: 'kafka-spec', maxWaitingBytes: 2000 });
    await small.connect();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => small.publish(TOPICS.stageChanged, stageChanged(), { id: randomUUID() })),
    );
    const full = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as unknown);
    expect(full.length).toBeGreaterThan(0);
    expect(full.length).toBeLessThan(10);
    for (const error of full) expect(error).toBeInstanceOf(BatchFullError);
    expect(small.waitingBytes).toBe(0);
    await small.disconnect();
  });

  it('sends what waits before it leaves, and takes nothing after', async () => {
    const published = producer.publish(TOPICS.stageChanged, stageChanged('last', 'a'), { id: 'last' });
    await producer.disconnect();
    await published;
    expect((await readAll(topics.settings, TOPICS.stageChanged)).map(({ opportunityId }) => opportunityId)).toEqual(['last']);
    await expect(producer.publish(TOPICS.stageChanged, stageChanged(), { id: 'late' })).rejects.toThrow('closed');
  });

  it('names the active span as the parent, unless it is told another', async () => {
    followContexts();
    const other = TRACEPARENT.replace('-b7', '-c8');
    await inTrace(TRACEPARENT, () =>
      Promise.all([
        producer.publish(TOPICS.stageChanged, stageChanged('a', 'team'), { id: 'a' }),
        producer.publish(TOPICS.stageChanged, stageChanged('b', 'team'), { id: 'b', traceparent: other }),
      ]),
    );
    await producer.publish(TOPICS.stageChanged, stageChanged('c', 'team'), { id: 'c' });
    const contexts = await readContexts(topics.settings, TOPICS.stageChanged);
    expect(contexts.map(({ id, source, traceparent }) => [id, source, traceparent])).toEqual([
      ['a', 'kafka-spec', TRACEPARENT],
      ['b', 'kafka-spec', other],
      ['c', 'kafka-spec', undefined],
    ]);
  });

  it('says that no broker answered', async () => {
    const lost = new EventProducer(
      { ...topics.settings, brokers: ['127.0.0.1:1'] },
      { source: 'kafka-spec', connectTimeoutMs: 300 },
    );
    await expect(lost.connect()).rejects.toThrow('no broker of 127.0.0.1:1 answered within 300 ms');
    await lost.disconnect();
  });
});
