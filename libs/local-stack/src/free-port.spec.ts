import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './folders';
import { freePort, isFree } from './free-port';
import { PortClaims } from './port-claims';
import { StackFolder } from './stack-folder';
import { choosePorts } from './stack-ports';
import { temporaryFolder } from './temporary-folder.fixture';

async function withListener<T>(use: (port: number) => Promise<T>): Promise<T> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Free, and claimed by nobody. */
const unused = (): Promise<number> => withListener((port) => Promise.resolve(port));

describe('free ports', () => {
  const folder = temporaryFolder();

  it('takes the first preferred port that is free and that nobody claims', async () => {
    const claims = new PortClaims(folder());
    const [first, other] = [await unused(), await unused()];
    expect(await freePort([first, other], claims)).toBe(first);
    expect(await freePort([first, other], claims)).toBe(other);
    claims.release();
    await withListener(async (busy) => {
      expect(await isFree(busy)).toBe(false);
      expect(await freePort([busy, other], claims)).toBe(other);
    });
  });

  it('takes another one where all that are preferred are in use or claimed', async () => {
    await withListener(async (busy) => {
      const claims = new PortClaims(folder());
      const claimed = await freePort([], claims);
      const port = await freePort([busy, claimed], new PortClaims(folder()));
      expect([busy, claimed]).not.toContain(port);
      expect(await isFree(port)).toBe(true);
    });
  });

  it('stays below the ports that systems give to outgoing connections, so that a killed server can have its own again', async () => {
    expect(await freePort()).toBeLessThan(32_768);
  });

  /** Of so many out of twelve thousand, two would be the same in all but one of a hundred runs and more. */
  const MANY = 400;

  it('hands none out twice while nobody listens yet, however often it is asked', async () => {
    const claims = new PortClaims(folder());
    const ports = new Set<number>();
    for (let asked = 0; asked < MANY; asked += 1) ports.add(await freePort([], claims));
    expect(ports.size).toBe(MANY);
  });

  it('hands none out twice where several processes ask side by side', async () => {
    const processes = await Promise.all([1, 2].map(() => portsOfAnotherProcess(folder(), MANY)));
    const ports = processes.flatMap((one) => one.ports);
    processes.forEach(({ end }) => end());
    expect(new Set(ports).size).toBe(2 * MANY);
  });

  it('gives the services of a stack different ones, also where two had the same at the last run', async () => {
    const port = await unused();
    const stack = new StackFolder(folder());
    stack.savePorts({ ingress: port, console: port, 'console-management': port });
    const chosen = Object.values(await choosePorts(stack, new PortClaims(path.join(folder(), 'port-claims'))));
    expect(chosen).toContain(port);
    expect(new Set(chosen).size).toBe(chosen.length);
  });
});

/** Asks in a process of its own, which lives until it is ended. */
async function portsOfAnotherProcess(claims: string, count: number): Promise<{ ports: number[]; end: () => void }> {
  const program = `
    const { freePort } = require(${JSON.stringify(path.join(__dirname, 'free-port.ts'))});
    const { PortClaims } = require(${JSON.stringify(path.join(__dirname, 'port-claims.ts'))});
    const claims = new PortClaims(${JSON.stringify(claims)});
    Promise.all(Array.from({ length: ${count} }, () => freePort([], claims))).then((ports) => process.stdout.write(JSON.stringify(ports) + '\\n'));
    process.stdin.resume();`;
  const swc = path.join(repositoryRoot, 'tools', 'swc-register.cjs');
  const child = spawn(process.execPath, ['-C', '@lever-certn/source', '-r', swc, '-e', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.endsWith('\n')) break;
  }
  return { ports: JSON.parse(text) as number[], end: () => void child.stdin.end() };
}

describe('claims on ports', () => {
  const folder = temporaryFolder();

  it('gives a port to one of two stacks', () => {
    const one = new PortClaims(folder());
    const other = new PortClaims(folder());
    expect(one.claim(20_001)).toBe(true);
    expect(other.claim(20_001)).toBe(false);
    expect(one.claim(20_001)).toBe(false);
    one.release();
    expect(other.claim(20_001)).toBe(true);
  });

  it('does not count the claim of a process that is gone', () => {
    const gone = 2 ** 22 + 1;
    fs.writeFileSync(path.join(folder(), '20002'), String(gone));
    expect(new PortClaims(folder()).claim(20_002)).toBe(true);
  });
});
