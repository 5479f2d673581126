import { destination, pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { describeError } from './error-description';

/** Names of fields whose values never reach a log, at the top of a line and one level down. */
const NEVER_LOGGED = [
  'apiKey',
  'applicant',
  'authorization',
  'body',
  'cookie',
  'email',
  'emails',
  'headers',
  'password',
  'query',
  'secret',
  'signature',
  'signatureTokens',
  'token',
  'webhookSecrets',
];

/** A log and the way to be sure that it is written before the process ends. */
export interface ServiceLog {
  log: Logger;
  /** For lines whose fields are a closed list: what looks for secrets in every line costs more than writing it. */
  plainLog: Logger;
  flush: () => void;
}

/** JSON lines on standard output, written in bulk. Errors go under `err`, without their own fields. */
export function openLog(service: string, level: string, stream?: DestinationStream): ServiceLog {
  const output = stream ?? destination({ fd: 1, sync: false });
  const options: LoggerOptions = {
    level,
    base: { service },
    messageKey: 'message',
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: (error: unknown) => describeError(error, true) },
  };
  const redact = { paths: NEVER_LOGGED.flatMap((name) => [name, `*.${name}`]), censor: '[left out]' };
  return {
    log: pino({ ...options, redact }, output),
    plainLog: pino(options, output),
    flush: () => 'flushSync' in output && (output.flushSync as () => void)(),
  };
}
