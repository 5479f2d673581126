import { BatchFullError } from '@lever-certn/batching/micro-batch';
import type { Link, OutgoingMessage, SendFailure } from './broker-link';
import { BrokerUnavailableError, MessageRefusedError } from './broker-unavailable';
import { SILENT } from './kafka-client';
import { SendQueue } from './send-queue';

const message = (text: string, partition = 0): OutgoingMessage => ({
  topic: 't',
  key: 'k',
  value: Buffer.from(text),
  headers: {},
  partition,
});
const textsOf = (messages: readonly OutgoingMessage[]): string[] => messages.map(({ value }) => value!.toString());

/** A broker that answers when and what the spec says. */
class ScriptedLink implements Link {
  readonly sent: string[][] = [];
  resets = 0;
  answer: (messages: readonly OutgoingMessage[]) => Promise<SendFailure | undefined> = () => Promise.resolve(undefined);

  connect(): Promise<void> {
    return Promise.resolve();
  }
  send(messages: readonly OutgoingMessage[]): Promise<SendFailure | undefined> {
    this.sent.push(textsOf(messages));
    return this.answer(messages);
  }
  reset(): void {
    this.resets += 1;
  }
  probe(): Promise<boolean> {
    return Promise.resolve(true);
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('the queue of messages for the broker', () => {
  let link: ScriptedLink;
  let queue: SendQueue;
  const limits = { maxWaitingBytes: 100_000, sendTimeoutMs: 300 };

  beforeEach(() => {
    link = new ScriptedLink();
    queue = new SendQueue(link, limits, SILENT);
  });

  it('sends what arrived together in one request, and what arrives during it in the next', async () => {
    let release = (): void => undefined;
    link.answer = () => new Promise((resolve) => (release = () => resolve(undefined)));
    const first = [queue.add(message('a')), queue.add(message('b'))];
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const second = [queue.add(message('c')), queue.add(message('d'))];
    expect(link.sent).toEqual([['a', 'b']]);
    link.answer = () => Promise.resolve(undefined);
    release();
    await Promise.all([...first, ...second]);
    expect(link.sent).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(queue.waitingBytes).toBe(0);
  });

  it('keeps a request below the size of a record batch, and sends a larger message alone', async () => {
    const roomy = new SendQueue(link, { ...limits, maxWaitingBytes: 10_000_000 }, SILENT);
    const sizes = [500_000, 500_000, 100, 2_000_000, 100];
    await Promise.all(sizes.map((size) => roomy.add(message('x'.repeat(size)))));
    expect(link.sent.map((texts) => texts.map((text) => text.length))).toEqual([[500_000], [500_000, 100], [2_000_000], [100]]);
  });

  it('tries again while the broker is away, and rejects what has waited too long', async () => {
    link.answer = () => Promise.resolve({ kind: 'later', cause: new Error('refused'), silent: false });
    const lost = queue.add(message('lost'));
    await expect(lost).rejects.toThrow(BrokerUnavailableError);
    expect(link.sent.length).toBeGreaterThan(1);
    expect(queue.healthy).toBe(false);
    expect(queue.waitingBytes).toBe(0);
    link.answer = () => Promise.resolve(undefined);
    await queue.add(message('next'));
    expect(queue.healthy).toBe(true);
    expect(link.sent.at(-1)).toEqual(['next']);
  });

  it('rejects in time also what is under way with a broker that never answers', async () => {
    let answer: (failure: SendFailure | undefined) => void = () => undefined;
    link.answer = () => new Promise((resolve) => (answer = resolve));
    const outcomes = Promise.allSettled([queue.add(message('a')), queue.add(message('b'))]);
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(queue.healthy).toBe(false);
    answer({ kind: 'later', cause: new Error('timeout'), silent: true });
    await new Promise((resolve) => setImmediate(resolve));
    expect(link.resets).toBe(1);
  });

  it('lets messages wait longer than that while the broker keeps answering', async () => {
    const slow = new SendQueue(link, { maxWaitingBytes: 10_000_000, sendTimeoutMs: 150 }, SILENT);
    link.answer = () => new Promise((resolve) => setTimeout(() => resolve(undefined), 60));
    const large = 'x'.repeat(700_000);
    const startedAt = Date.now();
    await Promise.all(Array.from({ length: 6 }, () => slow.add(message(large))));
    expect(Date.now() - startedAt).toBeGreaterThan(300);
    expect(link.sent).toHaveLength(6);
  });

  it('does not take an event loop that stood still for a broker that does', async () => {
    link.answer = () => new Promise((resolve) => setTimeout(() => resolve(undefined), 50));
    const waiting = queue.add(message('a'));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const until = Date.now() + 500;
    while (Date.now() < until);
    await expect(waiting).resolves.toBeUndefined();
  });

  it('finds the one bad message by halving, and its neighbours pass once', async () => {
    link.answer = (messages) => {
      const bad = textsOf(messages).includes('bad');
      return Promise.resolve(bad ? { kind: 'refused', cause: new Error('too large') } : undefined);
    };
    const outcomes = await Promise.allSettled(['a', 'b', 'bad', 'c', 'd'].map((text) => queue.add(message(text))));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect((outcomes[2] as PromiseRejectedResult).reason).toBeInstanceOf(MessageRefusedError);
    expect(queue.waitingBytes).toBe(0);
  });

  it('rejects only those that the broker left out', async () => {
    link.answer = (messages) => {
      const refused = new Set(messages.filter(({ partition }) => partition === 99));
      return Promise.resolve(refused.size > 0 ? { kind: 'partly', refused, cause: new Error('no such partition') } : undefined);
    };
    const outcomes = await Promise.allSettled([queue.add(message('a')), queue.add(message('b', 99)), queue.add(message('c'))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(link.sent).toEqual([['a', 'b', 'c']]);
  });

  it('refuses what would wait beyond the limit, and takes more once there is room', async () => {
    const large = message('x'.repeat(60_000));
    const first = queue.add(large);
    await expect(queue.add(large)).rejects.toThrow(BatchFullError);
    await first;
    await queue.add(large);
  });

  it('sends what waits before it is closed, and nothing after', async () => {
    const waiting = queue.add(message('a'));
    await queue.close();
    await waiting;
    expect(link.sent).toEqual([['a']]);
    await expect(queue.add(message('b'))).rejects.toThrow(BrokerUnavailableError);
  });
});
