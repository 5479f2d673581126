/** `node tools/run.cjs <file.ts> [arguments]` runs one of our programs from source, with the flags it needs. Signals and the exit code pass through. */
const { spawn } = require('node:child_process');
const path = require('node:path');
const [file, ...rest] = process.argv.slice(2);
const flags = ['--enable-source-maps', '-C', '@lever-certn/source', '-r', path.join(__dirname, 'swc-register.cjs')];
const child = spawn(process.execPath, [...flags, path.resolve(file), ...rest], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
