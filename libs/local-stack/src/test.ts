import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startBroker } from './broker';
import { startDatabase } from './database';
import { endOnce, EXIT_OF } from './end-once';
import { localFolder, repositoryRoot } from './folders';
import { killAll } from './guarded-process';
import { fetchJars, jarsAreThere } from './jars';
import { Progress } from './progress';
import { isAlive } from './running-processes';

/*
 * `npm test`: every spec, against a real broker and a real database that are started on free ports in a temporary folder (or those that
 * KAFKA_BROKERS and DATABASE_URL name). Further arguments go to Jest; its exit code is ours; the last line says how many passed and failed.
 */

const FOLDER_PREFIX = 'lever-certn-test-';
const JEST_GRACE_MS = 5000;

interface Server {
  stop(): Promise<void>;
}

class TestRun {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), `${FOLDER_PREFIX}${process.pid}-`));
  private readonly counts = path.join(this.folder, 'counts.json');
  private readonly servers: Server[] = [];
  private readonly progress = new Progress();
  private jest?: ChildProcess;
  private ending = false;

  async run(args: string[]): Promise<number> {
    try {
      const env = await this.startServers();
      const code = this.ending ? EXIT_OF.SIGINT : await this.runJest(args, env);
      if (code !== 0) this.keepLogs();
      return code;
    } finally {
      await Promise.all(this.servers.map((server) => server.stop()));
    }
  }

  /** What Jest counted; undefined if it did not get that far. */
  readCounts(): { passed: number; failed: number } | undefined {
    return fs.existsSync(this.counts)
      ? (JSON.parse(fs.readFileSync(this.counts, 'utf8')) as { passed: number; failed: number })
      : undefined;
  }

  removeFolder(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  /** Jest ends, and with it what its specs have started. */
  end(): void {
    this.ending = true;
    const { jest } = this;
    jest?.kill('SIGTERM');
    setTimeout(() => jest?.kill('SIGKILL'), JEST_GRACE_MS).unref();
  }

  private async startServers(): Promise<NodeJS.ProcessEnv> {
    const started: NodeJS.ProcessEnv = {};
    const start = async () => {
      await Promise.all([
        process.env.DATABASE_URL ??
          startDatabase({ dir: path.join(this.folder, 'database') }).then((database) => {
            this.servers.push(database);
            started.DATABASE_URL = database.url;
          }),
        process.env.KAFKA_BROKERS ??
          startBroker({ dir: path.join(this.folder, 'broker') }).then((broker) => {
            this.servers.push(broker);
            started.KAFKA_BROKERS = broker.brokers;
          }),
      ]);
    };
    if (process.env.DATABASE_URL && process.env.KAFKA_BROKERS) return started;
    if (!jarsAreThere()) await this.progress.step('programs of broker and database', (detail) => fetchJars(detail));
    await this.progress.step('broker and database for the tests', start);
    return started;
  }

  private runJest(args: string[], servers: NodeJS.ProcessEnv): Promise<number> {
    const jest = path.join(path.dirname(require.resolve('jest/package.json')), 'bin', 'jest.js');
    const projects = args.some((arg) => arg.startsWith('--selectProjects')) ? [] : ['--selectProjects', 'unit', 'real', 'e2e'];
    const reporters = ['--reporters=default', `--reporters=${path.join(repositoryRoot, 'tools', 'count-reporter.cjs')}`];
    const env = { ...process.env, ...servers, TEST_COUNTS_FILE: this.counts, LOCAL_STACK_LOGS: path.join(this.folder, 'logs') };
    const child = spawn(process.execPath, [jest, ...args, ...reporters, ...projects], {
      cwd: repositoryRoot,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    this.jest = child;
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? EXIT_OF.SIGINT : EXIT_OF.SIGTERM)));
    });
  }

  /** The logs of the services that specs started are all one has to find out why. */
  private keepLogs(): void {
    const logs = path.join(this.folder, 'logs');
    if (!fs.existsSync(logs)) return;
    const kept = path.join(localFolder(), 'test-logs');
    fs.rmSync(kept, { recursive: true, force: true });
    fs.cpSync(logs, kept, { recursive: true });
    this.progress.line(`Logs of the services: ${path.relative(process.cwd(), kept)}`);
  }
}

/** Folders of runs that were killed. */
function removeAbandonedFolders(): void {
  for (const name of fs.readdirSync(os.tmpdir())) {
    const pid = Number(new RegExp(`^${FOLDER_PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (pid && !isAlive(pid)) fs.rmSync(path.join(os.tmpdir(), name), { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  removeAbandonedFolders();
  const run = new TestRun();
  process.once('exit', () => run.removeFolder());
  let endedBy: number | undefined;
  endOnce(
    (reason) => {
      endedBy = EXIT_OF[reason];
      run.end();
    },
    (reason) => {
      killAll();
      process.exit(EXIT_OF[reason]);
    },
  );
  const code = await run.run(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  });
  const counts = run.readCounts();
  if (endedBy === undefined && counts) console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exit(endedBy ?? code);
}

void main();
