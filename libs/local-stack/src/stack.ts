import { stackKafka, topicsApplied } from './stack-topics';
import type { DemoGround } from './demo-team';
import { Run } from './earlier-run';
import { killAll } from './guarded-process';
import { PortClaims } from './port-claims';
import { checkPrerequisites, lookAtMachine } from './prerequisites';
import type { Progress } from './progress';
import { compileSources, SERVICE_NAMES, startService, type ServiceName, type ServiceProcess } from './service-process';
import type { DescribedProcess, StackDescription } from './stack-description';
import type { StackFolder } from './stack-folder';
import { choosePorts } from './stack-ports';
import { startServers, type StackServers } from './stack-servers';
import { publicUrl, servicesEnvironment, type StackPorts } from './stack-services';
import { Supervision, type Supervised } from './supervision';
import { buildWebApp } from './web-app';

const SERVICE_GRACE_MS = 12_000;

/** Those whose absence nobody must notice stop last: the ones that give us work first, then those that work, then what they stand on. */
const STOP_ORDER: readonly (readonly ServiceName[])[] = [
  ['sandbox'],
  ['ingress', 'console'],
  ['resolver', 'dispatcher', 'writeback'],
];

/** Everything in one: broker, database and services of one folder. */
export class Stack {
  private readonly services = new Map<ServiceName, ServiceProcess>();
  private readonly supervision: Supervision;
  private servers?: StackServers;
  private ending = false;

  private constructor(
    private readonly folder: StackFolder,
    private readonly env: NodeJS.ProcessEnv,
    private readonly progress: Progress,
    private readonly run: Run,
    private readonly claims: PortClaims,
    readonly ports: StackPorts,
  ) {
    this.supervision = new Supervision({
      say: (line) => progress.line(line),
      started: (name, process) => this.record(name, process),
      recovered: () => this.describe(),
    });
  }

  /** Everything up to "ready". If that fails, what was started is stopped again. @throws PrerequisitesError, AlreadyRunningError */
  static async start(
    folder: StackFolder,
    env: NodeJS.ProcessEnv,
    progress: Progress,
    started?: (stack: Stack) => void,
  ): Promise<Stack> {
    const machine = await lookAtMachine(env);
    checkPrerequisites(machine);
    const run = await Run.claim(folder, (line) => progress.line(line));
    folder.removeDescription();
    const claims = new PortClaims();
    const stack = new Stack(folder, env, progress, run, claims, await choosePorts(folder, claims));
    started?.(stack);
    try {
      await stack.bringUp(machine);
      return stack;
    } catch (error) {
      const wasAsked = stack.ending;
      await stack.stop();
      throw wasAsked ? new StackStoppedError() : error;
    }
  }

  /** The sandbox stands in for the vendors, since no URL of theirs is given. */
  get hasSandbox(): boolean {
    return !(this.env.LEVER_API_URL && this.env.CERTN_API_URL);
  }

  get description(): StackDescription {
    const own = this.servers?.processes.map((one) => one.describe()) ?? [];
    const services = [...this.services.values()].map((service) => this.describeService(service));
    return {
      ready: true,
      processes: [...own, ...services],
      brokers: this.servers?.brokers ?? '',
      databaseUrl: this.servers?.databaseUrl ?? '',
      topicPrefix: this.env.TOPIC_PREFIX ?? '',
    };
  }

  /** What the demo team is made with and shown by. */
  demoGround(): DemoGround {
    const { adminEmail, adminPassword } = this.folder.secrets();
    const own = (name: 'console' | 'sandbox') => publicUrl(this.ports[name]);
    return {
      consoleUrl: own('console'),
      sandboxUrl: own('sandbox'),
      publicConsoleUrl: this.env.PUBLIC_CONSOLE_URL || own('console'),
      adminEmail: this.env.BOOTSTRAP_ADMIN_EMAIL || adminEmail,
      adminPassword: this.env.BOOTSTRAP_ADMIN_PASSWORD || adminPassword,
    };
  }

  /** Writes `stack.json`: from here on the stack counts as ready. */
  describe(): void {
    if (!this.ending) this.folder.describe(this.description);
  }

  /** Ends all of it in order; the data stays. May be called while it still comes up, and more than once. */
  async stop(): Promise<void> {
    if (this.ending) return;
    this.ending = true;
    this.supervision.end();
    this.folder.removeDescription();
    this.run.stopping();
    for (const names of STOP_ORDER) await Promise.all(names.map(async (name) => this.services.get(name)?.stop(SERVICE_GRACE_MS)));
    await this.servers?.stop();
    this.claims.release();
    this.run.release();
  }

  /** When somebody cannot wait. */
  killEverything(): void {
    killAll();
    this.claims.release();
  }

  private async bringUp(machine: Awaited<ReturnType<typeof lookAtMachine>>): Promise<void> {
    const { folder, env, ports, progress, run } = this;
    // The sandbox needs neither broker nor database.
    const sandbox = this.isWanted('sandbox') ? this.startOne('sandbox', {}) : undefined;
    sandbox?.catch(() => undefined);
    const [servers] = await Promise.all([
      startServers({ folder, machine, env, ports, progress, run }),
      compileSources(),
      buildWebApp(),
    ]);
    this.servers = servers;
    this.stopIfAsked();
    for (const { name, process } of servers.processes) this.supervision.watch(name, process);
    const topicPrefix = env.TOPIC_PREFIX ?? '';
    await progress.step('topics', () => topicsApplied(stackKafka(servers.brokers, topicPrefix, env)));
    this.stopIfAsked();
    const shared = servicesEnvironment(env, ports, folder.secrets(), { ...servers, topicPrefix });
    folder.writeEnvironment('services.env', shared);
    const names = SERVICE_NAMES.filter((name) => name !== 'sandbox' && this.isWanted(name));
    await progress.step('services', async (detail) => {
      const waiting = new Set<string>(names);
      const one = async (name: ServiceName) => {
        await this.startOne(name, shared);
        waiting.delete(name);
        detail(`waiting for ${[...waiting].join(', ')}`);
      };
      await Promise.all([sandbox, ...names.map(one)]);
    });
  }

  private async startOne(name: ServiceName, env: NodeJS.ProcessEnv): Promise<void> {
    const service = await startService(name, env, {
      logFile: this.folder.logFile(name),
      port: ['sandbox', 'ingress', 'console'].includes(name) ? this.ports[name] : undefined,
      managementPort: this.ports[`${name}-management`],
      mark: this.mark,
    });
    this.services.set(name, service);
    this.record(name, service);
    if (this.ending) await service.kill();
    await service.ready();
    this.supervision.watch(name, service);
  }

  /** STACK_WITHOUT names services that a developer runs by hand. */
  private isWanted(name: ServiceName): boolean {
    const without = (this.env.STACK_WITHOUT ?? '').split(',').map((one) => one.trim());
    return !without.includes(name) && (name !== 'sandbox' || this.hasSandbox);
  }

  private get mark(): string {
    return `--stack=${this.folder.path}`;
  }

  private record(name: string, process: Supervised): void {
    this.run.started({
      name,
      pid: process.pid,
      mark: this.services.has(name as ServiceName) ? this.mark : this.folder.file(name),
    });
  }

  private describeService({ name, pid, url, managementUrl, log }: ServiceProcess): DescribedProcess {
    return { name, pid, ...(url ? { url: publicUrl(this.ports[name]) } : {}), managementUrl, log };
  }

  private stopIfAsked(): void {
    if (this.ending) throw new StackStoppedError();
  }
}

/** It was told to stop while it came up. */
export class StackStoppedError extends Error {}
