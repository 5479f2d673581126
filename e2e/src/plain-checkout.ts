import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { repositoryRoot, sharedFolder } from '@lever-certn/local-stack/folders';
import { fetchJars } from '@lever-certn/local-stack/jars';

/** A checkout as somebody without any rights has it, and who that is. */
export interface PlainCheckout {
  root: string;
  /** A folder of that person's own. */
  folder: string;
  /** Nothing of the run of specs is in it. */
  env: NodeJS.ProcessEnv;
  /** Absent: whoever runs the specs. */
  user?: { uid: number; gid: number };
  remove(): void;
}

/** History and what builds keep; of `.local` only the programs of the servers come along. */
const LEFT_OUT = new Set(['.git', '.local', '.nx']);

/**
 * This checkout; where the specs run as root, the same files as links in a folder of `nobody`, who may change none of them. Where `nobody` can't use this
 * machine's programs that is said, and root it is.
 */
export async function plainCheckout(): Promise<PlainCheckout> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plain-checkout-'));
  const env = { ...withoutNpm(process.env), HOME: folder };
  const remove = (): void => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  const user = unprivileged();
  if (!user) return { root: repositoryRoot, folder, env: withoutNpm(process.env), remove };
  await fetchJars();
  const root = path.join(folder, 'checkout');
  const local = path.join(root, '.local');
  fs.mkdirSync(local, { recursive: true });
  for (const name of fs.readdirSync(repositoryRoot)) if (!LEFT_OUT.has(name)) bring(path.join(repositoryRoot, name), root);
  bring(path.join(sharedFolder(), 'programs'), local);
  for (const own of [folder, root, local]) fs.chownSync(own, user.uid, user.gid);
  return { root, folder, env, user, remove };
}

/** As links, which cost no room; where they can't be made, as copies. */
function bring(from: string, into: string): void {
  if (spawnSync('cp', ['-al', from, into]).status === 0) return;
  fs.rmSync(path.join(into, path.basename(from)), { recursive: true, force: true });
  execFileSync('cp', ['-a', from, into]);
}

function unprivileged(): PlainCheckout['user'] {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (option: string): number => Number(execFileSync('id', [option, 'nobody']));
  const user = { uid: idOf('-u'), gid: idOf('-g') };
  const programs = 'node --version && java -version && command -v npm && command -v mvn';
  if (spawnSync('/bin/sh', ['-c', programs], { ...user, cwd: '/' }).status === 0) return user;
  process.stderr.write('npm start is tried as root: nobody can not use Node, npm, Java and Maven of this machine.\n');
  return undefined;
}

/** The settings of the npm that runs the specs are not those of an npm that a person calls. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.toLowerCase().startsWith('npm_')));
}
