import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './folders';
import { runOnce } from './run-once';

const WEB = path.join(repositoryRoot, 'web');
const BUILT = path.join(WEB, 'dist', 'index.html');
/** What the built pages are made of. */
const SOURCES = ['src', 'index.html', 'vite.config.mjs', 'package.json'];

/** Builds the console's pages, unless what is built is newer than all its sources. @throws Error with what the build said */
export async function buildWebApp(): Promise<void> {
  if (isFresh()) return;
  const vite = path.join(path.dirname(require.resolve('vite/package.json', { paths: [WEB] })), 'bin', 'vite.js');
  await runOnce('The web app could not be built', process.execPath, [vite, 'build', '--logLevel=warn', WEB]);
}

function isFresh(): boolean {
  if (!fs.existsSync(BUILT)) return false;
  const builtAt = fs.statSync(BUILT).mtimeMs;
  return SOURCES.every((name) => newestIn(path.join(WEB, name)) <= builtAt);
}

/** Folders count as well: their time tells of files that are gone. */
function newestIn(place: string): number {
  const stat = fs.statSync(place);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return fs.readdirSync(place).reduce((newest, name) => Math.max(newest, newestIn(path.join(place, name))), stat.mtimeMs);
}
