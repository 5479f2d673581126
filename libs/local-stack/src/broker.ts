import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { freePort } from './free-port';
import { launch, type GuardedProcess } from './guarded-process';
import { fetchJars, type Log } from './jars';
import { lastLines } from './log-tail';
import { runOnce } from './run-once';
import { waitUntil } from './wait-until';

const READY_WITHIN_MS = 60_000;
const STOP_GRACE_MS = 15_000;

/** How to start a broker of one's own. */
export interface BrokerOptions {
  /** Its data and log lie here; made if missing. The same folder again is the same broker with its data. */
  dir: string;
  /** On 127.0.0.1; a free one if not given. */
  port?: number;
  log?: Log;
  /** Default: in `dir`. */
  logFile?: string;
  /** Told as soon as its process is there, long before it is ready. */
  spawned?: (pid: number) => void;
  /** `start` (default) comes up quickly, `throughput` runs faster in the long run: for benchmarks. */
  tuned?: 'start' | 'throughput';
  /** Largest heap; default 384 MB. */
  heapMb?: number;
}

/** A real Kafka broker (KRaft, one node) of one's own on 127.0.0.1. */
export interface LocalBroker {
  /** For KAFKA_BROKERS. The same after `start()`. */
  readonly brokers: string;
  readonly port: number;
  readonly pid: number;
  readonly running: boolean;
  /** Resolves when its process has ended, however that came. Of the process that runs now. */
  readonly exited: Promise<unknown>;
  /** Ends it in order; its data stays. */
  stop(): Promise<void>;
  /** `kill -9`; its data stays as it is. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data; resolves when it takes requests. */
  start(): Promise<void>;
  /** Stops it in its tracks until `thaw`; resolves when it stands still. */
  freeze(): Promise<void>;
  thaw(): void;
}

/**
 * Starts a broker; resolves when it takes requests and the coordinator of consumer groups is up (the first group on a new broker crashes
 * without it). It ends with this process. Throws with the end of its log if it does not come up.
 */
export async function startBroker(options: BrokerOptions): Promise<LocalBroker> {
  const dir = path.resolve(options.dir);
  fs.mkdirSync(dir, { recursive: true });
  const { kafkaClasspath } = await fetchJars(options.log);
  const port = options.port ?? (await freePort());
  const controllerPort = await freePort();
  const properties = path.join(dir, 'server.properties');
  fs.writeFileSync(properties, serverProperties(dir, port, controllerPort));
  await formatOnce(dir, properties, kafkaClasspath);
  const broker = new BrokerProcess(dir, port, options, [
    ...javaOptions(options),
    '-cp',
    kafkaClasspath,
    'kafka.Kafka',
    properties,
  ]);
  await broker.start();
  return broker;
}

class BrokerProcess implements LocalBroker {
  readonly brokers: string;
  private process?: GuardedProcess;

  constructor(
    private readonly dir: string,
    readonly port: number,
    private readonly options: BrokerOptions,
    private readonly args: string[],
  ) {
    this.brokers = `127.0.0.1:${port}`;
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
    const logFile = this.options.logFile ?? path.join(this.dir, 'broker.log');
    const started = await launch({ command: 'java', args: this.args, logFile, cwd: this.dir });
    this.process = started;
    this.options.spawned?.(started.pid);
    try {
      await waitUntil(
        'the broker takes requests',
        READY_WITHIN_MS,
        () => takesRequests(this.brokers),
        () => started.running,
      );
    } catch (cause) {
      await started.kill();
      throw new Error(`the broker did not come up on ${this.brokers}; the end of ${logFile}:\n${lastLines(logFile)}`, { cause });
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

/** One node that is broker and controller; a fixed voter, so that its ports may differ from one start to the next. */
function serverProperties(dir: string, port: number, controllerPort: number): string {
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    'auto.create.topics.enable=false',
    'offsets.topic.replication.factor=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    'offsets.topic.num.partitions=1',
    'transaction.state.log.num.partitions=1',
    'share.coordinator.state.topic.num.partitions=1',
    'group.initial.rebalance.delay.ms=0',
    'group.min.session.timeout.ms=1000',
    // After a kill the broker may register again only when its former self is given up: 9 s by default.
    'broker.session.timeout.ms=3000',
    'broker.heartbeat.interval.ms=500',
    'log.cleaner.dedupe.buffer.size=8388608',
    'log.segment.bytes=16777216',
    // A property file reads a backslash as the start of an escape.
    `log.dirs=${path.join(dir, 'data').replaceAll('\\', '/')}`,
    '',
  ].join('\n');
}

function javaOptions({ tuned = 'start', heapMb = 384 }: BrokerOptions): string[] {
  const compiler = tuned === 'start' ? ['-XX:TieredStopAtLevel=1'] : [];
  return ['-Xms192m', `-Xmx${heapMb}m`, '-XX:+UseSerialGC', ...compiler, '-Xshare:auto', '-Djava.awt.headless=true'];
}

/** Formatting is a few small files, the last of which is `meta.properties`; what an interrupted one left is made anew. */
async function formatOnce(dir: string, properties: string, classpath: string): Promise<void> {
  const folder = path.join(dir, 'data');
  if (fs.existsSync(path.join(folder, 'meta.properties'))) return;
  fs.rmSync(folder, { recursive: true, force: true });
  // A dash in front would be read as an option.
  const clusterId = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url').replace(/^-/, 'A');
  const args = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', classpath];
  const format = [...args, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties];
  await runOnce('the broker could not format its folder', 'java', format);
}

async function takesRequests(broker: string): Promise<boolean> {
  const kafka = new Kafka({
    brokers: [broker],
    clientId: 'local-stack',
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    requestTimeout: 5000,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    // Finding the coordinator makes the broker create `__consumer_offsets`.
    await admin.fetchOffsets({ groupId: 'local-stack-ready', topics: [] });
    return brokers.length > 0;
  } catch {
    return false;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
