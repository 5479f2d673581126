import type { Page } from 'playwright-core';
import { eventually } from '../eventually';
import { Outside } from '../system';
import { STAGE } from '../team';
import { secret } from './bare-team';
import { Visitor } from './visitor';

/* What this proves: from signing in to the first order, the set-up of the help article needs no mouse, and one always sees where the keyboard is. */

let outside: Outside;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  outside = await Outside.shared();
  visitor = await Visitor.arrive(outside.description);
  ({ page } = visitor);
  // A click by the keyboard brings no pointer with it.
  await page.addInitScript(() => addEventListener('pointerdown', () => sessionStorage.setItem('pointed', 'yes'), true));
});
afterAll(() => visitor.leave());

const type = (text: string): Promise<void> => page.keyboard.type(text);
const press = (key: string): Promise<void> => page.keyboard.press(key);

/** Fills in a field, leaves by Enter. */
async function enter(field: string, text: string): Promise<void> {
  await reach(field, 'INPUT');
  await type(text);
  await press('Enter');
}

/** Reaches a button, and presses it. */
async function use(button: string): Promise<void> {
  await reach(button);
  await press('Enter');
}

test('The whole set-up works by keyboard alone, with the focus always in sight', async () => {
  const keys = { leverKey: secret(), certnKey: secret(), signatureToken: secret() };
  const certnSecret = secret();
  const { id: account } = await outside.sandbox.post<{ id: string }>('/tenants', keys);
  const { adminEmail, adminPassword } = outside.description;

  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').waitFor();
  await reach('E-mail address', 'INPUT');
  await type(adminEmail);
  await enter('Password', adminPassword);
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  await page.getByRole('link', { name: 'Teams', exact: true }).waitFor();
  await use('Teams');
  await page.getByRole('button', { name: 'New team' }).waitFor();
  await use('New team');
  await page.getByRole('dialog').waitFor();
  await enter('Name', `Keyboard ${account.slice(0, 6)}`);

  await page.getByRole('heading', { name: 'Lever Integration' }).waitFor();
  const teamId = /teams\/([^/]+)/.exec(page.url())![1]!;
  await enter('Api Key', keys.leverKey);
  await page.getByText('The connection to Lever works').waitFor();

  await use('Webhook URL and Webhook Signature');
  const url = await page.getByRole('textbox', { name: 'Webhook URL' }).inputValue();
  await use('Copy');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(url);
  await outside.sandbox.put(`/lever/accounts/${account}/webhook`, { url, signatureToken: keys.signatureToken });
  await enter('Webhook Signature', keys.signatureToken);
  await page.getByText(`ends in ${keys.signatureToken.slice(-4)}`).waitFor();
  await eventually(async () => {
    await use('Send test event');
    await page.getByText('Our ingress took the event').waitFor({ timeout: 2000 });
  });

  await use('Trigger stage');
  await reach('Trigger stage', 'INPUT');
  // The list is opened by the very letter that searches: the option marked then must be the one that Enter takes.
  await press('Escape');
  await type('b');
  await page.getByRole('option', { name: STAGE, selected: false }).waitFor();
  await eventually(async () => expect(await page.getByRole('option').count()).toBe(1));
  await page.locator('[role=option][data-combobox-selected]').waitFor();
  await press('Enter');
  await use('Save trigger stage');
  await page.getByText('Checks start when a candidate is moved into').waitFor();

  await use('Packages');
  await use('Create New Package');
  await page.getByRole('checkbox', { name: 'Identity Verification' }).waitFor();
  await reach('Name', 'INPUT');
  await type('Standard');
  await reach('Criminal Record Check', 'INPUT');
  await press('Space');
  await use('Create package');
  await page.getByRole('button', { name: 'Action for Standard' }).waitFor();
  await use('Action for Standard');
  await page.getByRole('menuitem', { name: 'Make Default' }).waitFor();
  await reach('Make Default', undefined, 'ArrowDown');
  await press('Enter');
  await page.getByText('Default', { exact: true }).waitFor();

  await use('Certn connection');
  await reach('Region', 'SELECT');
  await type('Sandbox');
  await reach('Certn API key', 'INPUT');
  await type(keys.certnKey);
  const suggested = await page.getByLabel('Expires on').inputValue();
  await reach('Expires on', 'INPUT');
  await press('ArrowUp');
  const expires = await page.getByLabel('Expires on').inputValue();
  expect(expires).not.toBe(suggested);
  await use('Save Certn connection');
  await page.getByText('The connection to Certn works').waitFor();
  const certnUrl = await page.getByRole('textbox', { name: 'Webhook URL for Certn' }).inputValue();
  await use('Copy');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(certnUrl);
  await enter('Webhook secret', certnSecret);
  await page.getByText(`ends in ${certnSecret.slice(-4)}`).waitFor();
  await eventually(async () => {
    const webhook = { url: certnUrl, secret: certnSecret };
    const { challenge } = await outside.sandbox.put<{ challenge: unknown }>(`/certn/accounts/${account}/webhook`, webhook);
    expect(challenge).toBeNull();
  });

  await use('Enable Integration');
  await reach('Enable Integration', 'INPUT');
  await press('Space');
  await page.getByText('Active since').waitFor();
  const team = await outside.console.call<{ enabled: boolean; warnings: unknown[]; certn: { keyExpiresAt: string } }>(
    'GET',
    `/teams/${teamId}`,
  );
  expect(team).toMatchObject({ enabled: true, warnings: [], certn: { keyExpiresAt: `${expires}T00:00:00.000Z` } });

  await outside.sandbox.post(`/lever/accounts/${account}/opportunities`, {
    name: 'Ada Standing',
    emails: [`ada.${account.slice(0, 8)}@example.com`],
    stage: STAGE,
    tags: [],
  });
  await use('Already in the stage');
  await page.getByRole('checkbox', { name: 'Choose Ada Standing' }).waitFor();
  await reach('Choose Ada Standing', 'INPUT');
  await press('Space');
  await use('Order 1 check');
  await page.getByRole('dialog', { name: 'Order 1 check?' }).waitFor();
  await use('Order 1 check now');
  await page.getByText('1 check ordered.').waitFor();
  expect(await page.evaluate(() => sessionStorage.getItem('pointed'))).toBeNull();
  expect(unseen).toEqual([]);
});

