import { randomBytes } from 'node:crypto';
import { eventually } from '../eventually';
import { Outside } from '../system';
import { STAGE, Team } from '../team';
import { Visitor } from './visitor';

/* What this proves: what goes wrong with a team's settings is said with its cure, and setting up needs no mouse. */

let outside: Outside;
let visitor: Visitor;

beforeAll(async () => {
  outside = await Outside.shared();
});
beforeEach(async () => {
  visitor = await Visitor.arrive(outside.description);
});
afterEach(() => visitor.leave());

const settings = (teamId: string, step: string): string => `/teams/${teamId}/settings/integrations?step=${step}`;
const secret = (): string => randomBytes(16).toString('hex');

/** A team with nothing set up, and keys for it in the sandbox. */
async function newTeam(): Promise<{ id: string; account: string; leverKey: string; certnKey: string; signatureToken: string }> {
  const keys = { leverKey: secret(), certnKey: secret(), signatureToken: secret() };
  const { id: account } = await outside.sandbox.post<{ id: string }>('/tenants', keys);
  const { id } = await outside.console.call<{ id: string }>('POST', '/teams', { name: `Team ${account.slice(0, 8)}` });
  return { id, account, ...keys };
}

test('A wrong Api Key is refused with what to do, and nothing is saved', async () => {
  const team = await newTeam();
  const { page } = visitor;
  await visitor.signIn();
  await page.goto(settings(team.id, 'api-key'));
  await page.getByRole('textbox', { name: 'Api Key' }).fill('not-a-key-of-lever');
  await page.getByRole('button', { name: 'Save Api Key' }).click();
  await page.getByRole('alert').getByText('The key was refused').waitFor();
  expect(await visitor.look('settings-wrong-key')).toEqual([]);
  expect((await outside.console.call<{ lever: { apiKey: unknown } }>('GET', `/teams/${team.id}`)).lever.apiKey).toBeNull();
});

