import { of, throwError } from 'rxjs';
import type { DeadLetter } from '@lever-certn/events/dead-letter';
import { writeEvent } from '@lever-certn/events/cloud-event';
import { TOPICS, type Topic } from '@lever-certn/events/topics';
import type { KafkaMessage } from 'kafkajs';
import { followContexts } from './trace-follower.fixture';
import { DeadLetters } from './dead-letters';
import { MessageWork, nameOf, Piece, type EventHandler } from './message-work';
import type { ReceivedEvent } from './received-event';
import type { SettledMessage } from './settled-message';
import { newKeyring, stageChanged } from './topics.fixture';
import { activeTraceparent } from './trace-context';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const SETTINGS = TOPICS.teamSettings as unknown as Topic;

function kafkaMessage(
  offset: string,
  value: Buffer | null,
  headers: Record<string, string> = {},
  key: Buffer | null = Buffer.from('k'),
): KafkaMessage {
  return { offset, value, headers, key, timestamp: '0', attributes: 0 };
}

describe('the work with one message', () => {
  let settled: SettledMessage[];
  let letters: DeadLetter[];
  const keyring = newKeyring();

  beforeAll(followContexts);

  beforeEach(() => {
    settled = [];
    letters = [];
  });

  function work(topic: Topic, onEvent: EventHandler, onTombstone?: EventHandler): MessageWork {
    const publish = (_: unknown, letter: object): Promise<void> => {
      letters.push(letter as DeadLetter);
      return Promise.resolve();
    };
    const deadLetters = new DeadLetters({ publish: publish }, keyring, 'g');
    return new MessageWork({ topic, onEvent, ...(onTombstone ? { onTombstone } : {}) }, deadLetters, (line) =>
      settled.push(line),
    );
  }

  const written = (traceparent?: string): Piece => {
    const { value, headers } = writeEvent(TOPICS.stageChanged, stageChanged('o1', 't1'), {
      id: 'e1',
      source: 'spec',
      ...(traceparent ? { traceparent } : {}),
    });
    return new Piece(kafkaMessage('7', value, headers));
  };
  const stage = TOPICS.stageChanged as unknown as Topic;
  const never: EventHandler = () => Promise.reject(new Error('not to be called'));

  it('hands the event over with where it came from, and tells of it once', async () => {
    const got: [object, ReceivedEvent][] = [];
    await work(stage, (event, context) => Promise.resolve(got.push([event, context]))).attempt(written(), 3);
    expect(got).toMatchObject([
      [
        { teamId: 't1', opportunityId: 'o1' },
        { topic: 'stage-changed', partition: 3, offset: '7', context: { id: 'e1', source: 'spec' } },
      ],
    ]);
    expect(settled).toMatchObject([
      {
        unit: 'message',
        name: 'stage-changed',
        topic: 'stage-changed',
        partition: 3,
        offset: '7',
        outcome: 'recorded',
        attempt: 1,
        teamId: 't1',
        opportunityId: 'o1',
      },
    ]);
    expect(settled[0]!.durationMs).toBeGreaterThanOrEqual(0);
  });

  it('makes the span that the message names the active one, over awaits too, and none where it names none', async () => {
    const seen: (string | undefined)[] = [];
    const look: EventHandler = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(activeTraceparent());
    };
    await work(stage, look).attempt(written(TRACEPARENT), 0);
    await work(stage, look).attempt(written('nonsense'), 0);
    await work(stage, look).attempt(written(), 0);
    expect(seen).toEqual([TRACEPARENT, undefined, undefined]);
  });

  it('waits for a handler that answers with an observable, and takes its error for the handler’s', async () => {
    await work(stage, () => Promise.resolve(of(1))).attempt(written(), 0);
    expect(settled).toHaveLength(1);
    const failing = work(stage, () => Promise.resolve(throwError(() => new RangeError('x'))));
    await expect(failing.attempt(written(), 0)).rejects.toThrow(RangeError);
    expect(settled).toHaveLength(1);
    expect(failing.passes).toBe(0);
  });

  it('skips a tombstone nobody asked for, and hands it to a handler that did', async () => {
    await work(SETTINGS, never).attempt(new Piece(kafkaMessage('1', null, {}, Buffer.from('t9'))), 0);
    expect(settled).toMatchObject([{ outcome: 'skipped', reason: 'tombstone' }]);
    const got: object[] = [];
    await work(SETTINGS, never, (event) => Promise.resolve(got.push(event))).attempt(
      new Piece(kafkaMessage('1', null, {}, Buffer.from('t9'))),
      0,
    );
    expect(got).toEqual([{ key: 't9' }]);
    expect(settled[1]).toMatchObject({ outcome: 'recorded' });
  });

  it('does not set a dead letter aside again: it is dropped, and that is told', async () => {
    const dead = TOPICS.deadLetters as unknown as Topic;
    await work(dead, never).attempt(new Piece(kafkaMessage('1', Buffer.from('{'))), 0);
    expect(letters).toEqual([]);
    expect(settled).toMatchObject([{ outcome: 'dropped' }]);
  });

  it('keeps only the coordinates of what is too large in key or headers', async () => {
    const large = 'x'.repeat(70_000);
    await work(stage, never).attempt(new Piece(kafkaMessage('1', Buffer.from('{'), { large })), 5);
    await work(stage, never).attempt(new Piece(kafkaMessage('2', Buffer.from('{'), {}, Buffer.from(large))), 5);
    for (const letter of letters) {
      const { original, originalHeaders, originalKey, ...coordinates } = letter;
      expect([original, originalHeaders, originalKey]).toEqual([undefined, undefined, undefined]);
      expect(coordinates).toMatchObject({ topic: 'stage-changed', partition: 5, reason: 'missing header ce_type', attempts: 1 });
      expect(() => writeEvent(TOPICS.deadLetters, letter, { id: 'd', source: 'spec' })).not.toThrow();
    }
    expect(letters).toHaveLength(2);
  });

  it('says of an error its name and code, never its words', () => {
    const error = Object.assign(new TypeError('jane@example.com'), { code: 'ER_DUP_ENTRY' });
    expect(nameOf(error)).toBe('TypeError ER_DUP_ENTRY');
    expect(nameOf(Object.assign(new Error('x'), { code: 'jane@example.com' }))).toBe('Error');
    expect(nameOf('jane')).toBe('not an error');
  });
});
