const RETRY_MS = 1000;
const TELL_EVERY_MS = 30_000;

/**
 * Tries until it works, a second apart, and says what it waits for, at once and every half minute, so that a service started before its broker or
 * database goes on by itself. A process that is asked to stop meanwhile just exits.
 */
export async function waitFor<Result>(
  what: string,
  log: { warn(line: object, message: string): void },
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let toldAtMs = -Infinity; ;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() - toldAtMs >= TELL_EVERY_MS) {
        toldAtMs = performance.now();
        log.warn({ waitingFor: what, err: error }, `waiting for ${what}`);
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
