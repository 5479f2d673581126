import { randomUUID } from 'node:crypto';
import { Outside } from '../system';
import { Visitor } from './visitor';

/* What this proves: everyone looks after the own name, password, sessions and API tokens. */

const PASSWORD = 'seven wild geese fly';

let outside: Outside;
let visitor: Visitor;
let team: { id: string; name: string };
let email: string;

beforeAll(async () => {
  outside = await Outside.shared();
  const name = `Team ${randomUUID().slice(0, 8)}`;
  team = { name, id: (await outside.console.call<{ id: string }>('POST', '/teams', { name })).id };
});
beforeEach(async () => {
  email = `p-${randomUUID()}@example.com`;
  const roles = [{ teamId: team.id, role: 'admin' }];
  await outside.console.call('POST', '/users', {
    email,
    name: 'Ada Example',
    password: PASSWORD,
    mustChangePassword: false,
    roles,
  });
  visitor = await Visitor.arrive(outside.description);
  await visitor.signIn(email, PASSWORD);
});
afterEach(() => visitor.leave());

test('A person sees where they are signed in, ends one session or all others, and who was there has to sign in again', async () => {
  const [other, third] = await Promise.all([Visitor.arrive(outside.description), Visitor.arrive(outside.description)]);
  await other.signIn(email, PASSWORD);
  await third.signIn(email, PASSWORD);
  const { page } = visitor;
  await page.getByRole('button', { name: 'Account of Ada Example' }).click();
  await page.getByRole('menuitem', { name: 'My account' }).click();
  await page.getByRole('heading', { name: 'My account' }).waitFor();
  const ends = page.getByRole('button', { name: 'End the session of Chrome on Linux' });
  await ends.first().waitFor();
  expect(await ends.count()).toBe(2);
  expect(await page.getByText('This one').count()).toBe(1);
  expect(await visitor.look('account')).toEqual([]);
  await ends.first().click();
  await ends.nth(1).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'End all other sessions' }).click();
  await ends.first().waitFor({ state: 'detached' });
  for (const ended of [other, third]) {
    await ended.page.goto('/account');
    await ended.page.waitForURL(/sign-in/);
    await ended.leave();
  }
  await page.reload();
  await page.getByRole('heading', { name: 'My account' }).waitFor();
});

test('An API token is shown once, works for its team, and is deleted by its name', async () => {
  const { page } = visitor;
  await page.goto('/account');
  await page.getByRole('button', { name: 'New token' }).click();
  await page.getByLabel('What it is for').fill('Nightly export');
  expect(await visitor.look('new-token')).toEqual([]);
  await page.getByRole('button', { name: 'Make token' }).click();
  await page.getByText('Copy “Nightly export” now').waitFor();
  expect(await visitor.look('token-made')).toEqual([]);
  const token = await page.getByLabel('API token', { exact: true }).inputValue();
  const call = async (): Promise<number> =>
    (await fetch(`${outside.description.consoleUrl}/api/teams/${team.id}`, { headers: { authorization: `Bearer ${token}` } }))
      .status;
  expect(await call()).toBe(200);
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await page.reload();
  await page.getByText('Nightly export').waitFor();
  expect(await page.content()).not.toContain(token);
  await page.getByRole('button', { name: 'Delete the token Nightly export' }).click();
  await page.getByLabel('Type “Nightly export” to confirm').fill('nightly export');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('You have none.').waitFor();
  expect(await call()).toBe(401);
});

test('The documentation of the API opens beside the tokens, complete and from the console alone', async () => {
  const { page, context, errors } = visitor;
  const asked: string[] = [];
  context.on('request', (request) => asked.push(new URL(request.url()).origin));
  await page.goto('/account');
  await page.getByRole('link', { name: 'API', exact: true }).click();
  await page.getByText('Sign in: sets the session cookie').click();
  await page.getByText('Try it out').waitFor();
  await visitor.picture('api-docs');
  expect(errors).toEqual([]);
  expect(new Set(asked)).toEqual(new Set([new URL(page.url()).origin]));
});

test('The own password is changed with the current one, and the name as one likes', async () => {
  const { page } = visitor;
  await page.goto('/account');
  await page.getByRole('textbox', { name: 'Current password' }).fill('not the password');
  await page.getByRole('textbox', { name: 'New password' }).fill('blue stones sing low');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('It is not your password.').waitFor();
  expect(await visitor.look('account-password-refused')).toEqual([]);
  await page.getByRole('textbox', { name: 'Current password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Your password is changed.').waitFor();
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await page.getByRole('button', { name: 'Save name' }).click();
  await page.getByRole('button', { name: 'Account of Ada Lovelace' }).waitFor();
  await visitor.page.context().clearCookies();
  await visitor.signIn(email, 'blue stones sing low');
});

test('Who guesses is slowed down with a countdown, and the right password goes through when it is over', async () => {
  const guesser = await Visitor.arrive(outside.description);
  const { page } = guesser;
  const unknown = `guessed-${randomUUID()}@example.com`;
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(unknown);
  for (let attempt = 0; attempt < 8 && (await page.getByText('Too many failed sign-ins').count()) === 0; attempt += 1) {
    await page.getByRole('textbox', { name: 'Password' }).fill(`guess ${attempt}`);
    await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/api/session') && response.request().method() === 'POST'),
      page.keyboard.press('Enter'),
    ]);
    await page.getByRole('alert').waitFor();
  }
  await page.getByRole('button', { name: /Sign in again in \d+ s/ }).waitFor();
  expect(await guesser.look('sign-in-slowed')).toEqual([]);
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  await guesser.leave();
});
