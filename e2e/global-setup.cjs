/** One system for all specs that need none of their own; each makes teams of its own in it. A process of its own, since Jest does not read our sources here. */
const { spawn } = require('node:child_process');
const path = require('node:path');
const readline = require('node:readline');

module.exports = async () => {
  const root = path.join(__dirname, '..');
  const flags = ['--enable-source-maps', '-C', '@lever-certn/source', '-r', path.join(root, 'tools', 'swc-register.cjs')];
  const child = spawn(process.execPath, [...flags, path.join(__dirname, 'src', 'system.main.ts')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  globalThis.e2eSystem = child;
  process.once('exit', () => child.kill('SIGTERM'));
  process.env.E2E_SYSTEM = await new Promise((resolve, reject) => {
    readline.createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the shared system ended with ${code} before it was ready`)));
  });
};
