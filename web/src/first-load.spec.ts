import fs from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/* What this proves, on the built files: how much the first visit of any page loads, and that each component has its styles. */

const FIRST_LOAD_BYTES = 250_000;
const DIST = path.join(__dirname, '..', 'dist');
const MANTINE_CLASS = /\bm_[0-9a-f]{6,}\b/g;

/** What Vite says of a part of the build: names in `imports` are keys of the manifest. */
interface Part {
  file: string;
  css?: string[];
  imports?: string[];
  dynamicImports?: string[];
}
const manifest = JSON.parse(fs.readFileSync(path.join(DIST, '.vite', 'manifest.json'), 'utf8')) as Record<string, Part>;

/** What pages stand in, by the folder of the page. */
const TEAM = 'src/shell/team-frame.tsx';
const FRAMES: Record<string, string[]> = {
  candidates: [TEAM],
  deliveries: [TEAM],
  overview: [TEAM],
  problems: [TEAM],
  settings: [TEAM, 'src/settings/settings-frame.tsx'],
};

/** Files of a part and of all it imports at once. */
function filesOf(name: string, seen = new Set<string>(), files = new Set<string>()): Set<string> {
  if (seen.has(name)) return files;
  seen.add(name);
  const { file, css = [], imports = [] } = manifest[name]!;
  for (const one of [file, ...css]) files.add(one);
  for (const imported of imports) filesOf(imported, seen, files);
  return files;
}

const textOf = (file: string): string => fs.readFileSync(path.join(DIST, file), 'utf8');

function gzipBytes(names: readonly string[]): number {
  const files = new Set(names.flatMap((name) => [...filesOf(name)]));
  return [...files].reduce((sum, file) => sum + gzipSync(textOf(file)).length, 0);
}

const pages = Object.keys(manifest).filter((name) => /-page\.tsx$/.test(name));
/** Every page in its frames; of the one that goes step by step, with each step that may be open. */
const loads = pages.flatMap((page) => {
  const frames = FRAMES[page.split('/')[1]!] ?? [];
  const steps = (manifest[page]!.dynamicImports ?? []).filter((name) => /-step\.tsx$/.test(name));
  return steps.length > 0 ? steps.map((step) => [...frames, page, step]) : [[...frames, page]];
});

test('every page and every step is counted', () => {
  expect(pages.length).toBeGreaterThan(10);
  expect(loads.length).toBeGreaterThan(pages.length);
});

test.each(loads.map((parts) => [path.basename(parts.at(-1)!, '.tsx'), parts] as const))(
  'the first load is at most 250 kB gzip where it is %s',
  (_, parts) => expect(gzipBytes(['index.html', ...parts])).toBeLessThanOrEqual(FIRST_LOAD_BYTES),
);

/** Names of classes in a text. */
const classesIn = (text: string): Set<string> => new Set(text.match(MANTINE_CLASS));

test('every component of Mantine that is built in has its styles', () => {
  const built = fs.readdirSync(path.join(DIST, 'assets')).map((file) => path.join('assets', file));
  const classes = (end: string): Set<string> =>
    classesIn(
      built
        .filter((file) => file.endsWith(end))
        .map(textOf)
        .join('\n'),
    );
  const [used, styled] = [classes('.js'), classes('.css')];
  const folder = path.join(path.dirname(require.resolve('@mantine/core/styles.css')), 'styles');
  const sheets = fs.readdirSync(folder).filter((file) => /^[A-Z]\w*\.css$/.test(file));
  const missing = sheets.filter((sheet) =>
    [...classesIn(fs.readFileSync(path.join(folder, sheet), 'utf8'))].some((name) => used.has(name) && !styled.has(name)),
  );
  expect(sheets.length).toBeGreaterThan(50);
  expect(missing).toEqual([]);
});
