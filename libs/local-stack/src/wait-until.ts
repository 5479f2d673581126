import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again, 20 to 200 ms apart, until the answer is yes. Throws when `withinMs` are over, or as soon as `stillPossible` says no.
 */
export async function waitUntil(
  what: string,
  withinMs: number,
  answer: () => Promise<boolean> | boolean,
  stillPossible: () => boolean = () => true,
): Promise<void> {
  const end = Date.now() + withinMs;
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 1.5, 200)) {
    if (await answer()) return;
    if (!stillPossible()) throw new Error(`${what}: it never will`);
    if (Date.now() > end) throw new Error(`${what}: not within ${Math.round(withinMs / 1000)} s`);
    await sleep(pauseMs);
  }
}
