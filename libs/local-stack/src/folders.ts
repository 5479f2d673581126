import path from 'node:path';

/** The checkout this file is part of. */
export const repositoryRoot = path.resolve(__dirname, '..', '..', '..');

/** `.local` of the checkout: what all stacks and test runs share. */
export const localFolder = (): string => path.join(repositoryRoot, '.local');

/** Where one stack keeps its data, logs and secrets: STACK_DIR, else `.local`. */
export const stackFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  env.STACK_DIR ? path.resolve(env.STACK_DIR) : localFolder();
