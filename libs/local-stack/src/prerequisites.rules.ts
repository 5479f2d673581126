/** What this machine has, as far as the local stack is concerned. */
export interface Machine {
  /** As `process.versions.node`. */
  nodeVersion: string;
  /** As `process.platform`. */
  platform: string;
  /** A Docker engine answers, and it has Compose. */
  docker: boolean;
  /** 0: there is none. */
  javaMajor: number;
  maven: boolean;
  /** Maven Central has MariaDB for this machine. */
  mariadbInMaven: boolean;
  /** KAFKA_BROKERS, DATABASE_URL are set. */
  brokerGiven: boolean;
  databaseGiven: boolean;
}

/** Where broker and database come from. */
export type ServerSource = 'given' | 'docker' | 'maven';

/** One thing that is missing, and what cures it. */
export interface Missing {
  what: string;
  cure: string;
}

const OLDEST_JAVA = 17;
const OLDEST_NODE = [20, 19] as const;

/** Where each server comes from on this machine: what is given, else Docker, else Maven. */
export function serverSources(machine: Machine): { broker: ServerSource; database: ServerSource } {
  const ours = machine.docker ? 'docker' : 'maven';
  return { broker: machine.brokerGiven ? 'given' : ours, database: machine.databaseGiven ? 'given' : ours };
}

/** Maven can bring both servers and Java can run the broker. */
export function canUseMaven({ javaMajor, maven, mariadbInMaven, databaseGiven }: Machine): boolean {
  return javaMajor >= OLDEST_JAVA && maven && (mariadbInMaven || databaseGiven);
}

/** Everything that is missing, each once; empty when the stack can start. */
export function missingPrerequisites(machine: Machine): Missing[] {
  const missing: Missing[] = [];
  if (!isAtLeast(machine.nodeVersion, OLDEST_NODE))
    missing.push({
      what: `Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${machine.nodeVersion}`,
      cure: 'nvm install 24 (or get it from https://nodejs.org)',
    });
  const sources = serverSources(machine);
  if (sources.broker !== 'maven' && sources.database !== 'maven') return missing;
  const java = installOf(machine.platform, 'java');
  if (machine.javaMajor < OLDEST_JAVA)
    missing.push({
      what:
        machine.javaMajor === 0
          ? `Java ${OLDEST_JAVA} or newer is needed for the broker, since no Docker engine answers`
          : `Java ${OLDEST_JAVA} or newer is needed for the broker; this is Java ${machine.javaMajor}`,
      cure: `${java} (or start Docker)`,
    });
  if (!machine.maven)
    missing.push({
      what: 'Maven is needed to fetch the broker and the database, since no Docker engine answers',
      cure: `${installOf(machine.platform, 'maven')} (or start Docker)`,
    });
  if (sources.database === 'maven' && !machine.mariadbInMaven)
    missing.push({
      what: 'Maven Central has no database for this kind of machine',
      cure: 'start Docker, or set DATABASE_URL=mysql://user:password@host:3306',
    });
  return missing;
}

function installOf(platform: string, what: 'java' | 'maven'): string {
  if (platform === 'darwin') return what === 'java' ? 'brew install openjdk@17' : 'brew install maven';
  if (platform === 'win32') return what === 'java' ? 'winget install EclipseAdoptium.Temurin.17.JRE' : 'scoop install maven';
  return what === 'java' ? 'sudo apt-get install -y openjdk-17-jre-headless' : 'sudo apt-get install -y maven';
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [isMajor = 0, isMinor = 0] = version.split('.').map(Number);
  return isMajor > major || (isMajor === major && isMinor >= minor);
}
