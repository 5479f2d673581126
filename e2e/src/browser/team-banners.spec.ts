import { eventually } from '../eventually';
import { Outside } from '../system';
import { STAGE, Team } from '../team';
import { bareTeam, secret, settingsOf } from './bare-team';
import { Visitor } from './visitor';

/* What this proves: what breaks in a team is a banner on every page of it, with a link to where it is cured, and goes away once it is. */

const DAY_MS = 86_400_000;
const PAGES = ['Overview', 'Candidates', 'Problems', 'Deliveries', 'Team settings'];

let outside: Outside;
let visitor: Visitor;

beforeAll(async () => {
  outside = await Outside.shared();
  visitor = await Visitor.arrive(outside.description);
  await visitor.signIn();
});
afterAll(() => visitor.leave());

const banner = (title: string) =>
  visitor.page.getByRole('status').filter({ has: visitor.page.getByText(title, { exact: true }) });
const gone = (title: string): Promise<void> => banner(title).waitFor({ state: 'detached' });
const dayIn = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

/** Goes to every page of a team, and finds the banners on each. */
async function onEveryPage(titles: string[]): Promise<void> {
  const { page } = visitor;
  for (const name of PAGES) {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name, exact: false }).first().click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    for (const title of titles) await banner(title).waitFor();
  }
}

/** Follows the link of a banner. */
async function toCure(title: string, step: string): Promise<void> {
  await banner(title)
    .getByRole('link', { name: `Open “${step}”` })
    .click();
  await visitor.page.getByRole('button', { name: step, expanded: true }).waitFor();
}

test('A key of Lever that lacks a permission says which one is missing, on every page, until another key is saved', async () => {
  const team = await bareTeam(outside);
  const key = `/lever/accounts/${team.account}/keys`;
  await outside.sandbox.put(`${key}/${team.leverKey}`, { permissions: ['opportunities:read', 'stages:read', 'links:write'] });
  const { page } = visitor;
  await page.goto(settingsOf(team.id, 'api-key'));
  await page.getByRole('textbox', { name: 'Api Key' }).fill(team.leverKey);
  await page.getByRole('button', { name: 'Save Api Key' }).click();
  await page.getByText('make a new key').first().waitFor();
  expect(await visitor.look('settings-missing-permission')).toEqual([]);
  await onEveryPage(['The connection to Lever is broken']);
  await toCure('The connection to Lever is broken', 'Api Key');
  const whole = secret();
  await outside.sandbox.put(`${key}/${whole}`, {});
  await page.getByRole('textbox', { name: 'Api Key' }).fill(whole);
  await page.getByRole('button', { name: 'Replace Api Key' }).click();
  await gone('The connection to Lever is broken');
});

test('A refused key of Certn, its end and a missing webhook secret stand on every page, each until it is set right', async () => {
  const team = await bareTeam(outside);
  await outside.console.call('PUT', `/teams/${team.id}/certn`, {
    apiKey: team.certnKey,
    region: 'sandbox',
    keyExpiresAt: new Date(Date.now() - DAY_MS).toISOString(),
  });
  const key = `/certn/accounts/${team.account}/keys/${team.certnKey}`;
  await outside.sandbox.put(key, { refused: true });
  await outside.console.call('POST', `/teams/${team.id}/certn/test`);
  const titles = [
    'The connection to Certn is broken',
    "The Certn key's end has passed",
    "The secret of Certn's webhook is missing",
  ] as const;
  const { page } = visitor;
  await page.goto(`/teams/${team.id}`);
  await onEveryPage([...titles]);
  expect(await visitor.look('banners')).toEqual([]);
  const [broken, ended, noSecret] = titles;

  await toCure(noSecret, 'Certn connection');
  await page.getByRole('textbox', { name: 'Webhook secret' }).fill(secret());
  await page.getByRole('button', { name: 'Add Webhook secret' }).click();
  await gone(noSecret);
  await toCure(ended, 'Certn connection');
  await toCure(broken, 'Certn connection');
  const fresh = secret();
  await outside.sandbox.put(`/certn/accounts/${team.account}/keys/${fresh}`, {});
  await page.getByRole('textbox', { name: 'Certn API key' }).fill(fresh);
  expect(await page.getByLabel('Expires on').inputValue()).toBe(dayIn(365));
  await page.getByRole('button', { name: 'Save Certn connection' }).click();
  await Promise.all([gone(ended), gone(broken)]);
  expect(await page.getByRole('region', { name: 'What this team has to do' }).count()).toBe(0);
});

