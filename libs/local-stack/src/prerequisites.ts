import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { mariadbPlatform } from './jars';
import { missingPrerequisites, type Machine, type Missing } from './prerequisites.rules';

const ASK_TIMEOUT_MS = 8000;

/** The stack cannot start on this machine: what is missing, each with its cure, one per line. */
export class PrerequisitesError extends Error {
  constructor(readonly missing: readonly Missing[]) {
    super(missing.map(({ what, cure }) => `${what}.\n  Run: ${cure}`).join('\n'));
    this.name = 'PrerequisitesError';
  }
}

/** Looks at what this machine has. Asks Docker, Java and Maven only if a server is not given. */
export async function lookAtMachine(env: NodeJS.ProcessEnv = process.env): Promise<Machine> {
  const brokerGiven = Boolean(env.KAFKA_BROKERS);
  const databaseGiven = Boolean(env.DATABASE_URL);
  const wanted = !brokerGiven || !databaseGiven;
  const [docker, javaMajor, maven] = wanted
    ? await Promise.all([dockerAnswers(env), javaVersion(env), mavenIsThere(env)])
    : [false, 0, false];
  return {
    nodeVersion: process.versions.node,
    platform: process.platform,
    docker,
    javaMajor,
    maven,
    mariadbInMaven: mariadbPlatform() !== undefined,
    brokerGiven,
    databaseGiven,
  };
}

/** @throws PrerequisitesError if anything is missing. */
export function checkPrerequisites(machine: Machine): void {
  const missing = missingPrerequisites(machine);
  if (missing.length > 0) throw new PrerequisitesError(missing);
}

/** The major version out of what `java -version` prints: `17` of "17.0.15", `8` of "1.8.0_402"; 0 if it is none. */
export function javaMajorOf(printed: string): number {
  const version = /version "(\d+)(?:\.(\d+))?/.exec(printed);
  if (!version) return 0;
  return version[1] === '1' ? Number(version[2] ?? 0) : Number(version[1]);
}

async function dockerAnswers(env: NodeJS.ProcessEnv): Promise<boolean> {
  const answers = (args: string[]) =>
    ask('docker', args, env).then(
      () => true,
      () => false,
    );
  return (await answers(['info', '--format', '{{.ServerVersion}}'])) && (await answers(['compose', 'version']));
}

async function javaVersion(env: NodeJS.ProcessEnv): Promise<number> {
  return ask('java', ['-version'], env).then(
    ({ stdout, stderr }) => javaMajorOf(stderr + stdout),
    () => 0,
  );
}

/** Looks for it on the PATH: asking Maven itself takes half a second. */
async function mavenIsThere(env: NodeJS.ProcessEnv): Promise<boolean> {
  return ask('/bin/sh', ['-c', 'command -v mvn'], env).then(
    () => true,
    () => false,
  );
}

function ask(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(command, args, { timeout: ASK_TIMEOUT_MS, env });
}
