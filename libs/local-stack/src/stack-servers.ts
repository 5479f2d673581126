import { startBroker } from './broker';
import { startDatabase } from './database';
import { DockerServers, type DockerServer } from './docker-servers';
import type { Run } from './earlier-run';
import { fetchJars, jarsAreThere } from './jars';
import type { Machine } from './prerequisites.rules';
import { serverSources } from './prerequisites.rules';
import type { Progress } from './progress';
import type { DescribedProcess } from './stack-description';
import type { StackFolder } from './stack-folder';
import type { Supervised } from './supervision';

/** A broker and a database, wherever they came from. */
export interface StackServers {
  brokers: string;
  databaseUrl: string;
  /** Those that are processes of ours. */
  processes: { name: string; process: Supervised; describe(): DescribedProcess }[];
  stop(): Promise<void>;
}

/** What servers are started with. */
export interface ServerSurroundings {
  folder: StackFolder;
  machine: Machine;
  env: NodeJS.ProcessEnv;
  ports: { broker: number; database: number };
  progress: Progress;
  run: Run;
}

/** Brings up what is not given: by Docker where an engine answers, else as processes of our own. What already runs is stopped if the rest fails. */
export async function startServers(surroundings: ServerSurroundings): Promise<StackServers> {
  const { machine, env, ports, progress } = surroundings;
  const sources = serverSources(machine);
  const servers: StackServers = {
    brokers: env.KAFKA_BROKERS || `127.0.0.1:${ports.broker}`,
    databaseUrl: env.DATABASE_URL || `mysql://root@127.0.0.1:${ports.database}`,
    processes: [],
    stop: () => Promise.resolve(),
  };
  const names: DockerServer[] = (['broker', 'database'] as const).filter((name) => sources[name] === 'docker');
  if (names.length > 0) {
    const docker = new DockerServers(surroundings.folder.path, names, ports);
    servers.stop = () => docker.stop();
    await progress.step(`${names.join(' and ')} in Docker`, (detail) => docker.up(detail));
  }
  if (sources.broker === 'maven' || sources.database === 'maven') await startOwn(servers, surroundings, sources);
  return servers;
}

async function startOwn(
  servers: StackServers,
  { folder, ports, progress, run }: ServerSurroundings,
  sources: ReturnType<typeof serverSources>,
): Promise<void> {
  if (!jarsAreThere()) await progress.step('programs of broker and database', (detail) => fetchJars(detail));
  const stops: (() => Promise<void>)[] = [];
  servers.stop = () => Promise.all(stops.map((stop) => stop())).then(() => undefined);
  const start = async (name: DockerServer) => {
    const dir = folder.file(name);
    const spawned = (pid: number) => run.started({ name, pid, mark: dir });
    const options = { dir, port: ports[name], spawned, logFile: folder.logFile(name) };
    const started = await (name === 'broker' ? startBroker(options) : startDatabase(options));
    stops.push(() => started.stop());
    servers.processes.push({
      name,
      process: started,
      describe: () => ({ name, pid: started.pid, log: folder.logFile(name) }),
    });
  };
  const own = (['database', 'broker'] as const).filter((name) => sources[name] === 'maven');
  const started = await progress.step(own.join(' and '), () => Promise.allSettled(own.map(start)));
  const failed = started.find((result) => result.status === 'rejected');
  if (!failed) return;
  await servers.stop();
  throw failed.reason;
}
