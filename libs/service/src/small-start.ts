import { setFlagsFromString } from 'node:v8';

/**
 * Loading a program makes garbage as no later work does, and V8 keeps the young generation as large as it once was: 20 to 30 MB that most services never need again.
 * So it stays small while the program loads, and may grow once the service works. `run-service` imports it before everything else, and services import `run-service` first.
 */
setFlagsFromString('--semi-space-growth-factor=1');

/** The service works: V8 may grow the young generation as it sees fit. */
export function mayGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
