import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLine, isAlive } from './running-processes';
import type { StackFolder } from './stack-folder';

const FILE = 'run.json';
const STOPPING_GRACE_MS = 30_000;
const RUNNING_GRACE_MS = 3_000;
const ORPHAN_GRACE_MS = 8_000;
const POLL_MS = 100;

/** A process of a run, by which a later run can tell that the id is still its own: `mark` is a part of its command line. */
export interface RecordedProcess {
  name: string;
  pid: number;
  mark: string;
}

interface RunRecord {
  launcher: RecordedProcess;
  stopping: boolean;
  processes: RecordedProcess[];
}

/** The stack of this folder is running already. */
export class AlreadyRunningError extends Error {
  constructor(folder: string, pid: number) {
    super(
      `A stack runs in ${folder} already (process ${pid}). Stop it with Ctrl-C there, or start another one beside it:\n  STACK_DIR=.local/second npm start`,
    );
    this.name = 'AlreadyRunningError';
  }
}

/** Our claim on a stack's folder: who we are and what we have started, for a run that comes after we were killed. */
export class Run {
  private readonly record: RunRecord;

  private constructor(private readonly folder: StackFolder) {
    const launcher = { name: 'launcher', pid: process.pid, mark: commandLine(process.pid) ?? 'node' };
    this.record = { launcher, stopping: false, processes: [] };
  }

  /**
   * Claims the folder for this process. What a killed run left behind is ended first, each process only if it still is the one it was; a run
   * that is just stopping is waited for. @throws AlreadyRunningError
   */
  static async claim(folder: StackFolder, say: (line: string) => void): Promise<Run> {
    const run = new Run(folder);
    for (;;) {
      if (run.writeIfFree()) return run;
      await makeFree(folder, say);
    }
  }

  /** To be called at once after a process was started. */
  started(started: RecordedProcess): void {
    const others = this.record.processes.filter((process) => process.name !== started.name);
    this.record.processes = [...others, started];
    this.folder.write(FILE, this.record);
  }

  stopping(): void {
    this.record.stopping = true;
    this.folder.write(FILE, this.record);
  }

  /** Everything has ended. */
  release(): void {
    fs.rmSync(this.folder.file(FILE), { force: true });
  }

  private writeIfFree(): boolean {
    try {
      fs.writeFileSync(this.folder.file(FILE), JSON.stringify(this.record), { flag: 'wx', mode: 0o600 });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }
}

async function makeFree(folder: StackFolder, say: (line: string) => void): Promise<void> {
  const earlier = readRecord(folder);
  if (earlier) {
    await waitForLauncher(folder, earlier);
    const orphans = earlier.processes.filter(isStillItself);
    if (orphans.length > 0) {
      say(`An earlier run was killed; ending what it left: ${orphans.map(({ name }) => name).join(', ')}`);
      await Promise.all(orphans.map(endOrphan));
    }
  }
  // Of two that find the same left-over, the rename lets one win.
  const aside = folder.file(`${FILE}.${process.pid}`);
  try {
    fs.renameSync(folder.file(FILE), aside);
    fs.rmSync(aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** One that was being written when the machine went off tells nothing. */
function readRecord(folder: StackFolder): RunRecord | undefined {
  try {
    return folder.read<RunRecord>(FILE);
  } catch {
    return undefined;
  }
}

async function waitForLauncher(folder: StackFolder, earlier: RunRecord): Promise<void> {
  const startedAt = Date.now();
  while (isStillItself(earlier.launcher)) {
    const graceMs = readRecord(folder)?.stopping ? STOPPING_GRACE_MS : RUNNING_GRACE_MS;
    if (Date.now() - startedAt > graceMs) throw new AlreadyRunningError(folder.path, earlier.launcher.pid);
    await sleep(POLL_MS);
  }
}

/** The id may by now belong to another program. */
function isStillItself({ pid, mark }: RecordedProcess): boolean {
  return isAlive(pid) && (commandLine(pid)?.includes(mark) ?? false);
}

/** Politely first: a database that is killed has to recover. */
async function endOrphan(orphan: RecordedProcess): Promise<void> {
  const end = Date.now() + ORPHAN_GRACE_MS;
  signal(orphan, 'SIGCONT');
  signal(orphan, 'SIGTERM');
  while (isStillItself(orphan)) {
    if (Date.now() > end) signal(orphan, 'SIGKILL');
    await sleep(POLL_MS);
  }
}

function signal({ pid }: RecordedProcess, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone in the meantime.
  }
}
