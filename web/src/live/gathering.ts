/** How long the first of a burst waits for others, and how often a burst is passed on at most. */
export interface GatheringTimes {
  quickMs: number;
  everyMs: number;
}

const TIMES: GatheringTimes = { quickMs: 100, everyMs: 1000 };

/** Gathers what comes in bursts: what comes after a rest goes on nearly at once, a flood once a second. */
export class Gathering<Item> {
  private waiting: Item | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private passedAtMs = -Infinity;

  constructor(
    private readonly both: (a: Item, b: Item) => Item,
    private readonly pass: (item: Item) => void,
    private readonly times: GatheringTimes = TIMES,
  ) {}

  add(item: Item): void {
    this.waiting = this.waiting === undefined ? item : this.both(this.waiting, item);
    this.timer ??= setTimeout(
      () => this.flush(),
      Math.max(this.times.quickMs, this.passedAtMs + this.times.everyMs - performance.now()),
    );
  }

  /** Forgets what waits. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting = undefined;
  }

  private flush(): void {
    const item = this.waiting;
    this.stop();
    this.passedAtMs = performance.now();
    if (item !== undefined) this.pass(item);
  }
}
