import { setTimeout as sleep } from 'node:timers/promises';

/** How long the system may take for a step; far longer than it does, since a slow machine is no bug. */
export const WITHIN_MS = 20_000;
const PAUSE_MS = 50;

/** Asks again until the assertions in `check` hold; then answers what it answers. Throws their last failure when the time is over. */
export async function eventually<T>(check: () => T | Promise<T>, withinMs = WITHIN_MS): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

/** Holds the assertions in `check` for a while: for what must not happen. */
export async function steadily(check: () => Promise<void>, forMs = 1500): Promise<void> {
  const end = Date.now() + forMs;
  do {
    await check();
    await sleep(PAUSE_MS * 2);
  } while (Date.now() < end);
}
