import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot, sharedFolder } from './folders';
import { isAlive } from './running-processes';

/** Where the programs of the broker and the database lie on this machine. */
export interface ServerPrograms {
  /** For `java -cp`. */
  kafkaClasspath: string;
  /** MariaDB's base folder: `bin/mariadbd`, `scripts/`, `share/`. */
  mariadbBase: string;
}

/** A line about the progress, some per second at most; how it is shown is the caller's. */
export type Log = (line: string) => void;

/** Maven may be slow on a slow line, but not for ever. */
const FETCH_TIMEOUT_MS = 30 * 60_000;
const PROGRESS_EVERY_MS = 500;

/** MariaDB's binaries exist in Maven Central for these; elsewhere Docker or DATABASE_URL is needed. */
const PLATFORMS: Readonly<Record<string, string>> = {
  'linux-x64': 'linux64',
  'darwin-arm64': 'macos-arm64',
  'win32-x64': 'win64',
};

/** The name Maven Central uses for this machine, undefined where it has no MariaDB for it. */
export function mariadbPlatform(platform: string = process.platform, arch: string = process.arch): string | undefined {
  return PLATFORMS[`${platform}-${arch}`];
}

const programsFolder = (): string => path.join(sharedFolder(), 'programs');
const pomFile = (): string => path.join(repositoryRoot, 'deploy', 'local', 'pom.xml');

/** They were fetched before, so that nothing has to be fetched now. */
export function jarsAreThere(): boolean {
  const target = targetFolder(programsFolder());
  return target !== undefined && fs.existsSync(target);
}

/**
 * The programs of broker and database, fetched by Maven the first time (about 200 MB) and kept in `.local/programs`, which all stacks and test
 * runs of this checkout share. A fetch that is interrupted leaves nothing that a later one would take for whole. Throws with Maven's own
 * words if it fails.
 */
export async function fetchJars(log: Log = () => undefined, folder = programsFolder()): Promise<ServerPrograms> {
  const target = targetFolder(folder);
  if (!target)
    throw new Error(`Maven Central has no MariaDB for ${process.platform}-${process.arch}: set DATABASE_URL and KAFKA_BROKERS`);
  if (!fs.existsSync(target)) await fetchInto(target, log);
  return { kafkaClasspath: path.join(target, 'kafka', '*'), mariadbBase: mariadbBase(path.join(target, 'mariadb')) };
}

/** Named after what is fetched, so that another version goes beside it; undefined on a machine that Maven Central has nothing for. */
function targetFolder(folder: string): string | undefined {
  const platform = mariadbPlatform();
  if (!platform) return undefined;
  const version = createHash('sha256').update(fs.readFileSync(pomFile())).update(platform).digest('hex').slice(0, 12);
  return path.join(folder, version);
}

async function fetchInto(target: string, log: Log): Promise<void> {
  const folder = path.dirname(target);
  fs.mkdirSync(folder, { recursive: true });
  removeAbandoned(folder);
  const unfinished = path.join(folder, `fetch-${process.pid}-${Date.now()}`);
  try {
    const platform = `-Dmariadb.platform=${mariadbPlatform()}`;
    await maven(['-f', pomFile(), 'process-resources', `-Dstack.output=${unfinished}`, platform], log);
    makeExecutable(mariadbBase(path.join(unfinished, 'mariadb')));
    renameUnlessThere(unfinished, target);
  } finally {
    fs.rmSync(unfinished, { recursive: true, force: true });
  }
}

function maven(args: string[], log: Log): Promise<void> {
  const child = spawn('mvn', ['--no-snapshot-updates', '-Dstyle.color=never', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: process.env,
  });
  const stop = () => void child.kill('SIGKILL');
  const timer = setTimeout(stop, FETCH_TIMEOUT_MS);
  process.once('exit', stop);
  const words: string[] = [];
  const progress = new MavenProgress(log);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      for (const line of chunk.split(/[\r\n]+/)) {
        progress.read(line);
        if (line.includes('[ERROR]')) words.push(line.replace('[ERROR]', '').trim());
      }
    });
  }
  return new Promise<void>((resolve, reject) => {
    child.once('error', (cause) => reject(new Error('Maven (`mvn`) could not be started', { cause })));
    child.once('close', (code) =>
      code === 0
        ? resolve()
        : reject(
            new Error(`Maven could not fetch the broker and the database:\n  ${words.filter(Boolean).slice(0, 6).join('\n  ')}`),
          ),
    );
  }).finally(() => {
    clearTimeout(timer);
    process.off('exit', stop);
  });
}

/** Reads what Maven prints while it downloads, and says it at a pace a person can read. */
class MavenProgress {
  private files = 0;
  private current = '';
  private saidAt = 0;

  constructor(private readonly log: Log) {}

  read(line: string): void {
    const started = /Downloading from \S+: \S*\/(\S+)/.exec(line);
    if (line.includes(':unpack-dependencies')) this.log('unpacking');
    const size = /^Progress \(\d+\): ([\d.]+(?:\/[\d.]+)? [kM]?B)/.exec(line);
    if (started) this.current = started[1]!;
    else if (line.startsWith('Downloaded from')) this.files += 1;
    else if (!size) return;
    if (Date.now() - this.saidAt < PROGRESS_EVERY_MS) return;
    this.saidAt = Date.now();
    this.log(`${this.files} files fetched, now ${this.current}${size ? ` ${size[1]}` : ''}`);
  }
}

/** The jar keeps the binaries a few folders deep, under their version. */
function mariadbBase(folder: string): string {
  const found = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .find((file) => /(^|[\\/])bin[\\/]mariadbd(\.exe)?$/.test(file));
  if (!found) throw new Error(`no mariadbd in ${folder}: remove that folder and start again`);
  return path.dirname(path.dirname(path.join(folder, found)));
}

function makeExecutable(base: string): void {
  for (const folder of ['bin', 'scripts']) {
    const where = path.join(base, folder);
    if (fs.existsSync(where)) for (const file of fs.readdirSync(where)) fs.chmodSync(path.join(where, file), 0o755);
  }
}

/** Somebody who fetched at the same time and was first has made the same folder. */
function renameUnlessThere(from: string, to: string): void {
  try {
    fs.renameSync(from, to);
  } catch (error) {
    if (!fs.existsSync(to)) throw error;
  }
}

function removeAbandoned(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    const pid = Number(/^fetch-(\d+)-/.exec(name)?.[1]);
    if (pid && !isAlive(pid)) fs.rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}
