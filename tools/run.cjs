/** `node tools/run.cjs <file.ts> [arguments]` runs one of our programs from source, with the flags it needs. Signals and the exit code pass through. */
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const OLDEST_NODE = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  console.error(
    `Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.version}. Get it from https://nodejs.org or run: nvm install 24`,
  );
  process.exit(78);
}
if (!fs.existsSync(path.join(__dirname, '..', 'node_modules', '@swc', 'core'))) {
  console.error('The dependencies are not installed. Run: npm ci');
  process.exit(78);
}

const [file, ...rest] = process.argv.slice(2);
const flags = ['--enable-source-maps', '-C', '@lever-certn/source', '-r', path.join(__dirname, 'swc-register.cjs')];
const child = spawn(process.execPath, [...flags, path.resolve(file), ...rest], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));

// npm that was killed sends no signal: its absence counts as one.
const parent = process.ppid;
if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref();
