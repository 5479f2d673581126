import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Browser } from 'playwright-core';

/** How long another process may take to unpack the browser's file, which can't be run while it is written. */
const UNPACKED_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 250;

/**
 * A browser without a window: the one named by CHROMIUM_PATH, else the Chromium that comes in a package, which the first process unpacks for
 * all. Chromium now and then crashes while it starts (SIGSEGV, once in hundreds of starts on a busy machine), so it may start a second time;
 * nothing of ours has run by then.
 */
export async function launchBrowser(): Promise<Browser> {
  const { default: packaged } = await import('@sparticuz/chromium');
  const executablePath = process.env.CHROMIUM_PATH ?? (await packaged.executablePath());
  const launch = (): Promise<Browser> => chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const end = Date.now() + UNPACKED_WITHIN_MS;
  let crashes = 0;
  for (;;) {
    try {
      return await launch();
    } catch (error) {
      const text = String(error);
      if (/ETXTBSY/.test(text) && Date.now() < end) await sleep(LOOK_AGAIN_MS);
      else if (!/SIG(SEGV|BUS|TRAP|ILL)/.test(text) || (crashes += 1) > 1) throw error;
    }
  }
}
