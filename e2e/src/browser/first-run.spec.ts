import { System } from '../system';
import { Visitor } from './visitor';

/* What this proves: the first owner comes in with the password that was set up for it, and with no other step before choosing one of its own; by keyboard alone. */

const OWN = 'seven wild geese fly';

let system: System;
let visitor: Visitor;

beforeAll(async () => {
  const none = { ingress: 0, resolver: 0, dispatcher: 0, writeback: 0, sandbox: 0 };
  system = await System.start({ copies: none, env: { BOOTSTRAP_ADMIN_PASSWORD_CHANGE: 'true' } });
});
afterAll(() => system.stop());
beforeEach(async () => {
  visitor = await Visitor.arrive(system.description);
});
afterEach(() => visitor.leave());

test('The first owner signs in, has to choose a password before anything else, and then goes on to where they wanted; by keyboard alone', async () => {
  const { page } = visitor;
  const { adminEmail, adminPassword } = system.description;
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await page.goto('/users');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.keyboard.type(adminEmail);
  await press('Tab');
  await page.keyboard.type(adminPassword);
  await press('Enter');

  await page.getByRole('heading', { name: 'Choose your password' }).waitFor();
  expect(await visitor.look('new-password')).toEqual([]);
  await page.goto('/teams');
  await page.getByRole('heading', { name: 'Choose your password' }).waitFor();
  await page.goto('/new-password?return=/users');
  await page.getByLabel('The password you signed in with').first().waitFor();
  await page.keyboard.type(adminPassword);
  await press('Tab');
  await page.keyboard.type('short');
  await press('Enter');
  await page.getByText('It needs 7 more characters.').waitFor();
  expect(await visitor.look('new-password-too-short')).toEqual([]);
  await press('Control+A');
  await page.keyboard.type(OWN);
  await press('Enter');

  await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/users');
  expect(await visitor.look('users-first-run')).toEqual([]);
});

test('Afterwards only the own password signs in, and nothing is asked any more', async () => {
  const { page } = visitor;
  const { adminEmail, adminPassword } = system.description;
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(adminEmail);
  await page.getByRole('textbox', { name: 'Password' }).fill(adminPassword);
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('No account has this address and this password.').waitFor();
  await visitor.signIn(adminEmail, OWN);
  await page.getByRole('heading', { name: 'Teams', level: 1 }).waitFor();
});
