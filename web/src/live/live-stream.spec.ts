import { LiveStream, type EventSourceLike } from './live-stream';

class FakeSource implements EventSourceLike {
  readyState = 0;
  onopen: EventSourceLike['onopen'] = null;
  onerror: EventSourceLike['onerror'] = null;
  private readonly listeners = new Map<string, (event: MessageEvent<string>) => void>();

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(type, listener);
  }

  close(): void {
    this.readyState = 2;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.({} as Event);
  }

  fail(readyState: 0 | 2): void {
    this.readyState = readyState;
    this.onerror?.({} as Event);
  }

  say(type: string, data: unknown = {}): void {
    this.listeners.get(type)?.({ data: JSON.stringify(data) } as MessageEvent<string>);
  }
}

let sources: FakeSource[];
let told: string[];
let stream: LiveStream;

beforeEach(() => {
  jest.useFakeTimers();
  sources = [];
  told = [];
  stream = new LiveStream(
    '/events',
    {
      changed: ({ what }) => told.push(`changed ${what.join()}`),
      reload: () => told.push('reload'),
      over: () => told.push('over'),
      state: (state) => told.push(state),
    },
    {
      open: () => {
        sources.push(new FakeSource());
        return sources.at(-1)!;
      },
      silentMs: 40_000,
      retriesMs: [1000, 5000],
    },
  );
});
afterEach(() => {
  stream.stop();
  jest.useRealTimers();
});

test('a page that opens is live, hears changes, and reads nothing twice', () => {
  stream.start();
  stream.start();
  sources[0]!.open();
  sources[0]!.say('changed', { what: ['candidates'], opportunityIds: [] });
  expect(sources).toHaveLength(1);
  expect(told).toEqual(['connecting', 'live', 'changed candidates']);
});

test('a short loss is mended by the browser, and the server tells what was missed: nothing else is read', () => {
  stream.start();
  sources[0]!.open();
  sources[0]!.fail(0);
  sources[0]!.open();
  expect(told).toEqual(['connecting', 'live', 'away', 'live']);
});

test('a loss that took longer than the server tells again has everything read again, though the browser mended it', () => {
  stream.start();
  sources[0]!.open();
  sources[0]!.fail(0);
  jest.advanceTimersByTime(5001);
  sources[0]!.open();
  expect(told).toEqual(['connecting', 'live', 'away', 'live', 'reload']);
});

test('so has a first connection that came late', () => {
  stream.start();
  sources[0]!.fail(2);
  jest.advanceTimersByTime(1000);
  sources[1]!.fail(2);
  jest.advanceTimersByTime(5000);
  sources[2]!.open();
  expect(told.slice(-2)).toEqual(['live', 'reload']);
});

test('a refusal is tried again later and later, and then everything is read again', () => {
  stream.start();
  sources[0]!.open();
  sources[0]!.fail(2);
  jest.advanceTimersByTime(999);
  expect(sources).toHaveLength(1);
  jest.advanceTimersByTime(1);
  sources[1]!.fail(2);
  jest.advanceTimersByTime(4999);
  expect(sources).toHaveLength(2);
  jest.advanceTimersByTime(1);
  sources[2]!.open();
  expect(told.slice(-2)).toEqual(['live', 'reload']);
  sources[2]!.fail(0);
  sources[2]!.open();
  expect(told.filter((word) => word === 'reload')).toHaveLength(1);
});

test('a connection that says nothing is given up; beats keep it', () => {
  stream.start();
  sources[0]!.open();
  jest.advanceTimersByTime(39_000);
  sources[0]!.say('beat');
  jest.advanceTimersByTime(39_000);
  expect(sources).toHaveLength(1);
  jest.advanceTimersByTime(1000);
  expect([sources.length, sources[0]!.readyState, told.at(-1)]).toEqual([2, 2, 'away']);
  sources[0]!.say('changed', { what: ['team'], opportunityIds: [] });
  expect(told.at(-1)).toBe('away');
});

test('the end of a session is told, and the stream let go', () => {
  stream.start();
  sources[0]!.open();
  sources[0]!.say('over');
  expect([told.at(-1), sources[0]!.readyState]).toEqual(['over', 2]);
});

test('who stops hears nothing any more; who starts again reads everything', () => {
  stream.start();
  sources[0]!.open();
  stream.stop();
  jest.advanceTimersByTime(100_000);
  expect(sources).toHaveLength(1);
  stream.start();
  sources[1]!.open();
  expect(told).toEqual(['connecting', 'live', 'away', 'live', 'reload']);
});
