import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../eventually';
import { Outside } from '../system';
import { OTHER_STAGE, STAGE } from '../team';
import { Visitor } from './visitor';

/* What this proves: who follows Certn's help article step by step finds every step in the console, in its words, and ends with a report. */

let outside: Outside;
let visitor: Visitor;
let account: string;
let signatureToken: string;
const secrets = Array.from({ length: 4 }, () => randomBytes(16).toString('hex')) as [string, string, string, string];
const [leverKey, certnKey, , certnSecret] = secrets;

beforeAll(async () => {
  outside = await Outside.shared();
  signatureToken = secrets[2];
  ({ id: account } = await outside.sandbox.post<{ id: string }>('/tenants', { leverKey, certnKey, signatureToken }));
  visitor = await Visitor.arrive(outside.description);
});
afterAll(() => visitor.leave());

const open = (step: string): Promise<void> => visitor.page.getByRole('button', { name: step }).click();
const done = (step: string): Promise<void> =>
  visitor.page
    .getByRole('button', { name: new RegExp(`${step}.*done`) })
    .first()
    .waitFor();

test('An owner makes a team with New team, and comes to its Lever Integration', async () => {
  const { page } = visitor;
  await visitor.signIn();
  await page.goto('/teams');
  await page.getByRole('button', { name: 'New team' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(`Help article ${account.slice(0, 6)}`);
  const seen = await visitor.look('new-team');
  await page.getByRole('button', { name: 'Make the team' }).click();
  await page.getByRole('heading', { name: 'Lever Integration' }).waitFor();
  expect([...seen, ...(await visitor.look('setup-1-begin'))]).toEqual([]);
});

test('The Api Key of Lever is tested and saved, and each permission is told', async () => {
  const { page } = visitor;
  await page.getByRole('textbox', { name: 'Api Key' }).fill(leverKey);
  await page.getByRole('button', { name: 'Save Api Key' }).click();
  await page.getByText('The connection to Lever works').waitFor();
  await page.getByText('Read opportunity info').waitFor();
  expect(await visitor.look('setup-2-api-key')).toEqual([]);
});

test('The webhook URL is copied into Lever, and its Webhook Signature is saved here', async () => {
  const { page } = visitor;
  await open('Webhook URL and Webhook Signature');
  const url = await page.getByRole('textbox', { name: 'Webhook URL' }).inputValue();
  await page.getByRole('button', { name: 'Copy' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(url);
  await outside.sandbox.put(`/lever/accounts/${account}/webhook`, { url, signatureToken });
  await page.getByRole('textbox', { name: 'Webhook Signature' }).fill(signatureToken);
  await page.getByRole('button', { name: 'Add Webhook Signature' }).click();
  await page.getByText(`ends in ${signatureToken.slice(-4)}`).waitFor();
  await eventually(async () => {
    await page.getByRole('button', { name: 'Send test event' }).click();
    await page.getByText('Our ingress took the event').waitFor({ timeout: 2000 });
  });
  expect(await visitor.look('setup-3-webhook')).toEqual([]);
});

test('The trigger stage is found by search in the live list', async () => {
  const { page } = visitor;
  await open('Trigger stage');
  await page.getByRole('combobox', { name: 'Trigger stage' }).fill('background');
  await page.getByRole('option', { name: STAGE }).click();
  await page.getByRole('button', { name: 'Save trigger stage' }).click();
  await page.getByText('Checks start when a candidate is moved into').waitFor();
  expect(await visitor.look('setup-4-trigger-stage')).toEqual([]);
});

test('Create New Package takes a name and services, and its Action menu makes it the default', async () => {
  const { page } = visitor;
  await open('Packages');
  await page.getByRole('button', { name: 'Create New Package' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Standard');
  await page.getByRole('button', { name: 'Create package' }).click();
  await page.getByText('Choose at least one service.', { exact: true }).waitFor();
  await page.getByRole('checkbox', { name: 'Criminal Record Check' }).check();
  expect(await page.getByRole('checkbox', { name: 'Identity Verification' }).isChecked()).toBe(true);
  const seen = await visitor.look('setup-5-new-package');
  await page.getByRole('button', { name: 'Create package' }).click();
  await page.getByRole('button', { name: 'Action for Standard' }).click();
  await page.getByRole('menuitem', { name: 'Make Default' }).waitFor();
  await visitor.picture('setup-6-action-menu');
  await page.getByRole('menuitem', { name: 'Make Default' }).click();
  await page.getByText('Default', { exact: true }).waitFor();
  expect([...seen, ...(await visitor.look('setup-6-packages'))]).toEqual([]);
});

test('The Certn connection takes the region, the key with its end, and the secret of its webhook', async () => {
  const { page } = visitor;
  await open('Certn connection');
  await page.getByRole('combobox', { name: 'Region' }).selectOption('Sandbox');
  await page.getByRole('textbox', { name: 'Certn API key' }).fill(certnKey);
  await page.getByRole('button', { name: 'Save Certn connection' }).click();
  await page.getByText('The connection to Certn works').waitFor();
  await page.getByText("The secret of Certn's webhook is missing").waitFor();
  const url = await page.getByRole('textbox', { name: 'Webhook URL for Certn' }).inputValue();
  await page.getByRole('textbox', { name: 'Webhook secret' }).fill(certnSecret);
  await page.getByRole('button', { name: 'Add Webhook secret' }).click();
  await page.getByText("The secret of Certn's webhook is missing").waitFor({ state: 'detached' });
  await eventually(async () => {
    const told = await outside.sandbox.put<{ challenge: string | null }>(`/certn/accounts/${account}/webhook`, {
      url,
      secret: certnSecret,
    });
    expect(told.challenge).toBeNull();
  });
  expect(await visitor.look('setup-7-certn')).toEqual([]);
});

test('Enable Integration can be switched on, and the checklist waits for the first webhook only', async () => {
  const { page } = visitor;
  await open('Enable Integration');
  await page.getByRole('switch', { name: 'Enable Integration' }).click();
  await page.getByText('Active since').waitFor();
  await done('Enable Integration');
  await page.getByText('9 of 10 done').waitFor({ timeout: 20_000 });
  expect(await visitor.look('setup-8-enabled')).toEqual([]);
});

test('A candidate who is moved gets a check; it ends with CERTN - Complete, and the report opens from the link in Lever', async () => {
  const { page } = visitor;
  // Lever's clock tells whole seconds: moves count from the one after enabling.
  await sleep(1100);
  const made = await outside.sandbox.post<{ id: string }>(`/lever/accounts/${account}/opportunities`, {
    name: 'Avery Sample',
    emails: [`avery.${account.slice(0, 6)}@example.com`],
    stage: OTHER_STAGE,
    tags: [],
  });
  const route = `/lever/accounts/${account}/opportunities/${made.id}`;
  const inLever = (): Promise<{ tags: string[]; links: string[] }> => outside.sandbox.get(route);
  const tagged = (tag: string): Promise<void> => eventually(async () => expect((await inLever()).tags).toEqual([tag]));
  const act = async (action: string): Promise<void> => {
    const email = encodeURIComponent(`avery.${account.slice(0, 6)}@example.com`);
    const cases = await outside.sandbox.get<{ id: string }[]>(`/certn/accounts/${account}/cases?email=${email}`);
    await outside.sandbox.post(`/certn/cases/${cases.at(-1)!.id}/act`, { action });
  };
  await outside.sandbox.post(`${route}/move`, { stage: STAGE });
  await tagged('CERTN - Pending');
  await act('submit');
  await tagged('CERTN - Analyzing');
  await act('complete');
  await tagged('CERTN - Complete');
  const [link] = await eventually(async () => {
    const { links } = await inLever();
    expect(links).toHaveLength(1);
    return links;
  });
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  await page.getByText('Setting up').waitFor({ state: 'detached', timeout: 20_000 });
  const opened = new Promise<string>((resolve) =>
    visitor.context.on('response', (response) => {
      if ((response.headers()['content-type'] ?? '').includes('application/pdf')) resolve(response.url());
    }),
  );
  // A browser without a PDF reader turns the report into a download and calls the visit off.
  await page.goto(link!).catch(() => undefined);
  expect(await opened).toMatch(/^http/);
});
