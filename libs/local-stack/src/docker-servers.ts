import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from './folders';
import type { Log } from './jars';

const STOP_TIMEOUT_MS = 60_000;
const UP_TIMEOUT_MS = 15 * 60_000;

/** Names of the servers in `docker-compose.yml`. */
export type DockerServer = 'broker' | 'database';

/** Broker and database out of `docker-compose.yml`, in a Compose project of this stack's own; Docker starts them again when they die. */
export class DockerServers {
  private readonly project: string;

  constructor(
    stackFolder: string,
    private readonly servers: readonly DockerServer[],
    private readonly ports: { broker: number; database: number },
  ) {
    this.project = `lever-certn-${createHash('sha256').update(stackFolder).digest('hex').slice(0, 8)}`;
  }

  /** Resolves when they are healthy. Throws with Docker's own words if they do not become so. */
  async up(log: Log): Promise<void> {
    const child = spawn('docker', [...this.arguments(), 'up', '-d', '--wait', ...this.servers], {
      cwd: repositoryRoot,
      env: this.env(),
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: UP_TIMEOUT_MS,
    });
    const words: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      for (const line of chunk
        .split(/[\r\n]+/)
        .map((part) => part.trim())
        .filter(Boolean)) {
        log(line);
        words.push(line);
        if (words.length > 10) words.shift();
      }
    });
    const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
    if (code !== 0) throw new Error(`Docker could not start ${this.servers.join(' and ')}:\n  ${words.join('\n  ')}`);
  }

  /** Their data stays in volumes. */
  stop(): Promise<void> {
    return this.compose(['stop', ...this.servers]);
  }

  /** With their data. */
  remove(): Promise<void> {
    return this.compose(['down', '--volumes', '--timeout', '5']);
  }

  private async compose(command: string[]): Promise<void> {
    const options = { cwd: repositoryRoot, env: this.env(), timeout: STOP_TIMEOUT_MS };
    await promisify(execFile)('docker', [...this.arguments(), ...command], options);
  }

  private arguments(): string[] {
    return ['compose', '-p', this.project, '-f', path.join(repositoryRoot, 'docker-compose.yml')];
  }

  private env(): NodeJS.ProcessEnv {
    return { ...process.env, BROKER_PORT: String(this.ports.broker), DATABASE_PORT: String(this.ports.database) };
  }
}
