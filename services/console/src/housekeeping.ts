/** A job that is done at the start and then again and again. */
export interface Job {
  name: string;
  everyMs: number;
  run(): Promise<unknown>;
}

/** Where it is said that a job failed. */
export interface JobLog {
  warn(line: object, message?: string): void;
}

/** Runs jobs in the background, each never twice at once. A job that fails is tried again at its next time. */
export class Housekeeping {
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly running = new Map<string, Promise<void>>();
  private stopped = false;

  constructor(
    private readonly jobs: readonly Job[],
    private readonly log: JobLog,
  ) {}

  start(): void {
    for (const job of this.jobs) {
      this.begin(job);
      this.timers.push(setInterval(() => this.begin(job), job.everyMs).unref());
    }
  }

  /** Begins no job any more, and waits for those under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.running.values());
  }

  private begin(job: Job): void {
    if (this.stopped || this.running.has(job.name)) return;
    const run = job
      .run()
      .then(
        () => undefined,
        (err: unknown) => this.stopped || this.log.warn({ job: job.name, err }, 'a job failed and is tried again later'),
      )
      .then(() => void this.running.delete(job.name));
    this.running.set(job.name, run);
  }
}
