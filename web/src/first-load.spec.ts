import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/* What this proves: on the built files, that no page asks for more than this before it can be used for the first time. */

const MOST_BYTES = 250_000;
const DIST = path.join(__dirname, '..', 'dist');
const IMPORTS = /(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g;

/** A file and everything it imports at once; what is imported later (`import(…)`) is not part of it. */
function withImports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = fs.readFileSync(path.join(DIST, 'assets', file), 'utf8');
  for (const [, imported] of text.matchAll(IMPORTS)) withImports(imported!, seen);
  return seen;
}

function bytesOf(files: Iterable<string>): number {
  return [...files].reduce((sum, file) => sum + gzipSync(fs.readFileSync(path.join(DIST, 'assets', file))).length, 0);
}

const page = fs.readFileSync(path.join(DIST, 'index.html'), 'utf8');
const linked = [...page.matchAll(/\/assets\/([\w.-]+\.(?:js|css))/g)].map(([, file]) => file!);
const first = new Set(linked.flatMap((file) => (file.endsWith('.js') ? [...withImports(file)] : [file])));
const pages = fs.readdirSync(path.join(DIST, 'assets')).filter((file) => /-page-[\w-]+\.js$/.test(file));

test('there are pages that come when they are asked for', () => expect(pages.length).toBeGreaterThan(2));

test.each(pages.map((file) => [file.replace(/-[\w-]{8}\.js$/, ''), file]))('%s needs at most 250 kB gzip', (_, file) => {
  const needed = new Set([...first, ...withImports(file)]);
  expect(bytesOf(needed)).toBeLessThanOrEqual(MOST_BYTES);
});
