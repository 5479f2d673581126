import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

describe('tools/run.cjs', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-spec-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const program = (text: string) => {
    const file = path.join(folder, 'program.ts');
    fs.writeFileSync(file, text);
    return file;
  };
  const run = path.join(__dirname, 'run.cjs');

  it('runs TypeScript with its arguments and passes its exit code on', () => {
    const file = program('const code: number = Number(process.argv[2]);\nconsole.log("runs");\nprocess.exit(code);\n');
    const { status, stdout } = spawnSync(process.execPath, [run, file, '7'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 7, stdout: 'runs\n' });
  });

  it('runs what a file says now, not what it said before', () => {
    const says = (text: string) =>
      spawnSync(process.execPath, [run, program(`console.log('${text}');`)], { encoding: 'utf8' }).stdout;
    expect([says('one'), says('two'), says('one')]).toEqual(['one\n', 'two\n', 'one\n']);
  });

  it('names the line of the source in an error', () => {
    const file = program('interface Unused {\n  x: number;\n}\n\nthrow new Error("here");\n');
    expect(spawnSync(process.execPath, [run, file], { encoding: 'utf8' }).stderr).toContain('program.ts:5:7');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on and waits for the end', async (signal) => {
    const file = program(
      `process.on('${signal}', () => setTimeout(() => process.exit(3), 200)); console.log('up'); setInterval(() => undefined, 1000);`,
    );
    const child = spawn(process.execPath, [run, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill(signal);
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(3);
  });

  it('says what to run where the dependencies are not installed', () => {
    fs.mkdirSync(path.join(folder, 'tools'));
    fs.copyFileSync(run, path.join(folder, 'tools', 'run.cjs'));
    const { status, stderr } = spawnSync(process.execPath, [path.join(folder, 'tools', 'run.cjs'), 'x.ts'], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 78, stderr: 'The dependencies are not installed. Run: npm ci\n' });
  });

  it('says which Node it needs on an older one', () => {
    const old = `Object.defineProperty(process.versions, 'node', { value: '20.18.3' }); require(${JSON.stringify(run)});`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', old], { encoding: 'utf8' });
    expect(status).toBe(78);
    expect(stderr).toContain('Node 20.19 or newer is needed');
  });
});
