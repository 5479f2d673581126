import net from 'node:net';
import tls from 'node:tls';
import { Kafka, logLevel, type ISocketFactoryArgs, type LogEntry, type RetryOptions, type SASLOptions } from 'kafkajs';
import type { KafkaSettings } from './connection';
import { useQuietRequestQueues } from './quiet-request-queue';
import { useFastRecords } from './record-encoding';

useFastRecords();
useQuietRequestQueues();

/** Where this library tells what it does; pino's logger fits. Lines hold ids and coordinates, never keys or bodies. */
export interface KafkaLog {
  debug(line: object, message?: string): void;
  info(line: object, message?: string): void;
  warn(line: object, message?: string): void;
  error(line: object, message?: string): void;
}

/** A log that keeps nothing. */
export const SILENT: KafkaLog = { debug() {}, info() {}, warn() {}, error() {} };

const CONNECTION_TIMEOUT_MS = 1000;
const AUTHENTICATION_TIMEOUT_MS = 5000;
const KEEP_ALIVE_MS = 10_000;
const PROBE_TIMEOUT_MS = 5000;
const PROBE_AGAIN_MS = 500;

/** What differs between those who produce, consume and administer. */
export interface ClientOptions {
  log?: KafkaLog;
  retry: RetryOptions;
  /** How long one request may take before the client gives it up. */
  requestTimeoutMs: number;
}

/**
 * A kafkajs client with our settings. What kafkajs itself logs is about tries that it repeats by itself, so it goes to debug; those who use the client
 * say in their own words what a person has to know.
 */
export function kafkaClient(settings: KafkaSettings, options: ClientOptions): Kafka {
  // Every message names its partition, so the notice about the default partitioner is about something we do not use.
  process.env.KAFKAJS_NO_PARTITIONER_WARNING ??= '1';
  const log = options.log ?? SILENT;
  return new Kafka({
    brokers: settings.brokers,
    clientId: settings.clientId,
    ...(settings.tls ? { ssl: settings.tls } : {}),
    ...(settings.sasl ? { sasl: settings.sasl as SASLOptions } : {}),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    authenticationTimeout: AUTHENTICATION_TIMEOUT_MS,
    requestTimeout: options.requestTimeoutMs,
    retry: options.retry,
    socketFactory: openSocket,
    logLevel: logLevel.WARN,
    logCreator: () => (entry: LogEntry) => log.debug({ namespace: entry.namespace }, `kafkajs: ${entry.log.message}`),
  });
}

/** As kafkajs' own, with Nagle's algorithm off: requests are small and each is waited for. */
function openSocket({ host, port, ssl, onConnect }: ISocketFactoryArgs): net.Socket {
  const name = net.isIP(host) ? {} : { servername: host };
  const socket = (ssl as unknown)
    ? tls.connect({ host, port, ...name, ...ssl }, onConnect)
    : net.connect({ host, port }, onConnect);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return socket;
}

/**
 * Resolves when a broker answers, or `stopped` says that nobody waits any more. kafkajs can wait by itself, but it can't be told to stop.
 */
export async function brokerAnswers(settings: KafkaSettings, log: KafkaLog, stopped: () => boolean): Promise<void> {
  for (let tries = 0; !stopped(); tries += 1) {
    const admin = kafkaClient(settings, { log, retry: { retries: 0 }, requestTimeoutMs: PROBE_TIMEOUT_MS }).admin();
    try {
      await admin.connect();
      return;
    } catch (error) {
      if (tries === 0)
        log.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'no broker answers; waiting for one');
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
    await new Promise((resolve) => setTimeout(resolve, PROBE_AGAIN_MS));
  }
}
