import { loadingEnded } from './small-start';
import 'reflect-metadata';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Logger } from 'pino';
import { ConfigError, loadConfig } from '@lever-certn/config/load-config';
import type { ServiceConfig } from './config';
import { describeError } from './error-description';
import { ManagementServer, type Readiness } from './management-server';
import { openLog, type ServiceLog } from './service-log';
import { startTracing } from './tracing';
import { WorkLog } from './work-log';

export type { Readiness } from './management-server';

/** How a service's process ends. */
export const EXIT = { stopped: 0, crash: 70, graceExceeded: 75, badConfig: 78 } as const;

/** Why a service does not start, in words that say what to do; it then exits with {@link EXIT.badConfig}. */
export class StartRefusedError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'StartRefusedError';
  }
}

/** What a service is given to build itself. */
export interface ServiceContext<Config> {
  config: Config;
  log: Logger;
  metrics: Registry;
  /** One log line and one metric per unit of work. */
  work: WorkLog;
  /** Ends the process with {@link EXIT.crash}: for what does not heal. */
  onFatal: (error: unknown) => void;
}

/** A service that has been built. */
export interface RunningService {
  /** Asked at every readiness probe. */
  ready(): Readiness | Promise<Readiness>;
  /** Takes no more work, finishes what it has begun, and lets go of everything. */
  stop(): Promise<void>;
}

export interface ServiceDefinition<Config extends ServiceConfig> {
  name: string;
  config: new () => Config;
  /** Everything that must have happened before the service counts as started. May throw {@link StartRefusedError}. */
  build(context: ServiceContext<Config>): Promise<RunningService>;
}

/** Runs a service until it is told to stop (SIGTERM, SIGINT) or can't go on; then the process exits. */
export async function runService<Config extends ServiceConfig>(definition: ServiceDefinition<Config>): Promise<void> {
  let config: Config;
  try {
    config = loadConfig(definition.config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { log, flush } = openLog(definition.name, 'info');
    log.fatal({ problems: error.problems }, `${definition.name} does not start: its configuration has problems`);
    flush();
    process.exit(EXIT.badConfig);
  }
  await new ServiceProcess(definition, config, openLog(definition.name, config.LOG_LEVEL)).run();
}

class ServiceProcess<Config extends ServiceConfig> {
  private readonly registry = new Registry();
  private readonly management: ManagementServer;
  private running: RunningService | undefined;
  private stopTracing: () => Promise<void> = () => Promise.resolve();
  private stopping = false;

  constructor(
    private readonly definition: ServiceDefinition<Config>,
    private readonly config: Config,
    private readonly output: ServiceLog,
  ) {
    this.registry.setDefaultLabels({ service: definition.name });
    this.management = new ManagementServer(
      { live: () => ({ ok: true, reasons: [] }), started: () => this.started(), ready: () => this.ready() },
      this.registry,
    );
  }

  async run(): Promise<void> {
    process.on('uncaughtException', (error) => this.crash(error, false));
    process.on('unhandledRejection', (error) => this.crash(error, false));
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void this.stop(signal));
    try {
      await this.start();
    } catch (error) {
      if (error instanceof StartRefusedError || error instanceof ConfigError) this.refuse(error.problems);
      else this.crash(error, true);
    }
  }

  private async start(): Promise<void> {
    const { config, definition } = this;
    const managementPort = await this.openManagementPort();
    collectDefaultMetrics({ register: this.registry });
    if (config.OTEL_EXPORTER_OTLP_ENDPOINT)
      this.stopTracing = await startTracing(definition.name, config.OTEL_EXPORTER_OTLP_ENDPOINT);
    const building = definition.build({
      config,
      log: this.output.log,
      metrics: this.registry,
      work: new WorkLog(this.output.plainLog, this.registry),
      onFatal: (error) => this.crash(error, true),
    });
    const running = await building.finally(loadingEnded);
    if (this.stopping) return running.stop();
    this.running = running;
    this.output.log.info({ managementPort }, `${definition.name} started`);
  }

  private async openManagementPort(): Promise<number> {
    const { HOST, MANAGEMENT_PORT } = this.config;
    try {
      return await this.management.listen(HOST, MANAGEMENT_PORT);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
      throw new StartRefusedError([
        `MANAGEMENT_PORT ${MANAGEMENT_PORT} on ${HOST} can't be opened (${code}): stop what uses it or choose another`,
      ]);
    }
  }

  private started(): Readiness {
    return this.running ? { ok: true, reasons: [] } : { ok: false, reasons: ['starting'] };
  }

  private async ready(): Promise<Readiness> {
    if (this.stopping) return { ok: false, reasons: ['stopping'] };
    return this.running ? this.running.ready() : this.started();
  }

  private async stop(signal: string): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    const { log } = this.output;
    const graceMs = this.config.SHUTDOWN_GRACE_MS;
    log.info({ signal, graceMs }, `${this.definition.name} stops`);
    const late = setTimeout(() => {
      log.error(
        `${this.definition.name} did not finish within SHUTDOWN_GRACE_MS; what it had begun is found again at the next start`,
      );
      this.exit(EXIT.graceExceeded);
    }, graceMs);
    try {
      await this.running?.stop();
      await this.stopTracing().catch(() => undefined);
      await this.management.close();
    } catch (error) {
      clearTimeout(late);
      return this.crash(error, true);
    }
    clearTimeout(late);
    log.info(`${this.definition.name} stopped`);
    this.exit(EXIT.stopped);
  }

  private refuse(problems: readonly string[]): void {
    this.output.log.fatal({ problems }, `${this.definition.name} does not start`);
    this.exit(EXIT.badConfig);
  }

  /** `known`: the error came by a way whose errors hold no data in their words. */
  private crash(error: unknown, known: boolean): void {
    this.output.log.fatal({ error: describeError(error, known) }, `${this.definition.name} can't go on and exits`);
    this.exit(EXIT.crash);
  }

  private exit(code: number): never {
    this.output.flush();
    process.exit(code);
  }
}
