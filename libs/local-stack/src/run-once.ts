import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const MAX_LINES = 8;

/** Runs a program to its end. @throws Error that begins with `failure` and goes on with what the program itself said. */
export async function runOnce(
  failure: string,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  try {
    await promisify(execFile)(command, args, { env: { ...process.env, ...env } });
  } catch (cause) {
    const { stdout = '', stderr = '', message } = cause as Error & { stdout?: string; stderr?: string };
    const said = `${stdout}\n${stderr}`
      .split('\n')
      .filter((line) => line.trim())
      .slice(-MAX_LINES);
    throw new Error(`${failure}:\n  ${(said.length > 0 ? said : [message]).join('\n  ')}`, { cause });
  }
}
