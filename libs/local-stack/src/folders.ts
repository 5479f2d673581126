import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The checkout this file is part of. */
export const repositoryRoot = path.resolve(__dirname, '..', '..', '..');

/** `.local` of the checkout: what all stacks and test runs share. */
export const localFolder = (): string => path.join(repositoryRoot, '.local');

/** Where one stack keeps its data, logs and secrets: STACK_DIR, else `.local`. */
export const stackFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  env.STACK_DIR ? path.resolve(env.STACK_DIR) : localFolder();

/** What all stacks of this checkout share: `.local`; in a checkout that we may not write to, a folder of our own. */
export function sharedFolder(): string {
  const local = localFolder();
  return mayWrite(fs.existsSync(local) ? local : repositoryRoot) ? local : path.join(os.homedir(), '.cache', 'lever-certn');
}

function mayWrite(folder: string): boolean {
  try {
    fs.accessSync(folder, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
