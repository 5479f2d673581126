import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '@lever-certn/local-stack/browser';
import { ControlClient } from './control-client.fixture';
import { startSandbox, type Sandbox } from './sandbox';

let browser: Browser;
let sandbox: Sandbox;
let control: ControlClient;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser.close());

beforeEach(async () => {
  sandbox = await startSandbox();
  control = new ControlClient(sandbox.url);
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  errors.length = 0;
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(sandbox.url);
  await page.locator('.card').first().waitFor();
}, 30_000);

afterEach(async () => {
  await page.close();
  await sandbox.stop();
  expect(errors).toEqual([]);
});

const stageOf = async (name: string): Promise<string | undefined> => {
  const all = await control.get<{ name: string; stageName: string }[]>('/lever/accounts/demo/opportunities');
  return all.find((one) => one.name === name)?.stageName;
};
const card = (name: string) => page.locator('.card', { hasText: name });
const lane = (name: string) => page.locator('.lane', { has: page.getByRole('heading', { name }) });

describe('the board', () => {
  it('moves a candidate who is dragged to another stage', async () => {
    await card('Ada Birch').dragTo(lane('Background Check'));
    await lane('Background Check').getByText('Ada Birch').waitFor();
    expect(await stageOf('Ada Birch')).toBe('Background Check');
  }, 30_000);

  it('moves a candidate by the keyboard, keeps the focus and says so', async () => {
    await card('Ada Birch').getByRole('button').focus();
    await page.keyboard.press('ArrowRight');
    await lane('Background Check').getByText('Ada Birch').waitFor();
    await page.getByText('Ada Birch moved to Background Check').waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Ada Birch');
  }, 30_000);

  it('shows what the integration does without being asked', async () => {
    const [{ id }] = await control.get<[{ id: string }]>('/lever/accounts/demo/opportunities');
    await control.patch(`/lever/accounts/demo/opportunities/${id}`, { tags: ['CERTN - Pending'] });
    await page.getByText('CERTN - Pending').waitFor();
  }, 30_000);

  it('lets one play the applicant and Certn', async () => {
    await control.post('/certn/accounts/demo/cases', { email: 'ada.birch@example.com', checks: { A_1: {}, B_1: {} } });
    await page.getByRole('button', { name: 'Mailbox' }).click();
    await page.getByRole('button', { name: /ada\.birch@example\.com/ }).click();
    for (const [button, status] of [
      ['Start', 'APPLICANT_STARTED'],
      ['Submit', 'APPLICANT_SUBMITTED'],
      ['Complete next service', 'IN_PROGRESS'],
      ['Complete all', 'COMPLETE'],
    ] as const) {
      await page.getByRole('button', { name: button, exact: true }).click();
      await page.locator('.letter .case', { hasText: new RegExp(status.replace('_', ' '), 'i') }).waitFor();
    }
    expect(await control.get('/certn/accounts/demo/cases')).toMatchObject([{ overall_status: 'COMPLETE' }]);
  }, 30_000);

  it('switches faults on and off', async () => {
    await page.getByRole('button', { name: 'Faults' }).click();
    const down = page.getByRole('switch', { name: 'Down: every call answers 503' }).first();
    await down.click();
    await page.getByRole('switch', { name: 'Down: every call answers 503', checked: true }).waitFor();
    expect(await control.get('/faults')).toMatchObject([{ on: 'lever', kind: 'status', status: 503 }]);
    await down.click();
    await page.getByText('Nothing. Both vendors work.').waitFor();
    expect(await control.get('/faults')).toEqual([]);
  }, 30_000);

  it.each(['light', 'dark'] as const)(
    'fits a phone of 360 pixels in the %s theme, with every view',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 360, height: 740 });
      for (const view of ['Candidates', 'Mailbox', 'Faults', 'Webhooks']) {
        await page.getByRole('button', { name: view, exact: true }).click();
        await page.locator(`section[aria-label="${view}"]`).waitFor();
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
      }
      const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(background).toBe(colorScheme === 'dark' ? 'rgb(16, 18, 24)' : 'rgb(245, 246, 248)');
    },
    30_000,
  );
});
