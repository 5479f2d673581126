import { setFlagsFromString } from 'node:v8';

/**
 * Loading a program makes garbage as no later work does, and V8 keeps the young generation as large as it once was: 30 MB that the console never needs again.
 * So it stays small while the program loads, and may grow once the service works. Imported before everything else.
 */
setFlagsFromString('--semi-space-growth-factor=1');

/** The service works: V8 may grow the young generation as it sees fit. */
export function mayGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
