import { Outside } from '../system';
import { Visitor } from './visitor';

/* What this proves: one comes in by the sign-in page, and back to where one wanted to go. */

const SLOW_MS = 1000;

let outside: Outside;
let visitor: Visitor;

beforeAll(async () => {
  outside = await Outside.shared();
});
beforeEach(async () => {
  visitor = await Visitor.arrive(outside.description);
});
afterEach(() => visitor.leave());

test('Who opens a page without a session signs in first, and is led back to that page', async () => {
  const { page } = visitor;
  await page.goto('/teams?from=a-link');
  await page.waitForURL(/sign-in/);
  expect(await visitor.look('sign-in')).toEqual([]);
  await page.getByLabel('E-mail address').fill(outside.description.adminEmail);
  await page.getByRole('textbox', { name: 'Password' }).fill(outside.description.adminPassword);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/teams\?from=a-link/);
  await page.getByRole('heading', { name: 'Teams', level: 1 }).waitFor();
  expect(await visitor.look('teams')).toEqual([]);
});

test('Whose session ends on a page signs in again, however slowly that page comes, and is led back', async () => {
  const { page, context } = visitor;
  await visitor.signIn();
  // Anew, so that this page has not loaded that of signing in.
  await page.goto('/teams');
  await page.getByRole('heading', { name: 'Teams', level: 1 }).waitFor();
  await page.route(/sign-in-page/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    await route.continue();
  });
  await context.clearCookies();
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByLabel('E-mail address').waitFor();
  expect(new URL(page.url()).searchParams.get('return')).toBe('/users');
  expect(visitor.errors).toEqual([]);
  await page.getByLabel('E-mail address').fill(outside.description.adminEmail);
  await page.getByRole('textbox', { name: 'Password' }).fill(outside.description.adminPassword);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
});

test('A wrong password says so and what to do, and the page stays', async () => {
  const { page } = visitor;
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill('nobody@example.com');
  await page.getByRole('textbox', { name: 'Password' }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('alert').getByText('Sign-in failed').waitFor();
  expect(await visitor.look('sign-in-failed')).toEqual([]);
});