test('A key without a permission is saved and says which one is missing, in a banner on every page', async () => {
  const team = await newTeam();
  await outside.sandbox.put(`/lever/accounts/${team.account}/keys/${team.leverKey}`, {
    permissions: ['opportunities:read', 'stages:read', 'links:write'],
  });
  const { page } = visitor;
  await visitor.signIn();
  await page.goto(settings(team.id, 'api-key'));
  await page.getByRole('textbox', { name: 'Api Key' }).fill(team.leverKey);
  await page.getByRole('button', { name: 'Save Api Key' }).click();
  await page.getByText('make a new key').first().waitFor();
  expect(await visitor.look('settings-missing-permission')).toEqual([]);
  await page.goto(`/teams/${team.id}/candidates`);
  await page.getByText('The connection to Lever is broken', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Open the settings' }).click();
  await page.getByRole('button', { name: 'Test the connection to Lever' }).waitFor();
});

test('A vanished trigger stage is a banner with its cure, until the stage is there again', async () => {
  const team = await Team.create(outside);
  const { stages } = await outside.sandbox.get<{ stages: { id: string; text: string }[] }>(`/lever/accounts/${team.account}`);
  const stage = stages.find(({ text }) => text === STAGE)!;
  await outside.sandbox.delete(`/lever/accounts/${team.account}/stages/${stage.id}`);
  const { page } = visitor;
  await visitor.signIn();
  await page.goto(settings(team.id, 'connection-tests'));
  await page.getByRole('button', { name: 'Test the connection to Lever' }).click();
  await page.getByText('The trigger stage is no longer in Lever').first().waitFor();
  expect(await visitor.look('settings-vanished-stage')).toEqual([]);
  await outside.sandbox.post(`/lever/accounts/${team.account}/stages`, stage);
  await page.getByRole('button', { name: 'Test the connection to Lever' }).click();
  await page.getByText('The trigger stage is no longer in Lever').first().waitFor({ state: 'detached' });
});

test('Who stands in the stage already is ordered for after the number was said', async () => {
  const team = await Team.create(outside, { enabled: false });
  const first = await team.candidate({ name: 'Ada Standing', stage: STAGE });
  const second = await team.candidate({ name: 'Ben Standing', stage: STAGE });
  await team.enable();
  const { page } = visitor;
  await visitor.signIn();
  await page.goto(settings(team.id, 'standing'));
  await page.getByRole('checkbox', { name: 'Choose Ada Standing' }).check();
  await page.getByRole('button', { name: 'Order 1 check' }).waitFor();
  await page.getByRole('checkbox', { name: 'Choose all without a check' }).check();
  await page.getByRole('button', { name: 'Order 2 checks' }).click();
  await page.getByText('2 applicants get an invitation').waitFor();
  expect(await visitor.look('settings-standing-confirm')).toEqual([]);
  await page.getByRole('button', { name: 'Order 2 checks now' }).click();
  await page.getByText('2 checks ordered.').waitFor();
  await Promise.all([first.orders(1), second.orders(1)]);
  await Promise.all([first.tagged('CERTN - Pending'), second.tagged('CERTN - Pending')]);
  await eventually(async () => {
    await page.reload();
    await page.getByText('has one').first().waitFor({ timeout: 3000 });
    expect(await page.getByRole('checkbox', { name: 'Choose Ada Standing' }).isDisabled()).toBe(true);
  });
  expect(await visitor.look('settings-standing')).toEqual([]);
});

test('A viewer is told that the settings are for admins', async () => {
  const team = await newTeam();
  const email = `viewer.${secret().slice(0, 8)}@example.com`;
  const password = 'a password of twelve';
  await outside.console.call('POST', '/users', {
    email,
    name: 'Vera Viewer',
    password,
    mustChangePassword: false,
    roles: [{ teamId: team.id, role: 'viewer' }],
  });
  const { page } = visitor;
  await visitor.signIn(email, password);
  await page.goto(settings(team.id, 'api-key'));
  await page.getByText('You may not see the settings of this team').waitFor();
  expect(await page.getByRole('link', { name: 'Team settings' }).count()).toBe(0);
  expect(await visitor.look('settings-no-permission')).toEqual([]);
});

test('A team is deleted only after its name was typed', async () => {
  const team = await newTeam();
  const { page } = visitor;
  await visitor.signIn();
  await page.goto(`/teams/${team.id}/settings`);
  await page.getByRole('button', { name: 'Delete this team' }).waitFor();
  expect(await visitor.look('settings-general')).toEqual([]);
  await page.getByRole('button', { name: 'Delete this team' }).click();
  const act = page.getByRole('button', { name: 'Delete the team' });
  expect(await act.isDisabled()).toBe(true);
  await page.getByRole('textbox', { name: 'to confirm' }).fill(`Team ${team.account.slice(0, 8)}`);
  await act.click();
  await page.waitForURL(/\/teams$/);
  expect((await outside.console.ask('GET', `/teams/${team.id}`)).status).toBe(404);
});

test('The whole set-up works by keyboard alone', async () => {
  const team = await newTeam();
  const { page } = visitor;
  const { keyboard } = page;
  await visitor.signIn();
  await page.goto(settings(team.id, 'api-key'));
  await page.getByRole('heading', { name: 'Lever Integration' }).waitFor();
  await reach('Api Key', 'INPUT');
  await keyboard.type(team.leverKey);
  await keyboard.press('Enter');
  await page.getByText('The connection to Lever works').waitFor();
  await reach('Webhook URL and Webhook Signature');
  await keyboard.press('Enter');
  await reach('Webhook Signature', 'INPUT');
  await keyboard.type(team.signatureToken);
  await keyboard.press('Enter');
  await page.getByText(`ends in ${team.signatureToken.slice(-4)}`).waitFor();
  await reach('Trigger stage');
  await keyboard.press('Enter');
  await reach('Trigger stage', 'INPUT');
  await keyboard.type('background');
  await page.getByRole('option', { name: STAGE }).waitFor();
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await reach('Save trigger stage');
  await keyboard.press('Enter');
  await page.getByText('Checks start when a candidate is moved into').waitFor();
  await reach('Packages');
  await keyboard.press('Enter');
  await reach('Create New Package');
  await keyboard.press('Enter');
  await page.getByRole('checkbox', { name: 'Identity Verification' }).waitFor();
  await reach('Name', 'INPUT');
  await keyboard.type('Standard');
  await reach('Identity Verification', 'INPUT');
  await keyboard.press('Space');
  await reach('Create package');
  await keyboard.press('Enter');
  await page.getByRole('button', { name: 'Action for Standard' }).waitFor();
  await reach('Action for Standard');
  await keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Make Default' }).waitFor();
  await reach('Make Default', undefined, 'ArrowDown');
  await keyboard.press('Enter');
  await page.getByText('Default', { exact: true }).waitFor();
  await reach('Certn connection');
  await keyboard.press('Enter');
  await reach('Region', 'SELECT');
  await keyboard.type('Sandbox');
  await reach('Certn API key', 'INPUT');
  await keyboard.type(team.certnKey);
  await keyboard.press('Enter');
  await page.getByText('The connection to Certn works').waitFor();
  await reach('Enable Integration');
  await keyboard.press('Enter');
  await reach('Enable Integration', 'INPUT');
  await keyboard.press('Space');
  await page.getByText('Active since').waitFor();
  expect((await outside.console.call<{ enabled: boolean }>('GET', `/teams/${team.id}`)).enabled).toBe(true);
});

/** Presses a key until the focus is on what has this name. Ends, since a place that can't be reached is what is looked for here. */
async function reach(name: string, tag = 'any', key = 'Tab'): Promise<void> {
  const { page } = visitor;
  const seen: string[] = [];
  for (let step = 0; step < 90; step += 1) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      const label = element?.labels?.[0]?.innerText ?? element?.getAttribute('aria-label') ?? element?.innerText ?? '';
      return { label: label.trim(), tag: element?.tagName ?? '' };
    });
    if (focused.label.startsWith(name) && (tag === 'any' ? focused.tag !== 'INPUT' : focused.tag === tag)) return;
    seen.push(focused.label.slice(0, 30));
    await page.keyboard.press(key);
  }
  throw new Error(`the keyboard does not reach “${name}”; it passed ${seen.join(' · ')}`);
}
