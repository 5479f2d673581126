import { createServer, type AddressInfo } from 'node:net';
import fs from 'node:fs';
import path from 'node:path';
import { freePort, isFree } from './free-port';
import { PortClaims } from './port-claims';
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

describe('free ports', () => {
  it('takes the first preferred port that is free', async () => {
    const [busyFree, otherFree] = [await freePort(), await freePort()];
    expect(await freePort([busyFree, otherFree])).toBe(busyFree);
    await withListener(async (busy) => {
      expect(await isFree(busy)).toBe(false);
      expect(await freePort([busy, otherFree])).toBe(otherFree);
    });
  });

  it('takes another one where all that are preferred are in use or taken', async () => {
    await withListener(async (busy) => {
      const taken = await freePort();
      const port = await freePort([busy, taken], new Set([taken]));
      expect([busy, taken]).not.toContain(port);
      expect(await isFree(port)).toBe(true);
    });
  });

  it('stays below the ports that systems give to outgoing connections, so that a killed server can have its own again', async () => {
    expect(await freePort()).toBeLessThan(32_768);
  });
});

describe('claims on ports', () => {
  const folder = temporaryFolder();

  it('gives a port to one of two stacks', () => {
    const one = new PortClaims(folder());
    const other = new PortClaims(folder());
    expect(one.claim(20_001)).toBe(true);
    expect(other.claim(20_001)).toBe(false);
    one.release();
    expect(other.claim(20_001)).toBe(true);
  });

  it('does not count the claim of a process that is gone', () => {
    const gone = 2 ** 22 + 1;
    fs.writeFileSync(path.join(folder(), '20002'), String(gone));
    expect(new PortClaims(folder()).claim(20_002)).toBe(true);
  });
});
