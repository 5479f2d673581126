import { SILENT } from './kafka-client';

interface Request {
  entry: { correlationId: number; resolve(): void; reject(): void };
  expectResponse: boolean;
  sendRequest(): void;
}

interface RequestQueue {
  push(request: Request): void;
  fulfillRequest(answer: { correlationId: number; payload: null; size: number }): void;
  maybeThrottle(ms: number): void;
  destroy(): void;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- not part of kafkajs' types; `./kafka-client` above has put our own function into it
const Queue = require('kafkajs/src/network/requestQueue/index.js') as new (options: object) => RequestQueue;

describe('requests of a connection', () => {
  let sent: number[];
  let queue: RequestQueue;

  const request = (correlationId: number): Request => ({
    entry: { correlationId, resolve() {}, reject() {} },
    expectResponse: true,
    sendRequest: () => void sent.push(correlationId),
  });
  const answer = (correlationId: number): void => queue.fulfillRequest({ correlationId, payload: null, size: 0 });

  beforeEach(() => {
    jest.useFakeTimers();
    sent = [];
    queue = new Queue({
      maxInFlightRequests: 1,
      requestTimeout: 1000,
      enforceRequestTimeout: false,
      clientId: 'a',
      broker: 'b',
      logger: SILENT,
    });
  });

  afterEach(() => {
    queue.destroy();
    jest.useRealTimers();
  });

  it('are not looked for again and again while none waits', () => {
    queue.push(request(1));
    answer(1);
    expect(sent).toEqual([1]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('go in their order when the one before is answered', () => {
    for (const id of [1, 2, 3]) queue.push(request(id));
    expect(sent).toEqual([1]);
    answer(1);
    answer(2);
    expect(sent).toEqual([1, 2, 3]);
  });

  it('go by themselves when the broker no longer slows us down', () => {
    queue.maybeThrottle(500);
    queue.push(request(1));
    jest.advanceTimersByTime(499);
    expect(sent).toEqual([]);
    jest.advanceTimersByTime(20);
    expect(sent).toEqual([1]);
    answer(1);
    jest.advanceTimersByTime(100);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('are looked for once when that is over, not again and again until then', () => {
    queue.maybeThrottle(500);
    queue.push(request(1));
    jest.advanceTimersToNextTimer();
    expect(sent).toEqual([1]);
  });
});
