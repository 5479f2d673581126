import fs from 'node:fs';
import { Outside } from '../system';
import { Team } from '../team';
import { Visitor } from './visitor';

/* What this proves: one reads who changed what, from what to what, narrows it by the address, and takes it away as a table. */

let outside: Outside;
let team: Team;
let visitor: Visitor;

beforeAll(async () => {
  outside = await Outside.shared();
  team = await Team.create(outside);
});
beforeEach(async () => {
  visitor = await Visitor.arrive(outside.description);
  await visitor.signIn();
});
afterEach(() => visitor.leave());

test('Whoever asks who changed a setting reads it with what was before; keys show by their endings only', async () => {
  const { page } = visitor;
  await page.goto(`/audit?team=${team.id}`);
  const lines = page.getByRole('list', { name: 'Audit' }).getByRole('listitem');
  await lines.first().waitFor();
  const saved = lines.filter({ hasText: 'Saved the Lever connection' }).filter({ hasText: 'Trigger stage' }).first();
  await saved.getByText(/Api Key \(Lever\):.*nothing.*→ (ends in|set)/).waitFor();
  await saved.getByText(outside.description.adminEmail).waitFor();
  expect(await visitor.look('audit')).toEqual([]);
});

test('Whoever asks who tried to get in reads whose account it was, how often, and from where', async () => {
  const email = `guessed-${Date.now()}@example.com`;
  const password = 'a password of twelve for a viewer';
  const roles = [{ teamId: team.id, role: 'viewer' }];
  await outside.console.call('POST', '/users', { email, name: 'Vera Viewer', password, roles });
  const guess = (address: string): Promise<Response> =>
    fetch(`${outside.description.consoleUrl}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: address, password: 'a wrong password of mine' }),
    });
  for (let times = 0; times < 3; times += 1) expect((await guess(email)).status).toBe(401);
  expect((await guess(`nobody-${email}`)).status).toBe(401);
  const { page } = visitor;
  await page.goto('/audit');
  await page.getByRole('combobox', { name: 'What was done' }).click();
  await page.getByRole('option', { name: 'Failed to sign in' }).click();
  await page.waitForURL(/action=sign-in-failed/);
  const line = page.getByRole('list', { name: 'Audit' }).getByRole('listitem').filter({ hasText: email });
  await line.getByText(`Failed to sign in 3 times within an hour · ${email}`).waitFor();
  await line.getByText('Somebody who was not signed in · from 127.0.0.1').waitFor();
  await page.getByText('account: none with this address').first().waitFor();
  expect(await page.getByText(`nobody-${email}`).count()).toBe(0);
  expect(await visitor.look('audit-failed-sign-ins')).toEqual([]);
});

test('What one looks for stands in the address, so that it can be sent to others', async () => {
  const { page } = visitor;
  await page.goto(`/audit?team=${team.id}`);
  await page.getByRole('combobox', { name: 'What was done' }).click();
  await page.getByRole('option', { name: 'Enabled the integration' }).click();
  await page.waitForURL(/action=integration-enabled/);
  await page.getByRole('list', { name: 'Audit' }).getByText('Saved the Lever connection').first().waitFor({ state: 'detached' });
  await page.reload();
  const lines = page.getByRole('list', { name: 'Audit' }).locator('> [role=listitem]');
  await lines.first().waitFor();
  expect(await lines.allInnerTexts()).toEqual([expect.stringContaining('Enabled the integration')]);
  await page.goto(`/audit?team=${team.id}&to=2001-01-01`);
  await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
  expect(await visitor.look('audit-empty')).toEqual([]);
  await page.getByRole('button', { name: 'Clear filters' }).first().click();
  await page.getByRole('list', { name: 'Audit' }).waitFor();
});

test('The same lines are downloaded as a table', async () => {
  const { page } = visitor;
  await page.goto(`/audit?team=${team.id}&action=integration-enabled`);
  await page.getByRole('list', { name: 'Audit' }).waitFor();
  const started = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download CSV' }).click();
  const download = await started;
  expect(download.suggestedFilename()).toMatch(/^audit-\d{4}-\d\d-\d\d\.csv$/);
  const lines = fs
    .readFileSync(await download.path(), 'utf8')
    .trim()
    .split('\r\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('Enabled the integration');
});

test('Who may not see the audit is told so, and the navigation does not offer it', async () => {
  const email = `viewer-${Date.now()}@example.com`;
  const password = 'a password of twelve for a viewer';
  await outside.console.call('POST', '/users', {
    ...{ email, name: 'Vera Viewer', password, mustChangePassword: false },
    roles: [{ teamId: team.id, role: 'viewer' }],
  });
  const viewer = await Visitor.arrive(outside.description);
  try {
    await viewer.signIn(email, password);
    await viewer.page.goto('/audit');
    await viewer.page.getByRole('heading', { name: 'You may not see the audit' }).waitFor();
    expect(await viewer.page.getByRole('link', { name: 'Audit', exact: true }).count()).toBe(0);
    expect(await viewer.look('audit-no-permission')).toEqual([]);
  } finally {
    await viewer.leave();
  }
});
