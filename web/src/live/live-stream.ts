import type { TeamChangeAnswer } from '../api/schema';

/** Whether what the page shows is live. */
export type LiveState = 'connecting' | 'live' | 'away';

/** What a stream tells. */
export interface LiveListener {
  changed(change: TeamChangeAnswer): void;
  /** Anything may have changed. */
  reload(): void;
  /** The session, the role or the team has ended. */
  over(): void;
  state(state: LiveState): void;
}

/** What of `EventSource` is used. */
export interface EventSourceLike {
  readonly readyState: number;
  onopen: ((event: Event) => void) | null;
  onerror: ((event: Event) => void) | null;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

/** How a stream is kept. */
export interface StreamOptions {
  open: (url: string) => EventSourceLike;
  /** A connection that says nothing for longer is no connection. The server says something every 15 s. */
  silentMs: number;
  /** Waits between tries of one's own; the last one stays. */
  retriesMs: readonly number[];
}

const CLOSED = 2;
/** The server tells who comes of the last ten seconds; whoever heard nothing for nearly as long reads everything again. */
const TOLD_AGAIN_MS = 5000;
const OPTIONS: StreamOptions = {
  open: (url) => new EventSource(url),
  silentMs: 40_000,
  retriesMs: [1000, 2000, 5000, 10_000],
};

/**
 * Follows what changes of a team. The browser comes again by itself after a short loss; where it gives up (a refusal, a silent connection) a new stream is opened after a
 * while. Who connects after having heard nothing for longer than the server tells again may have missed something, and reads everything again.
 */
export class LiveStream {
  private source: EventSourceLike | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private tries = 0;
  private isFirst = true;
  /** When anything was heard last; before that, when the page began to follow. */
  private heardAtMs: number | undefined;

  constructor(
    private readonly url: string,
    private readonly listener: LiveListener,
    private readonly options: StreamOptions = OPTIONS,
  ) {}

  /** Connects, unless it is connected. */
  start(): void {
    if (this.source) return;
    this.clearTimer();
    this.heardAtMs ??= performance.now();
    const source = this.options.open(this.url);
    this.source = source;
    this.listener.state(this.isFirst ? 'connecting' : 'away');
    this.expectNews();
    const heard = (then?: (event: MessageEvent<string>) => void) => (event: MessageEvent<string>) => {
      if (this.source !== source) return;
      this.heardAtMs = performance.now();
      this.expectNews();
      then?.(event);
    };
    source.onopen = () => this.source === source && this.opened();
    source.onerror = () => this.source === source && this.lost(source);
    source.addEventListener('beat', heard());
    source.addEventListener(
      'changed',
      heard(({ data }) => this.listener.changed(JSON.parse(data) as TeamChangeAnswer)),
    );
    source.addEventListener(
      'reload',
      heard(() => this.listener.reload()),
    );
    source.addEventListener(
      'over',
      heard(() => {
        this.startLater();
        this.listener.over();
      }),
    );
  }

  /** Lets go; `start` connects again, and then says that everything is to be read again. */
  stop(): void {
    this.letGo();
    this.tries = 0;
  }

  private opened(): void {
    this.tries = 0;
    this.expectNews();
    this.listener.state('live');
    if (performance.now() - this.heardAtMs! > TOLD_AGAIN_MS) this.listener.reload();
    this.heardAtMs = performance.now();
    this.isFirst = false;
  }

  private lost(source: EventSourceLike): void {
    this.listener.state('away');
    if (source.readyState === CLOSED) this.startLater();
  }

  private startLater(): void {
    const { retriesMs } = this.options;
    const waitMs = retriesMs[Math.min(this.tries, retriesMs.length - 1)]!;
    this.letGo();
    this.tries += 1;
    this.timer = setTimeout(() => this.start(), waitMs);
  }

  /** Begins to wait for the next sign of life. */
  private expectNews(): void {
    this.clearTimer();
    this.timer = setTimeout(() => {
      this.letGo();
      this.listener.state('away');
      this.start();
    }, this.options.silentMs);
  }

  private letGo(): void {
    this.clearTimer();
    this.source?.close();
    this.source = undefined;
  }

  private clearTimer(): void {
    clearTimeout(this.timer);
  }
}
