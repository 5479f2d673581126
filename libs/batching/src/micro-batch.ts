/** A piece of work refused because more than the allowed number are waiting. Nothing was done with it. */
export class BatchFullError extends Error {
  constructor(name: string, limit: number, unit = 'items') {
    super(`${name}: ${limit} ${unit} are already waiting`);
    this.name = 'BatchFullError';
  }
}

/** How many items one flush takes and how many may wait for it. */
export interface MicroBatchLimits {
  /** Most items in one flush. */
  maxItems: number;
  /** Most items waiting, beyond which `add` throws {@link BatchFullError}. */
  maxWaiting: number;
  /** How long the first item waits for others, where nobody waits for what becomes of them. Not at all if not given. */
  lingerMs?: number;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Gathers what arrives while an earlier flush is under way and hands it over in one call, one flush after the other. Without `lingerMs` the first item of an idle batch goes at the end
 * of the current turn of the event loop.
 *
 * `flush` gets the items in the order of arrival and answers one result per item, in that order; when it throws, every item of the flush is
 * rejected with that error.
 */
export class MicroBatch<Item, Result = void> {
  private waiting: Waiting<Item, Result>[] = [];
  private flushing = false;
  private scheduled = false;
  private lingering: NodeJS.Timeout | undefined;
  private idle: (() => void)[] = [];

  constructor(
    private readonly name: string,
    private readonly limits: MicroBatchLimits,
    private readonly flush: (items: Item[]) => Promise<Result[]>,
  ) {}

  /** Items that wait for a flush. */
  get size(): number {
    return this.waiting.length;
  }

  /** Resolves with the item's own result once its flush is over. Throws {@link BatchFullError} at once when too many wait. */
  add(item: Item): Promise<Result> {
    if (this.waiting.length >= this.limits.maxWaiting)
      return Promise.reject(new BatchFullError(this.name, this.limits.maxWaiting));
    const result = new Promise<Result>((resolve, reject) => this.waiting.push({ item, resolve, reject }));
    this.schedule();
    return result;
  }

  /** Resolves when nothing waits and nothing is under way. */
  drained(): Promise<void> {
    if (!this.flushing && this.waiting.length === 0) return Promise.resolve();
    if (this.lingering) this.runSoon();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  private schedule(): void {
    if (this.scheduled || this.flushing) return;
    const { lingerMs, maxItems } = this.limits;
    if (lingerMs === undefined || this.waiting.length >= maxItems || this.idle.length > 0) this.runSoon();
    else this.lingering ??= setTimeout(() => this.runSoon(), lingerMs);
  }

  private runSoon(): void {
    clearTimeout(this.lingering);
    this.lingering = undefined;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      void this.run();
    });
  }

  private async run(): Promise<void> {
    if (this.waiting.length === 0 || this.flushing) return;
    const batch = this.waiting.splice(0, this.limits.maxItems);
    this.flushing = true;
    try {
      const results = await this.flush(batch.map((entry) => entry.item));
      batch.forEach((entry, index) => entry.resolve(results[index] as Result));
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    } finally {
      this.flushing = false;
      if (this.waiting.length > 0) this.schedule();
      else for (const resolve of this.idle.splice(0)) resolve();
    }
  }
}
