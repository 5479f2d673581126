import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/* What this proves: on the built files, how much a first visit loads before any page, and how much a page adds at most. */

const FIRST_LOAD_BYTES = 250_000;
const PAGE_BYTES = 45_000;
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

test('the first load is at most 250 kB gzip', () => expect(bytesOf(first)).toBeLessThanOrEqual(FIRST_LOAD_BYTES));

test.each(pages.map((file) => [file.replace(/-[\w-]{8}\.js$/, ''), file]))('%s adds at most 45 kB gzip to it', (_, file) => {
  expect(bytesOf([...withImports(file)].filter((needed) => !first.has(needed)))).toBeLessThanOrEqual(PAGE_BYTES);
});
