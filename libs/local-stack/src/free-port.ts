import { createServer } from 'node:net';
import { CLAIMS, PortClaims } from './port-claims';

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

/** What this process has handed out without a claim of its own; its files count for nothing once it has ended. */
const ownClaims = new PortClaims();

/**
 * The first of the preferred ports that is free, else any free one. It is claimed, so that nobody is handed it again before whoever asked listens on it: neither
 * here nor in another process, as long as this one lives or until `claims` are released. Throws if 200 tries find none.
 */
export async function freePort(preferred: readonly number[] = [], claims: PortClaims = ownClaims): Promise<number> {
  for (const port of preferred) if ((await isFree(port)) && claims.claim(port)) return port;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    if ((await isFree(port)) && claims.claim(port)) return port;
  }
  throw new Error(
    `no free port on 127.0.0.1 between ${FIRST_PORT} and ${LAST_PORT} after ${MAX_TRIES} tries: is ${CLAIMS} in order?`,
  );
}