test('The end of a Certn key is warned of from 30 days before', async () => {
  const team = await bareTeam(outside);
  const put = (keyExpiresAt: string): Promise<unknown> =>
    outside.console.call('PUT', `/teams/${team.id}/certn`, {
      apiKey: team.certnKey,
      region: 'sandbox',
      webhookSecrets: [{ value: secret() }],
      keyExpiresAt,
    });
  const { page } = visitor;
  await put(`${dayIn(32)}T00:00:00Z`);
  await page.goto(settingsOf(team.id, 'certn'));
  await page.getByText('The key expires').waitFor();
  expect(await banner('The Certn key ends soon').count()).toBe(0);
  await put(`${dayIn(30)}T00:00:00Z`);
  await banner('The Certn key ends soon').waitFor();
  await banner('The Certn key ends soon').getByText('365 days').waitFor();
  await onEveryPage(['The Certn key ends soon']);
  await toCure('The Certn key ends soon', 'Certn connection');
  await visitor.picture('banner-key-ends');
  await page.getByLabel('Expires on').fill(dayIn(200));
  await page.getByRole('button', { name: 'Save Certn connection' }).click();
  await gone('The Certn key ends soon');
});

test('A vanished trigger stage stands on every page, until it is there again or another one is chosen', async () => {
  const team = await Team.create(outside);
  const stages = `/lever/accounts/${team.account}/stages`;
  const { stages: all } = await outside.sandbox.get<{ stages: { id: string; text: string }[] }>(
    `/lever/accounts/${team.account}`,
  );
  const stage = all.find(({ text }) => text === STAGE)!;
  const vanish = (): Promise<void> => outside.sandbox.delete(`${stages}/${stage.id}`);
  const title = 'The trigger stage is no longer in Lever';
  const { page } = visitor;
  const test = (): Promise<void> => page.getByRole('button', { name: 'Test the connection to Lever' }).click();
  await vanish();
  await page.goto(settingsOf(team.id, 'connection-tests'));
  await test();
  await banner(title).waitFor();
  expect(await visitor.look('settings-vanished-stage')).toEqual([]);
  await outside.sandbox.post(stages, stage);
  await test();
  await gone(title);
  await vanish();
  await test();
  await onEveryPage([title]);
  await toCure(title, 'Trigger stage');
  await page.getByText('This stage is no longer in Lever').waitFor();
  await visitor.picture('settings-choose-another-stage');
  await page.getByRole('combobox', { name: 'Trigger stage' }).click();
  await page.getByRole('option', { name: 'Phone screen' }).click();
  await page.getByRole('button', { name: 'Save trigger stage' }).click();
  await gone(title);
});

test('A viewer sees the banner, and whom to ask instead of a link', async () => {
  const team = await bareTeam(outside);
  await outside.console.call('PUT', `/teams/${team.id}/certn`, { apiKey: team.certnKey, region: 'sandbox' });
  const email = `viewer.${secret().slice(0, 8)}@example.com`;
  const person = { email, name: 'Vera Viewer', password: 'a password of twelve', mustChangePassword: false };
  await outside.console.call('POST', '/users', { ...person, roles: [{ teamId: team.id, role: 'viewer' }] });
  const viewer = await Visitor.arrive(outside.description);
  try {
    await viewer.signIn(email, person.password);
    await viewer.page.goto(`/teams/${team.id}/candidates`);
    await viewer.page.getByText('An admin of the team can do it.').waitFor();
    await eventually(async () => expect(await viewer.page.getByRole('link', { name: /^Open “/ }).count()).toBe(0));
  } finally {
    await viewer.leave();
  }
});
