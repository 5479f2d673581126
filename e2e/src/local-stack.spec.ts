import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { commandLine, isAlive } from '@lever-certn/local-stack/running-processes';
import type { StackDescription } from '@lever-certn/local-stack/stack-description';
import { waitUntil } from '@lever-certn/local-stack/wait-until';
import { plainCheckout, type PlainCheckout } from './plain-checkout';

const TIMEOUT_MS = 540_000;
const READY_WITHIN_MS = 180_000;
const EVERYTHING = ['broker', 'console', 'database', 'dispatcher', 'ingress', 'resolver', 'sandbox', 'writeback'];

/** The programs as a person runs them: by npm, without any rights, from source, on servers of their own. */
describe('npm start and npm run demo', () => {
  let checkout: PlainCheckout;
  const launched: ChildProcess[] = [];
  /** Nothing ends these with their launcher any more. */
  const unguarded: number[] = [];

  beforeAll(async () => {
    checkout = await plainCheckout();
  }, TIMEOUT_MS);
  afterAll(async () => {
    const left = launched.filter((child) => !hasExited(child)).map(({ pid }) => -pid!);
    for (const pid of [...left, ...unguarded.filter((one) => commandLine(one)?.includes(checkout.folder))])
      process.kill(pid, 'SIGKILL');
    await waitUntil('the servers have ended', 30_000, () => !unguarded.some(isAlive));
    checkout.remove();
  });

  const hasExited = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;
  const dirOf = (stack: string): string => path.join(checkout.folder, stack);
  const run = (stack: string, ...words: string[]) => {
    const { root: cwd, user, env: own } = checkout;
    const env = {
      ...own,
      STACK_DIR: dirOf(stack),
      KAFKA_BROKERS: '',
      DATABASE_URL: '',
      LOCAL_STACK_LOGS: '',
      LOCAL_STACK_BUILT: '',
    };
    const child = spawn('npm', words, { cwd, env, ...user, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    launched.push(child);
    const said = { text: '' };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said.text += chunk.toString()));
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { child, said, exit };
  };
  const demo = async (stack: string): Promise<void> => {
    const { exit, said } = run(stack, 'run', 'demo');
    expect({ code: await exit, said: said.text }).toMatchObject({ code: 0 });
    expect(said.text).toContain('one case at Certn, one status tag and one link in Lever');
  };
  const description = (stack: string) =>
    JSON.parse(fs.readFileSync(path.join(dirOf(stack), 'stack.json'), 'utf8')) as StackDescription;
  const processOf = (stack: string, name: string) => description(stack).processes.find((process) => process.name === name)!;
  const addressesOf = (stack: string): string[] => {
    const { processes, brokers, databaseUrl } = description(stack);
    const urls = processes.flatMap(({ url, managementUrl }) => [url, managementUrl]);
    return [brokers, databaseUrl, ...urls.filter((url) => url !== undefined)].sort();
  };
  const start = async (stack: string) => {
    const started = run(stack, 'start');
    const ready = () => started.said.text.includes('Ctrl-C stops all of it');
    await waitUntil('the stack is ready', READY_WITHIN_MS, ready, () => !hasExited(started.child)).catch((cause: unknown) => {
      throw new Error(started.said.text, { cause });
    });
    return { ...started, pids: description(stack).processes.map(({ pid }) => pid) };
  };
  const allGone = (pids: number[]) => waitUntil('everything has ended', 30_000, () => !pids.some(isAlive));
  /** As after a crash that took more than the launcher: broker and database outlive it. */
  const leaveUnguarded = (stack: string): void => {
    const servers = ['broker', 'database'].map((name) => processOf(stack, name).pid);
    for (const guard of everyPid()) {
      const [, of] = /^\/bin\/sh -c read _;.* (\d+)$/s.exec(commandLine(guard) ?? '') ?? [];
      if (!servers.includes(Number(of))) continue;
      process.kill(guard, 'SIGKILL');
      unguarded.push(Number(of));
    }
    expect(unguarded.sort()).toEqual(servers.sort());
  };

  it(
    'brings everything up, comes back after kill -9 beside another stack, starts again what dies, and ends in order',
    async () => {
      const first = await start('first');
      expect(description('first')).toMatchObject({ ready: true, topicPrefix: '' });
      expect(
        description('first')
          .processes.map(({ name }) => name)
          .sort(),
      ).toEqual(EVERYTHING);
      expect(fs.statSync(path.join(dirOf('first'), 'stack.json')).uid).toBe(checkout.user?.uid ?? process.getuid?.());
      await demo('first');
      // Lines of timelines gather for a moment before they are sent.
      await waitUntil('the last tag is told', 10_000, () => first.said.text.includes('tag in Lever: CERTN - Complete'));

      const refused = run('first', 'start');
      expect(await refused.exit).not.toBe(0);
      expect(refused.said.text).toContain('already');

      const beside = await start('beside');
      const addresses = addressesOf('first');
      expect(addresses.filter((address) => addressesOf('beside').includes(address))).toEqual([]);

      leaveUnguarded('first');
      process.kill(-first.child.pid!, 'SIGKILL');
      const second = await start('first');
      expect(second.said.text).toMatch(/An earlier run was killed; ending what it left:.*\bbroker\b/);
      expect(second.said.text).toMatch(/An earlier run was killed; ending what it left:.*\bdatabase\b/);
      expect(first.pids.some(isAlive)).toBe(false);
      expect(addressesOf('first')).toEqual(addresses);
      await Promise.all([demo('first'), demo('beside')]);
      expect(beside.said.text).not.toContain('has ended');
      expect(description('beside').processes.map(({ pid }) => pid)).toEqual(beside.pids);

      const before = processOf('first', 'resolver');
      process.kill(before.pid, 'SIGKILL');
      await waitUntil('it runs again', 60_000, () => second.said.text.includes('resolver runs again'));
      expect(second.said.text).toContain('! resolver has ended (killed by SIGKILL)');
      await waitUntil('it is described', 5000, () => processOf('first', 'resolver').pid !== before.pid);
      const after = processOf('first', 'resolver');
      expect((await fetch(`${after.managementUrl}/health/ready`)).ok).toBe(true);

      for (const { child } of [second, beside]) process.kill(-child.pid!, 'SIGINT');
      expect([await second.exit, await beside.exit]).toEqual([0, 0]);
      for (const stack of ['first', 'beside']) expect(fs.existsSync(path.join(dirOf(stack), 'stack.json'))).toBe(false);
      await allGone([...second.pids, ...beside.pids, after.pid]);
    },
    TIMEOUT_MS,
  );
});

function everyPid(): number[] {
  const listed = fs.existsSync('/proc/self/cmdline')
    ? fs.readdirSync('/proc')
    : execFileSync('ps', ['-A', '-o', 'pid=']).toString().split('\n');
  return listed.map(Number).filter((pid) => pid > 0);
}
