import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { repositoryRoot } from '@lever-certn/local-stack/folders';
import { isAlive } from '@lever-certn/local-stack/running-processes';
import type { StackDescription } from '@lever-certn/local-stack/stack-description';
import { waitUntil } from '@lever-certn/local-stack/wait-until';

const TIMEOUT_MS = 300_000;
const READY_WITHIN_MS = 120_000;

/** The programs as a person runs them, from source, on servers of their own. */
describe('npm start and npm run demo', () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'local-stack-spec-'));
  const launched: ChildProcess[] = [];
  afterAll(() => {
    for (const child of launched) child.kill('SIGKILL');
    fs.rmSync(dir, { recursive: true, force: true });
  });

  const run = (program: 'start' | 'demo') => {
    const env = {
      ...process.env,
      STACK_DIR: dir,
      KAFKA_BROKERS: '',
      DATABASE_URL: '',
      LOCAL_STACK_LOGS: '',
      LOCAL_STACK_BUILT: '',
    };
    const args = [
      path.join(repositoryRoot, 'tools', 'run.cjs'),
      path.join(repositoryRoot, 'libs', 'local-stack', 'src', `${program}.ts`),
    ];
    const child = spawn(process.execPath, args, { cwd: repositoryRoot, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    launched.push(child);
    const said = { text: '' };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said.text += chunk.toString()));
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { child, said, exit, hasExited: () => child.exitCode !== null || child.signalCode !== null };
  };
  const description = () => JSON.parse(fs.readFileSync(path.join(dir, 'stack.json'), 'utf8')) as StackDescription;
  const processNamed = (name: string) => description().processes.find((process) => process.name === name)!;
  const start = async () => {
    const started = run('start');
    const ready = () => started.said.text.includes('Ctrl-C stops all of it');
    await waitUntil('the stack is ready', READY_WITHIN_MS, ready, () => !started.hasExited()).catch((cause: unknown) => {
      throw new Error(started.said.text, { cause });
    });
    return { ...started, pids: description().processes.map(({ pid }) => pid) };
  };
  const allGone = (pids: number[]) => waitUntil('everything has ended', 30_000, () => !pids.some(isAlive));

  it(
    'brings everything up, moves a candidate through the flow, comes back after kill -9, starts again what dies, and ends in order',
    async () => {
      const first = await start();
      expect(description()).toMatchObject({ ready: true, topicPrefix: '' });
      expect(
        description()
          .processes.map(({ name }) => name)
          .sort(),
      ).toEqual(['broker', 'console', 'database', 'dispatcher', 'ingress', 'resolver', 'sandbox', 'writeback'].sort());
      const demo = run('demo');
      expect({ code: await demo.exit, said: demo.said.text }).toMatchObject({ code: 0 });
      expect(demo.said.text).toContain('one case at Certn, one status tag and one link in Lever');
      // Lines of timelines gather for a moment before they are sent.
      await waitUntil('the last tag is told', 10_000, () => first.said.text.includes('tag in Lever: CERTN - Complete'));

      const refused = run('start');
      expect(await refused.exit).not.toBe(0);
      expect(refused.said.text).toContain('already');

      process.kill(-first.child.pid!, 'SIGKILL');
      const second = await start();
      expect(first.pids.some(isAlive)).toBe(false);
      const again = run('demo');
      expect({ code: await again.exit, said: again.said.text }).toMatchObject({ code: 0 });

      const before = processNamed('resolver');
      process.kill(before.pid, 'SIGKILL');
      await waitUntil('it runs again', 60_000, () => second.said.text.includes('resolver runs again'));
      expect(second.said.text).toContain('! resolver has ended (killed by SIGKILL)');
      await waitUntil('it is described', 5000, () => processNamed('resolver').pid !== before.pid);
      const after = processNamed('resolver');
      expect((await fetch(`${after.managementUrl}/health/ready`)).ok).toBe(true);

      second.child.kill('SIGINT');
      expect(await second.exit).toBe(0);
      expect(fs.existsSync(path.join(dir, 'stack.json'))).toBe(false);
      await allGone([...second.pids, after.pid]);
    },
    TIMEOUT_MS,
  );
});
