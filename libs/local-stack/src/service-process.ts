import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot, sharedFolder } from './folders';
import { freePort } from './free-port';
import { launch, type Exit, type GuardedProcess } from './guarded-process';
import { lastLines } from './log-tail';
import { waitUntil } from './wait-until';

export const SERVICE_NAMES = ['sandbox', 'ingress', 'resolver', 'dispatcher', 'writeback', 'console'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Those that listen on PORT for others; the rest has only its management port. */
const WITH_URL: ReadonlySet<ServiceName> = new Set(['sandbox', 'ingress', 'console']);
const READY_WITHIN_MS = 60_000;
const PROBE_TIMEOUT_MS = 3000;

/** A service of ours as a process of its own. */
export interface ServiceProcess {
  readonly name: ServiceName;
  /** The same after `start()`. */
  readonly url?: string;
  readonly managementUrl: string;
  readonly log: string;
  readonly pid: number;
  readonly running: boolean;
  /** Resolves when its process has ended, however that came. Of the process that runs now. */
  readonly exited: Promise<Exit>;
  /** Resolves when `/health/ready` says yes. Throws with the end of its log if it exits first or takes longer than a minute. */
  ready(withinMs?: number): Promise<void>;
  isReady(): Promise<boolean>;
  /** Starts it again on the same ports; does not wait until it is ready. */
  start(): Promise<void>;
  /** SIGTERM, and after the grace SIGKILL. Resolves when it has ended. */
  stop(graceMs?: number): Promise<Exit>;
  /** `kill -9`. Resolves when it has ended. */
  kill(): Promise<Exit>;
  /** Stops it in its tracks until `thaw`, as a long pause of its machine would. */
  freeze(): Promise<void>;
  thaw(): void;
}

export interface ServiceOptions {
  /** Its log; default `<name>-<management port>.log` in LOCAL_STACK_LOGS, else in `.local/logs`. */
  logFile?: string;
  port?: number;
  managementPort?: number;
  /** Stands at the end of the command line, so that a later run can tell whose process it is. */
  mark?: string;
  /** More flags for node, such as `--cpu-prof`. */
  nodeFlags?: readonly string[];
}

/**
 * Starts a service from source (its bundle if LOCAL_STACK_BUILT=1), with `env` over our own environment and ports of its own unless they are
 * given. Does not wait until it is ready. It ends with this process.
 */
export async function startService(
  name: ServiceName,
  env: NodeJS.ProcessEnv,
  options: ServiceOptions = {},
): Promise<ServiceProcess> {
  const port = options.port ?? (WITH_URL.has(name) ? await freePort() : undefined);
  const managementPort = options.managementPort ?? (await freePort());
  const service = new RunningServiceProcess(name, env, options, managementPort, port);
  await service.start();
  return service;
}

/** Compiles all sources once, so that services which start at the same time need not. What cannot be compiled is left to them. */
export async function compileSources(): Promise<void> {
  if (runsBuilt()) return;
  await promisify(execFile)(process.execPath, [path.join(repositoryRoot, 'tools', 'compile-sources.cjs')]).catch(() => undefined);
}

class RunningServiceProcess implements ServiceProcess {
  readonly url?: string;
  readonly managementUrl: string;
  readonly log: string;
  private process!: GuardedProcess;

  constructor(
    readonly name: ServiceName,
    private readonly env: NodeJS.ProcessEnv,
    private readonly options: ServiceOptions,
    private readonly managementPort: number,
    private readonly port?: number,
  ) {
    if (port) this.url = `http://127.0.0.1:${port}`;
    this.managementUrl = `http://127.0.0.1:${managementPort}`;
    this.log = options.logFile ?? path.join(logsFolder(), `${name}-${managementPort}.log`);
  }

  get pid(): number {
    return this.process.pid;
  }

  get running(): boolean {
    return this.process.running;
  }

  get exited(): Promise<Exit> {
    return this.process.exited;
  }

  async start(): Promise<void> {
    const ports = { MANAGEMENT_PORT: String(this.managementPort), ...(this.port ? { PORT: String(this.port) } : {}) };
    this.process = await launch({
      command: process.execPath,
      args: serviceArguments(this.name, this.options),
      logFile: this.log,
      cwd: repositoryRoot,
      env: { ...process.env, ...SMALL_ENV, NODE_OPTIONS: '', HOST: '127.0.0.1', ...this.env, ...ports },
    });
  }

  async ready(withinMs = READY_WITHIN_MS): Promise<void> {
    const { process } = this;
    try {
      await waitUntil(
        `${this.name} is ready`,
        withinMs,
        () => this.isReady(),
        () => process.running,
      );
    } catch (cause) {
      throw new Error(`${this.name} did not become ready; the end of ${this.log}:\n${lastLines(this.log)}`, { cause });
    }
  }

  async isReady(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.managementUrl}/health/ready`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
      await answer.arrayBuffer();
      return answer.ok;
    } catch {
      return false;
    }
  }

  stop(graceMs = 12_000): Promise<Exit> {
    return this.process.stop(graceMs);
  }

  kill(): Promise<Exit> {
    return this.process.kill();
  }

  freeze(): Promise<void> {
    return this.process.freeze();
  }

  thaw(): void {
    this.process.thaw();
  }
}

/** As the image runs services (docs/decisions/0072): half of what V8 would let the heap grow to, and no 37 MB at once to compile the parser of HTTP answers. */
export const SMALL = ['--max-semi-space-size=16', '--heap-growing-percent=40', '--liftoff-only'];
/** What a password hash or a large answer needs goes back to the system afterwards. */
export const SMALL_ENV = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '1048576' };

function serviceArguments(name: ServiceName, { mark, nodeFlags = [] }: ServiceOptions): string[] {
  const folder = path.join(repositoryRoot, 'services', name);
  const flags = [...SMALL, ...nodeFlags];
  const program = runsBuilt()
    ? [path.join(folder, 'bundle', 'main.cjs')]
    : [
        '--enable-source-maps',
        '-C',
        '@lever-certn/source',
        '-r',
        path.join(repositoryRoot, 'tools', 'swc-register.cjs'),
        path.join(folder, 'src', 'main.ts'),
      ];
  return [...flags, ...program, ...(mark ? [mark] : [])];
}

function logsFolder(): string {
  return process.env.LOCAL_STACK_LOGS ?? path.join(sharedFolder(), 'logs');
}

/** The bundle, as the image does, and not from source. */
function runsBuilt(): boolean {
  return process.env.LOCAL_STACK_BUILT === '1';
}
