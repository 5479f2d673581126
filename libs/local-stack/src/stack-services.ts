import type { StackDescription } from './stack-description';
import type { StackSecrets } from './stack-folder';
import type { PortName } from './stack-ports';

/** What the addresses of a stack's own services are made of. */
export type StackPorts = Readonly<Record<PortName, number>>;

/** Where a service is found by people and by the other services. */
export function publicUrl(port: number): string {
  return `http://localhost:${port}`;
}

/** The vendors' base URLs of our own stand-in. */
export function sandboxUrls(ports: StackPorts): { lever: string; certn: string } {
  const sandbox = `http://127.0.0.1:${ports.sandbox}`;
  return { lever: `${sandbox}/lever/v1`, certn: `${sandbox}/certn` };
}

/** The environment that all services of a stack share; what the person who starts it has set goes before our own choices. */
export function servicesEnvironment(
  env: NodeJS.ProcessEnv,
  ports: StackPorts,
  secrets: StackSecrets,
  { brokers, databaseUrl, topicPrefix }: Pick<StackDescription, 'brokers' | 'databaseUrl' | 'topicPrefix'>,
): NodeJS.ProcessEnv {
  const sandbox = sandboxUrls(ports);
  return {
    KAFKA_BROKERS: brokers,
    DATABASE_URL: databaseUrl,
    TOPIC_PREFIX: topicPrefix,
    SEALING_KEYS: env.SEALING_KEYS || secrets.sealingKeys,
    INDEX_KEY: env.INDEX_KEY || secrets.indexKey,
    // The stand-in has no limit worth sparing, and whoever plays the applicant wants to see what follows.
    ...(env.CERTN_API_URL ? {} : { CASE_READ_GAP_MS: env.CASE_READ_GAP_MS || '1000' }),
    LEVER_API_URL: env.LEVER_API_URL || sandbox.lever,
    CERTN_API_URL: env.CERTN_API_URL || sandbox.certn,
    PUBLIC_INGRESS_URL: env.PUBLIC_INGRESS_URL || publicUrl(ports.ingress),
    PUBLIC_CONSOLE_URL: env.PUBLIC_CONSOLE_URL || publicUrl(ports.console),
    BOOTSTRAP_ADMIN_EMAIL: env.BOOTSTRAP_ADMIN_EMAIL || secrets.adminEmail,
    // The login is printed at every start and used by the demo, so it stays unless somebody wants to see the first run.
    BOOTSTRAP_ADMIN_PASSWORD_CHANGE: env.BOOTSTRAP_ADMIN_PASSWORD_CHANGE || 'false',
    ...(env.BOOTSTRAP_ADMIN_PASSWORD_FILE
      ? {}
      : { BOOTSTRAP_ADMIN_PASSWORD: env.BOOTSTRAP_ADMIN_PASSWORD || secrets.adminPassword }),
  };
}
