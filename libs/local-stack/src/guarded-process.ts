import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { waitUntil } from './wait-until';

/** What ends a guarded process. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** How to start one. Standard output and errors go to the log file, straight from the process, so that it outlives us without a broken pipe. */
export interface Launch {
  command: string;
  args: readonly string[];
  logFile: string;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

/** A log file larger than this is moved aside (`.1`) when its process starts. */
const MAX_LOG_BYTES = 20 * 1024 * 1024;
const STANDS_STILL_WITHIN_MS = 5_000;
const LIVE = new Set<GuardedProcess>();

/**
 * Reads until its standard input ends, which happens when the process that holds the other end is gone, however that went; then ends the
 * process it guards: politely, and after 5 s for sure.
 */
const GUARD = `read _; kill -TERM "$0" 2>/dev/null || exit 0
n=0; while [ $n -lt 50 ]; do kill -0 "$0" 2>/dev/null || exit 0; n=$((n+1)); sleep 0.1; done
kill -KILL "$0" 2>/dev/null`;

/**
 * A child process in a group of its own (a Ctrl-C in the terminal does not reach it) that ends with us even if we are killed: a sleeping shell
 * watches over it.
 */
export class GuardedProcess {
  readonly pid: number;
  /** Resolves when the process has ended. Never rejects. */
  readonly exited: Promise<Exit>;
  #running = true;

  constructor(
    private readonly child: ChildProcess,
    private readonly guard: ChildProcess | undefined,
    exited: Promise<Exit>,
  ) {
    this.pid = child.pid!;
    LIVE.add(this);
    this.exited = exited.then((exit) => {
      this.#running = false;
      LIVE.delete(this);
      guard?.kill('SIGKILL');
      return exit;
    });
  }

  get running(): boolean {
    return this.#running;
  }

  /** Asks it to end; after `graceMs` it is killed. Resolves when it has ended. */
  async stop(graceMs = 10_000): Promise<Exit> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    const exit = await this.exited;
    clearTimeout(timer);
    return exit;
  }

  /** Like a crash of the machine: `kill -9`. Resolves when it has ended. */
  kill(): Promise<Exit> {
    this.signal('SIGKILL');
    return this.exited;
  }

  /** Stops it in its tracks until `thaw`, as a long pause of the machine would. Resolves when it stands still: the signal takes a moment to get there. */
  async freeze(): Promise<void> {
    this.signal('SIGSTOP');
    if (process.platform !== 'linux') return;
    await waitUntil(
      `process ${this.pid} stands still`,
      STANDS_STILL_WITHIN_MS,
      () => threadStates(this.pid).every((state) => state === 'T'),
      () => this.#running,
    );
  }

  thaw(): void {
    this.signal('SIGCONT');
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.#running) this.child.kill(signal);
  }
}

/** Starts a process. Throws if the command cannot be started at all; that it ended at once is told by `exited`. */
export async function launch({ command, args, logFile, env, cwd }: Launch): Promise<GuardedProcess> {
  fs.mkdirSync(path.dirname(logFile), { recursive: true });
  if (fs.existsSync(logFile) && fs.statSync(logFile).size > MAX_LOG_BYTES) fs.renameSync(logFile, `${logFile}.1`);
  const log = fs.openSync(logFile, 'a');
  try {
    const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ['ignore', log, log], detached: true });
    const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    return new GuardedProcess(child, watchOver(child.pid!), exited);
  } finally {
    fs.closeSync(log);
  }
}

/** Kills every process started here that still runs, at once and without waiting: the last thing to do before exiting in a hurry. */
export function killAll(): void {
  for (const guarded of LIVE) void guarded.kill();
}

/** One letter for each thread, from `/proc`: T is stopped. A thread that ends meanwhile is left out. */
function threadStates(pid: number): string[] {
  const folder = `/proc/${pid}/task`;
  return fs.readdirSync(folder).flatMap((thread) => {
    try {
      return /\) (.) /.exec(fs.readFileSync(`${folder}/${thread}/stat`, 'utf8'))?.[1] ?? [];
    } catch {
      return [];
    }
  });
}

function watchOver(pid: number): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const guard = spawn('/bin/sh', ['-c', GUARD, String(pid)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.once('error', () => undefined);
  guard.stdin.once('error', () => undefined);
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard;
}
