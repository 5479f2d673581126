import path from 'node:path';
import { startBroker } from './broker';
import { startDatabase } from './database';
import { DockerServers, type DockerServer } from './docker-servers';
import { freePort } from './free-port';
import { fetchJars, jarsAreThere } from './jars';
import { checkPrerequisites, lookAtMachine } from './prerequisites';
import { canUseMaven } from './prerequisites.rules';
import type { Progress } from './progress';

/** What specs are told, and how to end what was started for them. */
export interface TestServers {
  env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/**
 * A broker and a database for the specs, on free ports, with their data in `folder`: by Maven, so that specs which kill a broker find the same
 * programs; in Docker only where there is no Java or no Maven. What KAFKA_BROKERS and DATABASE_URL name is taken instead. @throws PrerequisitesError
 */
export async function startTestServers(folder: string, env: NodeJS.ProcessEnv, progress: Progress): Promise<TestServers> {
  const wanted: DockerServer[] = [];
  if (!env.DATABASE_URL) wanted.push('database');
  if (!env.KAFKA_BROKERS) wanted.push('broker');
  if (wanted.length === 0) return { env: {}, stop: () => Promise.resolve() };
  const machine = await lookAtMachine(env);
  checkPrerequisites(machine);
  return canUseMaven(machine) ? startByMaven(wanted, folder, progress) : startInDocker(wanted, folder, progress);
}

async function startByMaven(wanted: DockerServer[], folder: string, progress: Progress): Promise<TestServers> {
  if (!jarsAreThere()) await progress.step('programs of broker and database', (detail) => fetchJars(detail));
  const stops: (() => Promise<void>)[] = [];
  const stop = () => Promise.all(stops.map((one) => one())).then(() => undefined);
  const env: NodeJS.ProcessEnv = {};
  const start = async (name: DockerServer) => {
    const dir = path.join(folder, name);
    if (name === 'broker') {
      const broker = await startBroker({ dir });
      stops.push(() => broker.stop());
      env.KAFKA_BROKERS = broker.brokers;
    } else {
      const database = await startDatabase({ dir });
      stops.push(() => database.stop());
      env.DATABASE_URL = database.url;
    }
  };
  const started = await progress.step(wanted.join(' and '), () => Promise.allSettled(wanted.map(start)));
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) await stop();
  if (failed) throw failed.reason;
  return { env, stop };
}

async function startInDocker(wanted: DockerServer[], folder: string, progress: Progress): Promise<TestServers> {
  const broker = await freePort();
  const database = await freePort();
  const docker = new DockerServers(folder, wanted, { broker, database });
  await progress.step(`${wanted.join(' and ')} in Docker`, (detail) => docker.up(detail));
  const env: NodeJS.ProcessEnv = {};
  if (wanted.includes('broker')) env.KAFKA_BROKERS = `127.0.0.1:${broker}`;
  if (wanted.includes('database')) env.DATABASE_URL = `mysql://root@127.0.0.1:${database}`;
  return { env, stop: () => docker.remove() };
}
