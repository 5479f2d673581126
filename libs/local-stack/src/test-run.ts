import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EXIT_OF } from './end-once';
import { repositoryRoot, sharedFolder } from './folders';
import type { Progress } from './progress';
import { runOnce } from './run-once';
import { isAlive } from './running-processes';
import { startTestServers, type TestServers } from './test-servers';

const FOLDER_PREFIX = 'lever-certn-test-';
const JEST_GRACE_MS = 5000;
const LARGEST_WORKER = '800MB';
const BLACK_BOX = ['e2e', 'browser'];
const FROM_SOURCE = ['unit', 'real', 'stack'];
/** Nx says last which builds failed, and before that why. */
const MAX_BUILD_LINES = 60;

/** What Jest counted. */
export interface Counts {
  passed: number;
  failed: number;
}

/** One call of Jest. */
interface Part {
  projects: string[];
  workers: number;
}

/**
 * The projects one after the other, so that specs which measure a whole system, or start many processes at once (`stack`), do not share the processors with
 * others. Two workers at most where a spec brings processes of its own.
 */
const PARTS: readonly Part[] = [
  { projects: ['unit'], workers: Math.max(1, os.availableParallelism()) },
  { projects: ['real'], workers: Math.min(2, os.availableParallelism()) },
  { projects: ['stack'], workers: 1 },
  { projects: ['e2e'], workers: 1 },
  { projects: ['browser'], workers: 1 },
];

/** All specs against real servers, in a temporary folder that is gone afterwards. */
export class TestRun {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), `${FOLDER_PREFIX}${process.pid}-`));
  private servers?: TestServers;
  private jest?: ChildProcess;
  private readonly ending = new AbortController();
  private readonly total: Counts = { passed: 0, failed: 0 };

  constructor(private readonly progress: Progress) {
    process.once('exit', () => fs.rmSync(this.folder, { recursive: true, force: true }));
  }

  /** Answers Jest's exit code: of the first part that failed, else 0. Tests that `args` leave out count as passed by. @throws PrerequisitesError */
  async run(args: string[]): Promise<number> {
    try {
      this.servers = await startTestServers(this.folder, process.env, this.progress);
      const built = this.progress.step('build', () => build(this.ending.signal));
      await built.catch((error: unknown) => {
        if (!this.ending.signal.aborted) throw error;
      });
      const code = await this.runParts(args, this.servers.env);
      if (code !== 0) this.keepLogs();
      return code;
    } finally {
      await this.servers?.stop();
    }
  }

  /** What was counted so far. */
  get counts(): Counts {
    return this.total;
  }

  /** Jest ends, and with it what its specs have started. */
  end(): void {
    this.ending.abort();
    const { jest } = this;
    jest?.kill('SIGTERM');
    setTimeout(() => jest?.kill('SIGKILL'), JEST_GRACE_MS).unref();
  }

  private async runParts(args: string[], servers: NodeJS.ProcessEnv): Promise<number> {
    if (this.ending.signal.aborted) return EXIT_OF.SIGINT;
    if (args.some((arg) => arg.startsWith('--selectProjects'))) return this.runJest(args, [], servers);
    let first = 0;
    for (const { projects, workers } of PARTS) {
      if (this.ending.signal.aborted) return EXIT_OF.SIGINT;
      this.progress.line(`\n${projects.join(', ')}`);
      const limits = args.some(isAboutWorkers) ? [] : [`--maxWorkers=${workers}`, `--workerIdleMemoryLimit=${LARGEST_WORKER}`];
      const code = await this.runJest(args, [...limits, '--passWithNoTests', '--selectProjects', ...projects], servers);
      first ||= code;
    }
    if (first === 0 && this.total.passed === 0) {
      this.progress.line('No test matches.');
      return 1;
    }
    return first;
  }

  /** What is given comes first: our own options take all words that follow them. */
  private async runJest(given: string[], own: string[], servers: NodeJS.ProcessEnv): Promise<number> {
    const jest = path.join(path.dirname(require.resolve('jest/package.json')), 'bin', 'jest.js');
    const counts = path.join(this.folder, 'counts.json');
    const reporters = ['--reporters=default', `--reporters=${path.join(repositoryRoot, 'tools', 'count-reporter.cjs')}`];
    const child = spawn(process.execPath, [jest, ...given, ...reporters, ...own], {
      cwd: repositoryRoot,
      env: {
        ...process.env,
        ...servers,
        ...asShipped([...given, ...own]),
        TEST_COUNTS_FILE: counts,
        LOCAL_STACK_LOGS: path.join(this.folder, 'logs'),
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    this.jest = child;
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (exitCode, signal) => resolve(exitCode ?? (signal === 'SIGINT' ? EXIT_OF.SIGINT : EXIT_OF.SIGTERM)));
    });
    this.add(counts);
    return code;
  }

  private add(file: string): void {
    if (!fs.existsSync(file)) return;
    const { passed, failed } = JSON.parse(fs.readFileSync(file, 'utf8')) as Counts;
    this.total.passed += passed;
    this.total.failed += failed;
    fs.rmSync(file);
  }

  /** The logs of the services that specs started are all one has to find out why. */
  private keepLogs(): void {
    const logs = path.join(this.folder, 'logs');
    if (!fs.existsSync(logs)) return;
    const kept = path.join(sharedFolder(), 'test-logs');
    fs.rmSync(kept, { recursive: true, force: true });
    fs.cpSync(logs, kept, { recursive: true });
    this.progress.line(`Logs of the services: ${path.relative(process.cwd(), kept)}`);
  }
}

/** The console's pages, and the services as they are shipped. What is built and fresh costs a second. */
function build(signal: AbortSignal): Promise<void> {
  const nx = [require.resolve('nx/bin/nx'), 'run-many', '-t', 'build'];
  return runOnce('The services could not be built', process.execPath, nx, { maxLines: MAX_BUILD_LINES, signal });
}

/** What Jest is given with these options besides: the black box, when it runs alone, is tried as it is shipped, all else from source. */
export function asShipped(options: readonly string[]): NodeJS.ProcessEnv {
  const chosen = /--selectProjects[= ](.*?)(?= --|$)/.exec(options.join(' '))?.[1]?.split(' ') ?? [];
  const alone = BLACK_BOX.some((name) => chosen.includes(name)) && !FROM_SOURCE.some((name) => chosen.includes(name));
  return alone ? { LOCAL_STACK_BUILT: '1' } : {};
}

/** Removes the folders of runs that were killed. */
export function removeAbandonedFolders(): void {
  for (const name of fs.readdirSync(os.tmpdir())) {
    const pid = Number(new RegExp(`^${FOLDER_PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (pid && !isAlive(pid)) fs.rmSync(path.join(os.tmpdir(), name), { recursive: true, force: true });
  }
}

function isAboutWorkers(arg: string): boolean {
  return /^(-w|-i|--maxWorkers|--max-workers|--runInBand|--run-in-band)/.test(arg);
}
