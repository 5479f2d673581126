import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './folders';
import { launch } from './guarded-process';
import { lastLines } from './log-tail';
import { isAlive } from './running-processes';
import { temporaryFolder } from './temporary-folder.fixture';
import { waitUntil } from './wait-until';

const WAITS = 'console.log("up"); setInterval(() => {}, 1000)';
const STUBBORN = `process.on('SIGTERM', () => {}); ${WAITS}`;

describe('a guarded process', () => {
  const folder = temporaryFolder();
  const logFile = () => path.join(folder(), 'logs', 'child.log');
  const start = (program: string) => launch({ command: process.execPath, args: ['-e', program], logFile: logFile() });
  const isUp = () => waitUntil('it is up', 10_000, () => lastLines(logFile()).includes('up'));

  it('writes to its log and tells how it ended', async () => {
    const child = await start('console.log("hello"); console.error("there"); process.exit(3)');
    expect(await child.exited).toEqual({ code: 3, signal: null });
    expect(child.running).toBe(false);
    expect(lastLines(logFile())).toBe('hello\nthere');
  });

  it('ends when it is asked to', async () => {
    const child = await start(WAITS);
    await isUp();
    expect(await child.stop()).toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('is killed when it does not end within the grace', async () => {
    const child = await start(STUBBORN);
    await isUp();
    expect(await child.stop(200)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('stands still while it is frozen', async () => {
    const child = await start('setInterval(() => console.log("tick"), 20)');
    await waitUntil('it ticks', 10_000, () => lastLines(logFile()).includes('tick'));
    await child.freeze();
    const { size } = fs.statSync(logFile());
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(fs.statSync(logFile()).size).toBe(size);
    child.thaw();
    await waitUntil('it ticks again', 10_000, () => fs.statSync(logFile()).size > size);
    await child.kill();
  });

  it('throws where the command does not exist', async () => {
    await expect(launch({ command: path.join(folder(), 'none'), args: [], logFile: logFile() })).rejects.toThrow('ENOENT');
  });

  it('moves a log aside that has grown too large', async () => {
    fs.mkdirSync(path.dirname(logFile()));
    fs.writeFileSync(logFile(), Buffer.alloc(21 * 1024 * 1024, 'x'));
    await (
      await start('console.log("new")')
    ).exited;
    expect(fs.readFileSync(logFile(), 'utf8')).toBe('new\n');
    expect(fs.existsSync(`${logFile()}.1`)).toBe(true);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('ends when the process that started it gets %s', async (signal) => {
    const program = path.join(folder(), 'parent.ts');
    const source = path.join(repositoryRoot, 'libs', 'local-stack', 'src', 'guarded-process');
    const args = JSON.stringify({ command: process.execPath, args: ['-e', WAITS], logFile: logFile() });
    fs.writeFileSync(program, `import { launch } from '${source}';\nvoid launch(${args}).then(({ pid }) => console.log(pid));\n`);
    const register = path.join(repositoryRoot, 'tools', 'swc-register.cjs');
    const parent = spawn(process.execPath, ['-r', register, program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (line: Buffer) => resolve(Number(line))));
    expect(isAlive(pid)).toBe(true);
    parent.kill(signal);
    await waitUntil('the child is gone', 10_000, () => !isAlive(pid));
  });

  it('leaves no guard behind', async () => {
    const child = await start('');
    await child.exited;
    const guards = () => execFileSync('ps', ['-ww', '-eo', 'args'], { encoding: 'utf8' });
    await waitUntil('the guard is gone', 10_000, () => !new RegExp(`SIGTERM|-KILL "\\$0".* ${child.pid}$`, 'm').test(guards()));
  });
});