/** Where the focus was, and nothing showed it. */
const unseen: string[] = [];

/** How long the keyboard goes round the page for a place that is still being loaded. */
const REACH_MS = 20_000;
const PLACES_SHOWN = 40;

/** Presses a key until the focus is on what has this name. Ends, since a place that can't be reached is what is looked for here. */
async function reach(name: string, tag = 'any', key = 'Tab'): Promise<void> {
  const seen: string[] = [];
  for (const end = Date.now() + REACH_MS; Date.now() < end;) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      const label = element?.labels?.[0]?.innerText ?? element?.getAttribute('aria-label') ?? element?.innerText ?? '';
      return { label: label.trim(), tag: element?.tagName ?? '' };
    });
    if (focused.label.startsWith(name) && (tag === 'any' ? focused.tag !== 'INPUT' : focused.tag === tag)) {
      if (!(await isFocusSeen())) unseen.push(name);
      return;
    }
    seen.push(focused.label.slice(0, 30));
    await press(key);
  }
  throw new Error(`the keyboard does not reach “${name}”; it passed ${seen.slice(-PLACES_SHOWN).join(' · ')}`);
}

/** Whether what has the focus, or what is drawn for it, looks otherwise than without. */
function isFocusSeen(): Promise<boolean> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    // A menu closes without its focus: there it is compared with an item that has none.
    const other = element.closest('[role="menu"]')?.querySelector('[role="menuitem"]:not(:focus)');
    const looks = (one: Element): string => {
      // What fades in or out is at its end at once.
      for (const fade of document.getAnimations()) if (fade instanceof CSSTransition) fade.finish();
      return [one, one.nextElementSibling, one.parentElement, one.parentElement?.parentElement]
        .filter((part) => part instanceof Element)
        .map((part) => {
          const { outlineStyle, outlineWidth, boxShadow, borderTopColor, backgroundColor } = getComputedStyle(part);
          return [outlineStyle === 'none' ? 'none' : outlineWidth, boxShadow, borderTopColor, backgroundColor].join();
        })
        .join(' | ');
    };
    if (other) return looks(element) !== looks(other);
    const focused = looks(element);
    element.blur();
    const without = looks(element);
    element.focus();
    // What the page does a moment after the focus left is over before the next key: no person types within that moment.
    return new Promise<boolean>((resolve) => setTimeout(() => resolve(focused !== without)));
  });
}
