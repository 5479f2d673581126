import fs from 'node:fs';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import { freePort } from './free-port';
import { launch, type GuardedProcess } from './guarded-process';
import { fetchJars, type Log } from './jars';
import { lastLines } from './log-tail';
import { runOnce } from './run-once';
import { waitUntil } from './wait-until';

const READY_WITHIN_MS = 60_000;
const STOP_GRACE_MS = 15_000;

/** How to start a database server of one's own. */
export interface DatabaseOptions {
  /** Its data and log lie here; made if missing. The same folder again is the same server with its data. */
  dir: string;
  /** On 127.0.0.1; a free one if not given. */
  port?: number;
  log?: Log;
  /** Default: in `dir`. */
  logFile?: string;
  /** Told as soon as its process is there, long before it is ready. */
  spawned?: (pid: number) => void;
  /** `start` (default) is small and comes up quickly, `throughput` has room for all of its pages: for benchmarks. */
  tuned?: 'start' | 'throughput';
}

/** A real database server (MariaDB) of one's own on 127.0.0.1, user root without a password. */
export interface LocalDatabase {
  /** For DATABASE_URL: no schema in it. The same after `start()`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly running: boolean;
  /** Resolves when its process has ended, however that came. Of the process that runs now. */
  readonly exited: Promise<unknown>;
  /** Ends it in order; its data stays. */
  stop(): Promise<void>;
  /** `kill -9`; what was committed stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data; resolves when it answers. */
  start(): Promise<void>;
  /** Stops it in its tracks until `thaw`; resolves when it stands still. */
  freeze(): Promise<void>;
  thaw(): void;
}

/** Starts a database server; resolves when it answers. It ends with this process. Throws with the end of its log if it does not come up. */
export async function startDatabase(options: DatabaseOptions): Promise<LocalDatabase> {
  const dir = path.resolve(options.dir);
  fs.mkdirSync(dir, { recursive: true });
  const { mariadbBase } = await fetchJars(options.log);
  await installOnce(dir, mariadbBase);
  const database = new DatabaseProcess(dir, options.port ?? (await freePort()), mariadbBase, options);
  await database.start();
  return database;
}

class DatabaseProcess implements LocalDatabase {
  readonly url: string;
  private process?: GuardedProcess;

  constructor(
    private readonly dir: string,
    readonly port: number,
    private readonly base: string,
    private readonly options: DatabaseOptions,
  ) {
    this.url = `mysql://root@127.0.0.1:${port}`;
  }

  get pid(): number {
    return this.process?.pid ?? 0;
  }

  get running(): boolean {
    return this.process?.running ?? false;
  }

  get exited(): Promise<unknown> {
    return this.process?.exited ?? Promise.resolve();
  }

  async start(): Promise<void> {
    if (this.running) return;
    const logFile = this.options.logFile ?? path.join(this.dir, 'database.log');
    const command = path.join(this.base, 'bin', 'mariadbd');
    const started = await launch({ command, args: serverArguments(this.dir, this.port, this.base, this.options), logFile });
    this.process = started;
    this.options.spawned?.(started.pid);
    try {
      await waitUntil(
        'the database answers',
        READY_WITHIN_MS,
        () => answers(this.url),
        () => started.running,
      );
    } catch (cause) {
      await started.kill();
      throw new Error(`the database did not come up on 127.0.0.1:${this.port}; the end of ${logFile}:\n${lastLines(logFile)}`, {
        cause,
      });
    }
  }

  async stop(): Promise<void> {
    await this.process?.stop(STOP_GRACE_MS);
  }

  async kill(): Promise<void> {
    await this.process?.kill();
  }

  async freeze(): Promise<void> {
    await this.process?.freeze();
  }

  thaw(): void {
    this.process?.thaw();
  }
}

/** mariadbd refuses to run as root unless it is told to. */
const asUser = (): string[] => (process.getuid?.() === 0 ? ['--user=root'] : []);

/** With a pool smaller than its tables, or a short log, a server under load does little but read and write pages. */
const TUNED = {
  start: ['--innodb-buffer-pool-size=64M', '--innodb-log-file-size=32M'],
  throughput: ['--innodb-buffer-pool-size=1G', '--innodb-log-file-size=512M', '--innodb-sync-spin-loops=0'],
};

function serverArguments(dir: string, port: number, base: string, { tuned = 'start' }: DatabaseOptions): string[] {
  return [
    '--no-defaults',
    // Without it the server spends 12 s making a certificate.
    '--skip-ssl',
    '--skip-name-resolve',
    `--basedir=${base}`,
    `--datadir=${path.join(dir, 'data')}`,
    `--tmpdir=${temporaryFolder(dir)}`,
    // No socket file: its path could be too long, and nobody needs it.
    '--socket=',
    `--pid-file=${path.join(dir, 'database.pid')}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--character-set-server=utf8mb4',
    ...TUNED[tuned],
    // What is committed survives its own death, not that of the machine.
    '--innodb-flush-log-at-trx-commit=2',
    '--max-connections=1000',
    '--innodb-fast-shutdown=1',
    ...asUser(),
  ];
}

/** The tables a server needs for itself, made aside and renamed when whole, so that an interrupted start leaves nothing half-made. */
async function installOnce(dir: string, base: string): Promise<void> {
  const target = path.join(dir, 'data');
  if (fs.existsSync(target)) return;
  const unfinished = path.join(dir, `data-${process.pid}`);
  fs.rmSync(unfinished, { recursive: true, force: true });
  const args = ['--no-defaults', `--basedir=${base}`, `--datadir=${unfinished}`, '--auth-root-authentication-method=normal'];
  const temporary = `--tmpdir=${temporaryFolder(dir)}`;
  const script = path.join(base, 'scripts', 'mariadb-install-db');
  // `--force`: it need not resolve the name of this machine.
  const more = ['--skip-test-db', '--force', '--innodb-log-file-size=32M', ...asUser()];
  await runOnce('the database could not set itself up', '/bin/sh', [script, ...args, temporary, ...more]);
  fs.renameSync(unfinished, target);
}

/** A server that starts removes the temporary tables that it finds: in a folder that all share, those of others. */
function temporaryFolder(dir: string): string {
  const folder = path.join(dir, 'tmp');
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

async function answers(url: string): Promise<boolean> {
  try {
    const connection = await createConnection({ uri: url, connectTimeout: 1000 });
    await connection.query('SELECT 1');
    await connection.end();
    return true;
  } catch {
    return false;
  }
}
