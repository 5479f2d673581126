import fs from 'node:fs';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { launchBrowser } from '@lever-certn/local-stack/browser';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { SystemDescription } from '../system';

/** Where pictures of a run lie; CI keeps the folder. */
export const SCREENSHOTS = path.join(__dirname, '..', '..', 'screenshots');

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };
const WAIT_MS = 10_000;
const SETTLED_WITHIN_MS = 3_000;
const AXE_RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** One browser for all visitors of a spec: each has a context of its own, so they share nothing that a person could see. */
let browser: Promise<Browser> | undefined;
afterAll(async () => (await browser)?.close());

/** Somebody with a browser before the console: what one does, sees and can't use. Errors of a page fail the test that looks for them. */
export class Visitor {
  /** What the page threw or was refused by the content security policy. */
  readonly errors: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly system: Pick<SystemDescription, 'consoleUrl' | 'adminEmail' | 'adminPassword'>,
  ) {
    page.setDefaultTimeout(WAIT_MS);
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) this.errors.push(message.text());
    });
  }

  /** At the console with nothing remembered, not signed in. */
  static async arrive(system: Pick<SystemDescription, 'consoleUrl' | 'adminEmail' | 'adminPassword'>): Promise<Visitor> {
    browser ??= launchBrowser();
    const context = await (await browser).newContext({ baseURL: system.consoleUrl, viewport: DESKTOP, reducedMotion: 'reduce' });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: system.consoleUrl });
    return new Visitor(context, await context.newPage(), system);
  }

  /** Signs in through the page, as the owner unless another is named. */
  async signIn(email = this.system.adminEmail, password = this.system.adminPassword): Promise<void> {
    await this.page.goto('/sign-in');
    await this.page.getByLabel('E-mail address').fill(email);
    await this.page.getByRole('textbox', { name: 'Password' }).fill(password);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await this.page.waitForURL((url) => url.pathname !== '/sign-in');
  }

  /** What axe finds wrong in the page as it stands, in both themes; what it should be is []. Takes a picture of each theme and one of a phone. */
  async look(name: string): Promise<string[]> {
    const found: string[] = [];
    for (const theme of ['light', 'dark'] as const) {
      await this.wear(theme);
      found.push(...(await this.axe(theme)));
      await this.picture(`${name}.${theme}`);
    }
    await this.wear('light');
    await this.page.setViewportSize(PHONE);
    const width = await this.settledWidth();
    if (width > PHONE.width) found.push(`phone: the page is ${width} wide and scrolls sideways`);
    await this.picture(`${name}.phone`);
    await this.page.setViewportSize(DESKTOP);
    return [...found, ...this.errors];
  }

  /** A picture of what is seen now, in the folder that is kept. */
  async picture(name: string): Promise<void> {
    fs.mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
  }

  async leave(): Promise<void> {
    await this.context.close();
  }

  /** Another theme, and until nothing of the one before is left: colours in between would be measured as too faint. */
  private async wear(theme: 'light' | 'dark'): Promise<void> {
    await this.page.emulateMedia({ colorScheme: theme });
    await this.page.waitForFunction((wanted) => {
      // What loads pulses for as long as it does.
      const ends = (animation: Animation): boolean => animation.effect?.getComputedTiming().endTime !== Infinity;
      return document.documentElement.dataset.mantineColorScheme === wanted && !document.getAnimations().some(ends);
    }, theme);
  }

  /** How wide the page is once it has taken the window's size: an open menu is moved a frame or more after the window became narrower. */
  private async settledWidth(): Promise<number> {
    const fits = (width: number): boolean => document.documentElement.scrollWidth <= width;
    // What still doesn't fit after that is the page's fault, and its width is what is told.
    await this.page.waitForFunction(fits, PHONE.width, { timeout: SETTLED_WITHIN_MS }).catch(() => undefined);
    return await this.page.evaluate(() => document.documentElement.scrollWidth);
  }

  private async axe(theme: string): Promise<string[]> {
    // Our pages have no frames; without them, a blank page beside them (which the mode for frames opens) is not needed.
    const { violations } = await new AxeBuilder({ page: this.page }).setLegacyMode().withTags(AXE_RULES).analyze();
    return violations.map(
      ({ id, help, nodes }) => `${theme}: ${id}: ${help}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`,
    );
  }
}
