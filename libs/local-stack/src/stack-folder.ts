import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { StackDescription } from './stack-description';

/** What a stack must keep secret, made once and then always the same, since the data is sealed with it. */
export interface StackSecrets {
  /** SEALING_KEYS. */
  sealingKeys: string;
  /** INDEX_KEY. */
  indexKey: string;
  adminEmail: string;
  adminPassword: string;
}

/** The folder of one stack: its data, logs, secrets, ports, and the description of what runs. */
export class StackFolder {
  constructor(readonly path: string) {
    fs.mkdirSync(path, { recursive: true });
  }

  file(...names: string[]): string {
    return path.join(this.path, ...names);
  }

  logFile(name: string): string {
    return this.file('logs', `${name}.log`);
  }

  /** Made at the first call; readable only for its owner. */
  secrets(): StackSecrets {
    const kept = this.read<StackSecrets>('secrets.json');
    if (kept) return kept;
    const made: StackSecrets = {
      sealingKeys: `local:${randomBytes(32).toString('base64')}`,
      indexKey: randomBytes(32).toString('base64'),
      adminEmail: 'admin@example.com',
      adminPassword: randomBytes(12).toString('base64url'),
    };
    this.write('secrets.json', made);
    return made;
  }

  /** The ports of the last run, so that addresses stay the same where they can. */
  ports(): Record<string, number> {
    return this.read<Record<string, number>>('ports.json') ?? {};
  }

  savePorts(ports: Record<string, number>): void {
    this.write('ports.json', ports);
  }

  /** `stack.json`: there while all is ready. */
  description(): StackDescription | undefined {
    return this.read<StackDescription>('stack.json');
  }

  describe(description: StackDescription): void {
    this.write('stack.json', description);
  }

  removeDescription(): void {
    fs.rmSync(this.file('stack.json'), { force: true });
  }

  /** Undefined if there is no such file. Throws, and says which, if it is not JSON. */
  read<T>(name: string): T | undefined {
    let text: string;
    try {
      text = fs.readFileSync(this.file(name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw new Error(`${this.file(name)} is damaged: remove it (or the whole folder) and start again`, { cause });
    }
  }

  /** Variables as a shell takes them, for who runs a service by hand. */
  writeEnvironment(name: string, env: NodeJS.ProcessEnv): void {
    const lines = Object.entries(env).map(([variable, value]) => `${variable}='${(value ?? '').replaceAll("'", `'\\''`)}'`);
    this.writeText(name, `${lines.join('\n')}\n`);
  }

  write(name: string, value: unknown): void {
    this.writeText(name, `${JSON.stringify(value, null, 2)}\n`);
  }

  /** Whole or not at all, and readable only for its owner: secrets and addresses with passwords lie here. */
  private writeText(name: string, text: string): void {
    const unfinished = this.file(`${name}.${process.pid}`);
    fs.writeFileSync(unfinished, text, { mode: 0o600 });
    fs.renameSync(unfinished, this.file(name));
  }
}
