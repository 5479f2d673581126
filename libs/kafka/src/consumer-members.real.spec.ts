import { randomUUID } from 'node:crypto';
import { PARTITIONS, TOPICS } from '@lever-certn/events/topics';
import { startStageConsumer, type StageConsumer } from './consumer.fixture';
import { EventProducer } from './event-producer';
import { eventually, newKeyring, ownTopics, stageChanged, type OwnTopics } from './topics.fixture';

const keyring = newKeyring();

describe('members of a consumer group', () => {
  let topics: OwnTopics;
  let producer: EventProducer;
  const members: StageConsumer[] = [];

  beforeAll(async () => {
    topics = await ownTopics();
    producer = new EventProducer(topics.settings, { source: 'kafka-spec' });
    await producer.connect();
  });

  afterAll(async () => {
    await Promise.all(members.map(({ app }) => app.close()));
    await producer.disconnect();
    await topics.remove();
  });

  it('come and go, 2, 5, 7 and 2 again, and nothing is lost', async () => {
    const recorded = new Map<string, number>();
    const grow = async (to: number): Promise<void> => {
      while (members.length < to) members.push(await startStageConsumer(options(), (event) => count(event.opportunityId)));
    };
    const count = async (id: string): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      recorded.set(id, (recorded.get(id) ?? 0) + 1);
    };
    const options = () => ({
      settings: topics.settings,
      group: 'members',
      producer,
      keyring,
      isOutage: () => false,
      onFatal: (error: Error) => {
        throw error;
      },
    });
    const evenly = (): Promise<void> =>
      eventually(`${members.length} share the partitions`, () => {
        const shares = members.map(({ strategy }) => strategy.assigned);
        return shares.reduce((sum, share) => sum + share, 0) === PARTITIONS && Math.max(...shares) - Math.min(...shares) <= 1;
      });

    const sent: string[] = [];
    const pending: Promise<void>[] = [];
    const publisher = setInterval(() => {
      for (let index = 0; index < 20; index += 1) {
        const id = randomUUID();
        sent.push(id);
        pending.push(producer.publish(TOPICS.stageChanged, stageChanged(id), { id }));
      }
    }, 25);
    for (const size of [2, 5, 7]) {
      await grow(size);
      await evenly();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    while (members.length > 2) await members.pop()!.app.close();
    await evenly();
    clearInterval(publisher);
    await Promise.all(pending);

    await eventually('all are recorded', () => recorded.size === sent.length);
    expect(sent.filter((id) => !recorded.has(id))).toEqual([]);
    // What is read twice is what was recorded and not yet committed when the partitions went elsewhere.
    expect([...recorded.values()].filter((times) => times > 1).length).toBeLessThan(sent.length / 2);
  });
});
