import { writeEvent } from '@lever-certn/events/cloud-event';
import { TOPICS, type Topic } from '@lever-certn/events/topics';
import type { KafkaMessage } from 'kafkajs';
import { DeadLetters } from './dead-letters';
import { GiveUp } from './give-up';
import { SILENT } from './kafka-client';
import { MessageWork } from './message-work';
import { PartitionWork, type Patience } from './partition-work';
import type { SettledMessage } from './settled-message';
import { eventually, newKeyring, stageChanged } from './topics.fixture';

class Away extends Error {}

const PATIENCE: Patience = {
  failures: 3,
  retryAfterMs: [20],
  outageRetryMs: [20],
  handlerTimeoutMs: 200,
  finishWithinMs: 100,
  maxParked: 10,
};

const kafkaMessage = (offset: number): KafkaMessage => {
  const { key, value, headers } = writeEvent(TOPICS.stageChanged, stageChanged(`o${offset}`, 't'), {
    id: `e${offset}`,
    source: 'spec',
  });
  return {
    offset: String(offset),
    key: Buffer.from(key),
    value,
    headers,
    timestamp: '0',
    attributes: 0,
  };
};
const messages = (from: number, to: number): KafkaMessage[] =>
  Array.from({ length: to - from }, (_, index) => kafkaMessage(from + index));

