import { chromium, type Browser } from 'playwright-core';

/** A browser without a window: the one named by CHROMIUM_PATH, else the Chromium that comes in a package. */
export async function launchBrowser(): Promise<Browser> {
  const { default: packaged } = await import('@sparticuz/chromium');
  const executablePath = process.env.CHROMIUM_PATH ?? (await packaged.executablePath());
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}
