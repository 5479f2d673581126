/*
 * `node ../../tools/bundle.mjs`, in the folder of a service: makes of `dist/main.js` and all it loads the program that the image runs, `bundle/main.cjs` and the files beside it.
 * Half the time to start and 12 MB less than 2,000 files of packages, as measured in docs/decisions/0073.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';

/** kafkajs: two of its files are replaced when it is loaded (libs/kafka/src/kafka-client.ts). @node-rs/argon2: a native file. */
const STAY_OUTSIDE = /^(kafkajs|@node-rs\/argon2|@lever-certn\/web)(\/|$)/;
/** Other databases, Asian character sets of old, and the telephone numbers of all countries: 2 MB. */
const UNUSED =
  /node_modules\/(libphonenumber-js\/|iconv-lite\/encodings\/tables\/|typeorm\/driver\/(aurora-|better-sqlite3|capacitor|cockroachdb|cordova|expo|mongodb\/Mongo|nativescript|oracle|postgres|react-native|sap|spanner|sqlite-abstract|sqljs|sqlserver\/SqlServer))/;
/** Describes the API where `openapi.json` is made; the running console serves that file, and what is written on its classes need do nothing. */
const DESCRIBES = '@nestjs/swagger';
/** Loaded by `import()`, and by few: not to be put together with what everybody loads. */
const LATER = /node_modules\/(@opentelemetry\/(?!api\/)|openid-client\/|oauth4webapi\/|jose\/|file-type\/|@tokenizer\/)/;
/** V8 takes five times the length of a file to compile it, and what that took hardly goes back to the system: 30 MB where all is one file. */
const MAX_FILE_BYTES = 300_000;

const folder = path.join(process.cwd(), 'bundle');
const bundle = await rolldown({
  input: { main: path.join(process.cwd(), 'dist', 'main.js') },
  platform: 'node',
  external: STAY_OUTSIDE,
  plugins: [withoutUnused(), withoutDescriptions()],
  onLog(level, log, print) {
    // Drivers and transports that nobody installed: their packages ask for them only where they are used.
    if (level === 'warn' && !['UNRESOLVED_IMPORT', 'EVAL'].includes(log.code)) print(level, log);
  },
});
rmSync(folder, { recursive: true, force: true });
await bundle.write({
  dir: folder,
  format: 'cjs',
  strict: true,
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name]-[hash].cjs',
  // Packages run in the order in which they would have been required, and classes keep the names that Nest and TypeORM go by.
  strictExecutionOrder: true,
  keepNames: true,
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  codeSplitting: { groups: [{ name: (id) => (LATER.test(id) ? null : 'part'), debugName: 'part', maxSize: MAX_FILE_BYTES }] },
});
await bundle.close();
for (const name of readdirSync(folder)) {
  const file = path.join(folder, name);
  writeFileSync(file, asAscii(readFileSync(file, 'utf8')));
}

/** What of its packages no service uses stays out. Who comes to use it is told so. */
function withoutUnused() {
  const text = "throw new Error('left out of the bundle: see UNUSED in tools/bundle.mjs')";
  const code = `module.exports = new Proxy({}, { get() { ${text}; } });`;
  return { name: 'without-unused', load: (id) => (UNUSED.test(id) ? { code, moduleType: 'js' } : null) };
}

function withoutDescriptions() {
  const id = 'without-descriptions.cjs';
  const text =
    'throw new Error(`${String(name)}: only descriptions (Api…) do without @nestjs/swagger, see DESCRIBES in tools/bundle.mjs`)';
  const none = 'if (/^Api|^getSchemaPath$/.test(String(name))) return () => () => undefined;';
  const code = `module.exports = new Proxy({}, { get(_, name) { ${none} ${text}; } });`;
  return {
    name: 'without-descriptions',
    resolveId: (source) => (source === DESCRIBES ? id : null),
    load: (wanted) => (wanted === id ? { code, moduleType: 'js' } : null),
  };
}

/** With a single letter beyond Latin-1 in a file, V8 keeps the whole text of it in two bytes a letter. */
function asAscii(text) {
  return text.replace(/[^\x00-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