describe('the work on one partition', () => {
  let calls: string[];
  let settled: SettledMessage[];
  let outages: number;
  let progress: number;
  let away: boolean;
  let lettersAway: boolean;
  let handle: (opportunityId: string) => Promise<void> | void;
  let partition: PartitionWork;

  beforeEach(() => {
    calls = [];
    settled = [];
    outages = 0;
    progress = 0;
    away = lettersAway = false;
    handle = () => undefined;
    const publish = (): Promise<void> => (lettersAway ? Promise.reject(new Away()) : Promise.resolve());
    const work = new MessageWork(
      {
        topic: TOPICS.stageChanged as unknown as Topic,
        onEvent: async (event) => {
          const { opportunityId } = event as { opportunityId: string };
          calls.push(opportunityId);
          if (away) throw new Away();
          await handle(opportunityId);
        },
      },
      new DeadLetters({ publish }, newKeyring(), 'g'),
      (line) => settled.push(line),
    );
    partition = new PartitionWork(
      work,
      0,
      {
        patience: PATIENCE,
        log: SILENT,
        isOutage: (error) => error instanceof Away,
        outage: () => (outages += 1),
        outageOver: () => undefined,
      },
      () => (progress += 1),
    );
  });

  afterEach(() => partition.leave());

  const outcomes = (): string[] => settled.map(({ offset, outcome }) => `${offset} ${outcome}`);

  it('calls every handler of a batch before it waits for any', async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    handle = () => gate;
    const handled = partition.handle(messages(0, 1000), 1000, new GiveUp());
    await eventually('all are called', () => calls.length === 1000);
    expect(settled).toEqual([]);
    release();
    expect(await handled).toBe(true);
    expect(partition.commitPoint).toBe(1000);
  });

  it('goes on behind a failing message, keeps the commit before it, and tries it again by itself', async () => {
    let failures = 2;
    handle = (id) => {
      if (id === 'o1' && failures-- > 0) throw new RangeError();
    };
    expect(await partition.handle(messages(0, 3), 3, new GiveUp())).toBe(true);
    expect(outcomes()).toEqual(['0 recorded', '2 recorded']);
    expect(partition.commitPoint).toBe(1);
    expect(await partition.handle(messages(3, 5), 5, new GiveUp())).toBe(true);
    expect(partition.commitPoint).toBe(1);
    await eventually('it is recorded', () => progress === 1);
    expect(partition.commitPoint).toBe(5);
    expect(settled.at(-1)).toMatchObject({ offset: '1', outcome: 'recorded', attempt: 3 });
  });

  it('sets a message aside after so many failures when others passed, also those of its own batch', async () => {
    handle = (id) => {
      if (id === 'o0') throw new RangeError();
    };
    await partition.handle(messages(0, 2), 2, new GiveUp());
    await eventually('it is set aside', () => progress === 1);
    expect(outcomes()).toEqual(['1 recorded', '0 dead-letter']);
    expect(settled.at(-1)).toMatchObject({ attempt: 3, reason: 'handler failed 3 times: RangeError', teamId: 't' });
    expect(partition.commitPoint).toBe(2);
  });

  it('sets nothing aside while nothing passes, and does so once something does', async () => {
    let broken = true;
    handle = (id) => {
      if (broken || id === 'o0') throw new RangeError();
    };
    await partition.handle(messages(0, 2), 2, new GiveUp());
    await eventually('they were tried often', () => calls.length > 15);
    expect(settled).toEqual([]);
    broken = false;
    await eventually('both are over', () => progress === 2);
    expect(outcomes().sort()).toEqual(['0 dead-letter', '1 recorded']);
  });

  it('waits out an outage with one message, then handles the rest, and counts nothing against them', async () => {
    away = true;
    const handled = partition.handle(messages(0, 50), 50, new GiveUp());
    await eventually('the outage is met', () => calls.length > 55);
    expect(outages).toBe(1);
    expect(new Set(calls.slice(50)).size).toBe(1);
    expect(partition.commitPoint).toBe(0);
    away = false;
    expect(await handled).toBe(true);
    expect(settled).toHaveLength(50);
    expect(new Set(settled.map(({ attempt }) => attempt))).toEqual(new Set([1]));
  });

  it('waits too when a dead letter cannot be set aside', async () => {
    lettersAway = true;
    const poison = { ...kafkaMessage(0), value: Buffer.from('{') };
    const handled = partition.handle([poison, kafkaMessage(1)], 2, new GiveUp());
    await eventually('the outage is met', () => outages > 0);
    expect(outcomes()).toEqual(['1 recorded']);
    lettersAway = false;
    expect(await handled).toBe(true);
    expect(outcomes()).toEqual(['1 recorded', '0 dead-letter']);
  });

  it('lets go of a batch during an outage at once, and of one whose handlers hang within the time it has', async () => {
    const giveUp = new GiveUp();
    away = true;
    const waiting = partition.handle(messages(0, 2), 2, giveUp);
    await eventually('the outage is met', () => outages > 0);
    giveUp.raise();
    expect(await waiting).toBe(false);

    away = false;
    handle = () => new Promise(() => undefined);
    expect(await partition.handle(messages(0, 2), 2, giveUp)).toBe(false);
    expect(settled).toEqual([]);
    expect(partition.commitPoint).toBe(0);
  });

  it('finishes a batch whose handlers settle soon though it should give up', async () => {
    const giveUp = new GiveUp();
    handle = () => new Promise((resolve) => setTimeout(resolve, 30));
    const handled = partition.handle(messages(0, 2), 2, giveUp);
    giveUp.raise();
    expect(await handled).toBe(true);
    expect(settled).toHaveLength(2);
  });

  it('takes a handler that hangs for one that failed', async () => {
    handle = (id) => (id === 'o0' ? new Promise(() => undefined) : undefined);
    expect(await partition.handle(messages(0, 2), 2, new GiveUp())).toBe(true);
    expect(outcomes()).toEqual(['1 recorded']);
    await eventually('it is set aside', () => progress === 1);
    expect(settled.at(-1)).toMatchObject({
      offset: '0',
      outcome: 'dead-letter',
      reason: 'handler failed 3 times: HandlerTimeoutError',
    });
  });

  it('tries nothing again once the partition is gone', async () => {
    handle = () => {
      throw new RangeError();
    };
    await partition.handle(messages(0, 2), 2, new GiveUp());
    partition.leave();
    const before = calls.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(calls).toHaveLength(before);
    expect(progress).toBe(0);
  });
});
