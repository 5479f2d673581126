import { setTimeout as sleep } from 'node:timers/promises';
import type { Exit } from './guarded-process';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A process that ran this long starts again with the shortest pause. */
const STEADY_MS = 60_000;

/** Something that runs, ends, and can be started again. */
export interface Supervised {
  readonly pid: number;
  readonly exited: Promise<unknown>;
  start(): Promise<void>;
  ready?(): Promise<void>;
}

/** What becomes of a process under supervision. */
export interface SupervisionEvents {
  /** A line for a person. */
  say(line: string): void;
  /** It was started and has a new process id. */
  started(name: string, process: Supervised): void;
  /** It is ready again. */
  recovered(name: string): void;
}

/** Starts processes again that end by themselves, with growing pauses, and says so; until it is told that they are meant to end. */
export class Supervision {
  private readonly stop = new AbortController();

  constructor(private readonly events: SupervisionEvents) {}

  watch(name: string, process: Supervised): void {
    void this.keepAlive(name, process);
  }

  /** From now on whoever ends is meant to. */
  end(): void {
    this.stop.abort();
  }

  private async keepAlive(name: string, process: Supervised): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    let startedAt = Date.now();
    for (;;) {
      const exit = await process.exited;
      if (this.stop.signal.aborted) return;
      pauseMs = Date.now() - startedAt > STEADY_MS ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      this.events.say(`! ${name} has ended (${howItEnded(exit)}); starting it again in ${pauseMs / 1000} s`);
      await sleep(pauseMs, undefined, { signal: this.stop.signal }).catch(() => undefined);
      if (this.stop.signal.aborted) return;
      startedAt = Date.now();
      await this.startAgain(name, process);
    }
  }

  private async startAgain(name: string, process: Supervised): Promise<void> {
    try {
      await process.start();
      this.events.started(name, process);
      await process.ready?.();
      if (this.stop.signal.aborted) return;
      this.events.say(`✓ ${name} runs again`);
      this.events.recovered(name);
    } catch (error) {
      if (!this.stop.signal.aborted) this.events.say(`! ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function howItEnded(exit: unknown): string {
  const { code, signal } = (exit ?? {}) as Partial<Exit>;
  return signal ? `killed by ${signal}` : `exit code ${code ?? 'unknown'}`;
}
