import { createServer } from 'node:net';

/** Below the range from which systems take the ports of outgoing connections, so that a server can come back on its port after it was killed. */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;
const MAX_TRIES = 200;

/** True if a server can listen on this port of 127.0.0.1 right now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The first of the preferred ports that is free, else any free one that is in none of `taken`. Throws if 200 tries find none. */
export async function freePort(preferred: readonly number[] = [], taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (const port of preferred) if (!taken.has(port) && (await isFree(port))) return port;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`no free port on 127.0.0.1 between ${FIRST_PORT} and ${LAST_PORT} after ${MAX_TRIES} tries`);
}
