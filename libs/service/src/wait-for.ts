const RETRY_MS = 1000;
const TELL_EVERY = 30;

/**
 * Tries until it works, a second apart, and says what it waits for, so that a service started before its broker or database goes on by itself. A
 * process that is asked to stop meanwhile just exits.
 */
export async function waitFor<Result>(
  what: string,
  log: { warn(line: object, message: string): void },
  attempt: () => Promise<Result>,
  retryMs: number = RETRY_MS,
): Promise<Result> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries % TELL_EVERY === 0) log.warn({ waitingFor: what, err: error }, `waiting for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}
