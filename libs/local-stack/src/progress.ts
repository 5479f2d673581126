import type { Log } from './jars';

/** Where lines for a person go. */
export interface Screen {
  write(text: string): void;
  isTTY?: boolean;
}

const SILENT_MS = 1000;
const REPEAT_MS = 5000;
const TICK_MS = 250;

/** Says what is being done, for everything that takes longer than a second: in place on a terminal, as a line now and then elsewhere. */
export class Progress {
  /** What stands on the terminal's last line and will be written over. */
  private shown = 0;

  constructor(private readonly screen: Screen = terminal()) {}

  /** One line that stays. */
  line(text = ''): void {
    this.screen.write(`${this.erased()}${text}\n`);
  }

  /** Does something and says so while it takes longer than a second; with how long it took at its end. `work` may say details. */
  async step<T>(title: string, work: (detail: Log) => Promise<T>): Promise<T> {
    const startedAt = Date.now();
    let detail = '';
    let saidAt = startedAt - REPEAT_MS + SILENT_MS;
    const timer = setInterval(() => {
      if (Date.now() - startedAt < SILENT_MS) return;
      const text = `… ${title}${detail && `: ${detail}`} (${seconds(startedAt)})`;
      if (this.screen.isTTY) this.overwrite(text);
      else if (Date.now() - saidAt >= REPEAT_MS) {
        saidAt = Date.now();
        this.line(text);
      }
    }, TICK_MS);
    try {
      const result = await work((words) => (detail = words));
      this.line(`✓ ${title} (${seconds(startedAt)})`);
      return result;
    } catch (error) {
      this.line(`✗ ${title} (${seconds(startedAt)})`);
      throw error;
    } finally {
      clearInterval(timer);
    }
  }

  private overwrite(text: string): void {
    const cut = text.slice(0, 118);
    this.screen.write(`${this.erased()}${cut}`);
    this.shown = cut.length;
  }

  private erased(): string {
    const erase = this.shown > 0 ? `\r${' '.repeat(this.shown)}\r` : '';
    this.shown = 0;
    return erase;
  }
}

/** A terminal that was closed meanwhile must not end us before we have ended the others. */
function terminal(): Screen {
  process.stdout.on('error', () => undefined);
  return process.stdout;
}

function seconds(sinceMs: number): string {
  return `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;
}
