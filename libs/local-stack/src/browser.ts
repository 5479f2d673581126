import { chromium, type Browser } from 'playwright-core';

/**
 * A browser without a window: the one named by CHROMIUM_PATH, else the Chromium that comes in a package. Chromium now and then crashes while it
 * starts (SIGSEGV, once in hundreds of starts on a busy machine), so it may start a second time; nothing of ours has run by then.
 */
export async function launchBrowser(): Promise<Browser> {
  const { default: packaged } = await import('@sparticuz/chromium');
  const executablePath = process.env.CHROMIUM_PATH ?? (await packaged.executablePath());
  const launch = (): Promise<Browser> => chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  return launch().catch((error: unknown) => {
    if (!/SIG(SEGV|BUS|TRAP|ILL)/.test(String(error))) throw error;
    return launch();
  });
}
