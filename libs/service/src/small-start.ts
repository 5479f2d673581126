import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Loading a program makes garbage as no later work does, and V8 keeps the young generation as large as it once was: 20 to 30 MB that most services never need again.
 * So it stays small while the program loads, and may grow once the service works. `run-service` imports it before everything else, and services import `run-service` first.
 */
setFlagsFromString('--semi-space-growth-factor=1');

/** From this version on V8 keeps a pool of pages it has freed, which it gives back in a collection for want of memory only: 25 MB of each service. */
const KEEPS_FREED_PAGES = 12;

/** The service works: what loading it needed goes back to the system, and V8 may grow the young generation as it sees fit. */
export function loadingEnded(): void {
  // A full collection by itself leaves half-empty pages: 5 MB of each service, 10 of the console.
  setFlagsFromString('--compact-on-every-full-gc');
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (how?: { type: string; execution: string; flavor: string }) => void;
  // Earlier versions collect the young generation only if they are told how; later ones collect until nothing more is freed.
  if (Number.parseInt(process.versions.v8, 10) < KEEPS_FREED_PAGES) collect();
  else collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  setFlagsFromString('--no-compact-on-every-full-gc');
  setFlagsFromString('--semi-space-growth-factor=2');
}
