import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { repositoryRoot } from './folders';

const MAX_LINES = 8;
const MAX_OUTPUT_BYTES = 8 * 2 ** 20;

/** `maxLines`: how much of what the program said stands in the error. `signal` ends the program. */
export interface RunOnceOptions {
  maxLines?: number;
  signal?: AbortSignal;
}

/** Runs a program to its end, in the repository's folder. @throws Error that begins with `failure` and goes on with what the program itself said. */
export async function runOnce(
  failure: string,
  command: string,
  args: readonly string[],
  { maxLines = MAX_LINES, signal }: RunOnceOptions = {},
): Promise<void> {
  try {
    await promisify(execFile)(command, args, { cwd: repositoryRoot, env: process.env, signal, maxBuffer: MAX_OUTPUT_BYTES });
  } catch (cause) {
    const { stdout = '', stderr = '', message } = cause as Error & { stdout?: string; stderr?: string };
    const said = `${stdout}\n${stderr}`
      .split('\n')
      .filter((line) => line.trim())
      .slice(-maxLines);
    throw new Error(`${failure}:\n  ${(said.length > 0 ? said : [message]).join('\n  ')}`, { cause });
  }
}
