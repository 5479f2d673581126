import { randomUUID } from 'node:crypto';
import { Outside } from '../system';
import { Visitor } from './visitor';

/* What this proves: people are let in by links that work once, see their own teams only, and are let out again at once. */

let outside: Outside;
let owner: Visitor;
let other: Visitor;
let team: { id: string; name: string };

beforeAll(async () => {
  outside = await Outside.shared();
  team = await newTeam();
});
beforeEach(async () => {
  [owner, other] = await Promise.all([Visitor.arrive(outside.description), Visitor.arrive(outside.description)]);
});
afterEach(() => Promise.all([owner.leave(), other.leave()]));

const PASSWORD = 'seven wild geese fly';

async function newTeam(): Promise<{ id: string; name: string }> {
  const name = `Team ${randomUUID().slice(0, 8)}`;
  return { name, id: (await outside.console.call<{ id: string }>('POST', '/teams', { name })).id };
}

/** Somebody of the team who has an account. */
async function member(
  role = 'viewer',
  name = `Ada ${randomUUID().slice(0, 8)}`,
): Promise<{ id: string; name: string; email: string }> {
  const email = `p-${randomUUID()}@example.com`;
  const roles = [{ teamId: team.id, role }];
  const body = { email, name, password: PASSWORD, mustChangePassword: false, roles };
  return { name, email, id: (await outside.console.call<{ id: string }>('POST', '/users', body)).id };
}

