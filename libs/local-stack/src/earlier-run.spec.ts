import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { AlreadyRunningError, Run } from './earlier-run';
import { isAlive } from './running-processes';
import { StackFolder } from './stack-folder';
import { temporaryFolder } from './temporary-folder.fixture';
import { waitUntil } from './wait-until';

const GONE = 2 ** 22 + 1;

describe('claiming the folder of a stack', () => {
  const dir = temporaryFolder();
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  const folder = () => new StackFolder(dir());
  const runFile = () => path.join(dir(), 'run.json');
  const leave = (record: object) => fs.writeFileSync(runFile(), JSON.stringify(record));
  const child = (mark: string, program = 'setInterval(() => {}, 1000)') => {
    const started = spawn(process.execPath, ['-e', program, '--', mark], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(started);
    return started;
  };
  const claim = async () => {
    const said: string[] = [];
    const run = await Run.claim(folder(), (line) => said.push(line));
    return { run, said };
  };

  it('is ours where nobody was, until it is released', async () => {
    const { run, said } = await claim();
    expect(said).toEqual([]);
    expect(JSON.parse(fs.readFileSync(runFile(), 'utf8'))).toMatchObject({ launcher: { pid: process.pid } });
    run.release();
    expect(fs.existsSync(runFile())).toBe(false);
  });

  it('ends what a killed run left behind, and says so', async () => {
    const orphan = child('--stack=mine');
    leave({ launcher: { pid: GONE, mark: 'node' }, processes: [{ name: 'ingress', pid: orphan.pid, mark: '--stack=mine' }] });
    const { said } = await claim();
    expect(said).toEqual(['An earlier run was killed; ending what it left: ingress']);
    await waitUntil('the orphan is gone', 5000, () => orphan.exitCode !== null || orphan.signalCode !== null);
  });

  it('kills an orphan that does not end by itself, even a frozen one', async () => {
    const orphan = child('--stack=mine', 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)');
    await new Promise((resolve) => orphan.stdout.once('data', resolve));
    orphan.kill('SIGSTOP');
    leave({ launcher: { pid: GONE, mark: 'node' }, processes: [{ name: 'ingress', pid: orphan.pid, mark: '--stack=mine' }] });
    await claim();
    await waitUntil('the orphan is gone', 5000, () => orphan.signalCode === 'SIGKILL');
  }, 20_000);

  it('leaves a process alone that only has the same id', async () => {
    const stranger = child('--stack=another');
    leave({ launcher: { pid: GONE, mark: 'node' }, processes: [{ name: 'ingress', pid: stranger.pid, mark: '--stack=mine' }] });
    const { said } = await claim();
    expect(said).toEqual([]);
    expect(isAlive(stranger.pid!)).toBe(true);
  });

  it('is refused while another launcher runs here, with what to do', async () => {
    const launcher = child('start.ts');
    leave({ launcher: { pid: launcher.pid, mark: 'start.ts' }, processes: [] });
    const refused = await claim().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AlreadyRunningError);
    expect((refused as Error).message).toContain('STACK_DIR=');
    expect(isAlive(launcher.pid!)).toBe(true);
  }, 20_000);

  it('waits for a launcher that is just stopping', async () => {
    const launcher = child('start.ts', 'setTimeout(() => {}, 4500)');
    leave({ launcher: { pid: launcher.pid, mark: 'start.ts' }, stopping: true, processes: [] });
    await claim();
    expect(launcher.exitCode).toBe(0);
  }, 20_000);

  it('takes a damaged record for none', async () => {
    fs.writeFileSync(runFile(), '{"launcher":');
    const { said } = await claim();
    expect(said).toEqual([]);
  });
});
