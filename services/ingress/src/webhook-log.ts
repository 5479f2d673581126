import type { WorkLine, WorkLog } from '@lever-certn/service/work-log';

const SECOND_MS = 1000;
/** Lines a second; at a rate at which nobody reads them the rest is told as counts, since a line costs a tenth of a webhook. */
const MAX_LINES_PER_SECOND = 50;

/** One metric per request and one log line, up to {@link MAX_LINES_PER_SECOND}; beyond, one line a second that counts what was left out. */
export class WebhookLog {
  private lines = 0;
  private readonly leftOut = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly work: Pick<WorkLog, 'settled' | 'counted'>,
    private readonly log: { info(line: object, message: string): void },
  ) {}

  /** Tells of one request that has its answer. */
  settled(line: WorkLine): void {
    this.timer ??= setTimeout(() => this.tell(), SECOND_MS).unref();
    if (this.lines < MAX_LINES_PER_SECOND) {
      this.lines += 1;
      return this.work.settled(line);
    }
    this.work.counted(line);
    const key = `${line.name} ${line.outcome}`;
    this.leftOut.set(key, (this.leftOut.get(key) ?? 0) + 1);
  }

  /** Tells at once what was left out. */
  flush(): void {
    clearTimeout(this.timer);
    this.tell();
  }

  private tell(): void {
    this.timer = undefined;
    this.lines = 0;
    if (this.leftOut.size === 0) return;
    this.log.info({ requests: Object.fromEntries(this.leftOut) }, 'requests beyond those that were told one by one');
    this.leftOut.clear();
  }
}