const act = async ({ page }: Visitor, name: string, item: string): Promise<void> => {
  await page.goto(`/users?q=${encodeURIComponent(name)}`);
  await page.getByRole('button', { name: `What can be done for ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

test('An owner pastes a list, sees what is understood of it and what not, and gets a link for each person; who opens one joins and sees the own team only', async () => {
  const { page } = owner;
  const [ada, grace, joan] = ['ada', 'grace', 'joan'].map((name) => `${name}-${randomUUID().slice(0, 8)}@example.com`);
  const elsewhere = await newTeam();
  await owner.signIn();
  await page.goto('/users');
  await page.getByRole('link', { name: 'Invite people' }).click();
  await page.getByRole('heading', { name: 'Invite people', level: 1 }).waitFor();
  expect(await owner.look('invite-empty')).toEqual([]);

  await page
    .getByLabel('People', { exact: true })
    .fill(`${ada}\nGrace Example <${grace}>\n${joan}, Joan Example, admin, ${elsewhere.name}\nnobody in particular`);
  await page.getByRole('checkbox', { name: team.name }).check();
  await page.getByText('Line 4, “nobody in particular”: There is no e-mail address in it').waitFor();
  await page.getByRole('heading', { name: '3 people' }).waitFor();
  await page.getByRole('row', { name: joan }).getByText(`${elsewhere.name}: Admin`).locator('visible=true').waitFor();
  await page.getByRole('row', { name: grace }).getByText(`${team.name}: Viewer`).locator('visible=true').waitFor();
  expect(await owner.look('invite-preview')).toEqual([]);

  await page.getByRole('button', { name: 'Invite 3 people' }).click();
  await page.getByText('The links are shown only now').waitFor();
  expect(await owner.look('invite-links')).toEqual([]);
  await page.getByRole('button', { name: 'Copy', exact: true }).first().click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/\/invitation#[\w-]{43}$/);
  await page.getByRole('link', { name: 'Done' }).click();
  await page.getByRole('row', { name: ada }).getByText('in 2 days').locator('visible=true').waitFor();
  expect(await owner.look('users-invited')).toEqual([]);

  // Opening it, twice, uses nothing up.
  for (let time = 0; time < 2; time += 1) {
    await other.page.goto('about:blank');
    await other.page.goto(link);
    await other.page.getByText(`invited you to ${team.name} as a viewer.`).waitFor();
  }
  expect(await other.look('invitation')).toEqual([]);
  await other.page.getByLabel('Your name').fill('Ada Example');
  await other.page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await other.page.keyboard.press('Enter');
  await other.page.waitForURL(new RegExp(`/teams/${team.id}`));
  await other.page.goto('/teams');
  await other.page.getByRole('link', { name: team.name }).waitFor();
  expect(await other.page.getByText(elsewhere.name).count()).toBe(0);
  await other.page.goto(`/teams/${elsewhere.id}`);
  await other.page.getByRole('heading', { name: 'Not found' }).waitFor();
  await other.page.goto('/users');
  await other.page.getByRole('heading', { name: 'You may not see the users' }).waitFor();
  expect(await other.look('users-not-allowed')).toEqual([]);

  await other.page.goto(link);
  await other.page.getByRole('heading', { name: 'This link can not be used' }).waitFor();
  expect(await other.look('link-over')).toEqual([]);
});

test('A CSV file is taken like a pasted list, and an invitation that is withdrawn lets nobody in', async () => {
  const { page } = owner;
  const email = `csv-${randomUUID().slice(0, 8)}@example.com`;
  await owner.signIn();
  await page.goto('/users/invite');
  const buffer = Buffer.from(`First name;Last name;E-mail;Team;Role\r\nCarla;"Example; CSV";${email};${team.name};Admin\r\n`);
  await page.locator('input[type=file]').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer });
  await page.getByRole('row', { name: email }).getByText(`${team.name}: Admin`).locator('visible=true').waitFor();
  await page.getByText('Carla Example; CSV').waitFor();
  await page.getByRole('button', { name: 'Invite 1 person' }).click();
  const link = await page.getByLabel(`Carla Example; CSV, ${email}`).inputValue();
  await page.getByRole('link', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'What can be done for Carla Example; CSV' }).click();
  await page.getByRole('menuitem', { name: 'Withdraw…' }).click();
  await page.getByLabel('Type “Carla Example; CSV” to confirm').fill('Carla Example; CSV');
  expect(await owner.look('withdraw')).toEqual([]);
  await page.getByRole('button', { name: 'Withdraw', exact: true }).click();
  await page.getByRole('row', { name: email }).waitFor({ state: 'detached' });
  await other.page.goto(link);
  await other.page.getByRole('heading', { name: 'This link can not be used' }).waitFor();
});

test('Who has an account joins another team with the password of it, and nobody else with the link can', async () => {
  const { email } = await member();
  const elsewhere = await newTeam();
  const { items } = await outside.console.call<{ items: { link: string }[] }>('POST', '/invitations', {
    people: [{ email, roles: [{ teamId: elsewhere.id, role: 'viewer' }] }],
  });
  const { page } = other;
  await page.goto(items[0]!.link);
  await page.getByLabel('Your name').fill('Eve Example');
  await page.getByRole('textbox', { name: 'Password' }).fill('not the password of it');
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('alert').getByText('This is not the password of the account').waitFor();
  expect(await other.look('invitation-not-yours')).toEqual([]);
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('heading', { name: 'Teams', level: 1 }).waitFor();
  await page.getByRole('link', { name: team.name }).waitFor();
  await page.getByRole('link', { name: elsewhere.name }).waitFor();
});

test('A link to set a new password signs the person in with it, ends every session of before, and works once', async () => {
  const { name, email } = await member();
  await other.signIn(email, PASSWORD);
  await owner.signIn();
  await act(owner, name, 'Link to set a new password');
  const field = owner.page.getByRole('textbox', { name: 'Link to set a new password' });
  await field.waitFor();
  expect(await owner.look('reset-link')).toEqual([]);
  const link = await field.inputValue();

  const third = await Visitor.arrive(outside.description);
  await third.page.goto(link);
  await third.page.getByRole('heading', { name: 'Set a new password' }).waitFor();
  expect(await third.look('password-reset')).toEqual([]);
  await third.page.getByRole('textbox', { name: 'New password' }).fill('blue stones sing low');
  await third.page.keyboard.press('Enter');
  await third.page.waitForURL(new RegExp(`/teams/${team.id}`));
  await third.page.goto(link);
  await third.page.getByRole('heading', { name: 'This link can not be used' }).waitFor();
  await third.leave();
  await other.page.goto('/teams');
  await other.page.waitForURL(/sign-in/);
  await other.signIn(email, 'blue stones sing low');
});

test('Disabling a person, confirmed by name, ends the session at once and lets nobody in until the person is enabled again', async () => {
  const { name, email } = await member();
  const { page } = owner;
  await other.signIn(email, PASSWORD);
  await other.page.getByRole('heading', { level: 1 }).waitFor();
  await owner.signIn();
  await act(owner, name, 'Disable…');
  expect(await page.getByRole('button', { name: 'Disable', exact: true }).isDisabled()).toBe(true);
  await page.getByLabel(`Type “${name}” to confirm`).fill(name);
  expect(await owner.look('disable')).toEqual([]);
  await page.getByRole('button', { name: 'Disable', exact: true }).click();
  await page.getByRole('row', { name }).getByText('Disabled').locator('visible=true').waitFor();
  expect(await owner.look('users-disabled')).toEqual([]);

  await other.page.goto('/teams');
  await other.page.waitForURL(/sign-in/);
  await other.page.getByLabel('E-mail address').fill(email);
  await other.page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await other.page.keyboard.press('Enter');
  await other.page.getByRole('alert').getByText('No account has this address and this password.').waitFor();

  await act(owner, name, 'Enable');
  await page.getByText(`${name} may sign in again`).waitFor();
  await other.signIn(email, PASSWORD);
});

test('Roles are given team by team; who becomes an admin may invite into that team, and only into it', async () => {
  const { name, email } = await member();
  const { page } = owner;
  await owner.signIn();
  await act(owner, name, 'Change roles');
  await page.getByLabel(team.name).first().waitFor();
  expect(await owner.look('roles')).toEqual([]);
  await page.getByLabel(team.name).first().click();
  await page.getByRole('option', { name: 'Admin: also sets up, orders and invites' }).click();
  await page.getByRole('button', { name: 'Save roles' }).click();
  await page.getByRole('row', { name }).getByText(`${team.name}: Admin`).locator('visible=true').waitFor();

  await other.signIn(email, PASSWORD);
  await other.page.getByRole('link', { name: 'Users' }).click();
  await other.page.getByRole('row', { name }).getByText('(you)').waitFor();
  await other.page.getByRole('link', { name: 'Invite people' }).click();
  await other.page.getByLabel('People', { exact: true }).fill(`x-${randomUUID()}@example.com, Somewhere else, owner`);
  await other.page.getByText('Only an owner of this console can invite owners.').waitFor();
  expect(await other.page.getByLabel('Owners of this console').count()).toBe(0);
});
