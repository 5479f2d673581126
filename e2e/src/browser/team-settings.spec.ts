import { Outside } from '../system';
import { bareTeam, secret, settingsOf } from './bare-team';
import { Visitor } from './visitor';

/* What this proves: what can't be saved of a team's settings is said with its cure, and who may not change them is told so. */

let outside: Outside;
let visitor: Visitor;

beforeAll(async () => {
  outside = await Outside.shared();
});
beforeEach(async () => {
  visitor = await Visitor.arrive(outside.description);
});
afterEach(() => visitor.leave());

test('A wrong Api Key is refused with what to do, and nothing is saved', async () => {
  const team = await bareTeam(outside);
  const { page } = visitor;
  await visitor.signIn();
  await page.goto(settingsOf(team.id, 'api-key'));
  await page.getByRole('textbox', { name: 'Api Key' }).fill('not-a-key-of-lever');
  await page.getByRole('button', { name: 'Save Api Key' }).click();
  await page.getByRole('alert').getByText('The key was refused').waitFor();
  expect(await visitor.look('settings-wrong-key')).toEqual([]);
  expect((await outside.console.call<{ lever: { apiKey: unknown } }>('GET', `/teams/${team.id}`)).lever.apiKey).toBeNull();
});

test('A viewer is told that the settings are for admins', async () => {
  const team = await bareTeam(outside);
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
  await page.goto(settingsOf(team.id, 'api-key'));
  await page.getByText('You may not see the settings of this team').waitFor();
  expect(await page.getByRole('link', { name: 'Team settings' }).count()).toBe(0);
  expect(await visitor.look('settings-no-permission')).toEqual([]);
});

test('A team is deleted only after its name was typed', async () => {
  const team = await bareTeam(outside);
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
