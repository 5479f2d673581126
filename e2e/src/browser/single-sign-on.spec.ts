import { freePort } from '@lever-certn/local-stack/free-port';
import { CLIENT_ID, CLIENT_SECRET, LocalIdentityProvider } from '@lever-certn/local-stack/identity-provider.fixture';
import { System } from '../system';
import { Visitor } from './visitor';

/* What this proves: where single sign-on leads in, one button does, through a real provider and back to where one wanted to go. */

let system: System;
let provider: LocalIdentityProvider;
let visitor: Visitor;

beforeAll(async () => {
  const port = await freePort();
  system = await System.start({
    env: {
      OIDC_ISSUER: `http://127.0.0.1:${port}`,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: CLIENT_SECRET,
      OIDC_NAME: 'Example ID',
      OIDC_GROUP_ROLES: '{"it-admins":"owner"}',
      LOCAL_SIGN_IN: 'false',
    },
  });
  const redirectUris = [`${system.description.consoleUrl}/sign-in/sso/callback`];
  provider = await LocalIdentityProvider.open({ redirectUris, port });
});
afterAll(async () => {
  await provider.close();
  await system.stop();
});
beforeEach(async () => {
  visitor = await Visitor.arrive(system.description);
});
afterEach(() => visitor.leave());

test('Who opens a page is led through the provider by one button, and back to that page', async () => {
  provider.accounts.set('ada', { email: 'ada@example.com', name: 'Ada Example', groups: ['it-admins'] });
  const { page } = visitor;
  await page.goto('/users');
  const button = page.getByRole('link', { name: 'Sign in with Example ID' });
  await button.waitFor();
  expect(await page.getByLabel('Password').count()).toBe(0);
  expect(await visitor.look('single-sign-on')).toEqual([]);
  await button.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/users$/);
  await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor();
  await page.getByText('ada@example.com').first().waitFor();
  expect(visitor.errors).toEqual([]);
});

test('My account says that there is no password here, instead of asking for one', async () => {
  provider.accounts.set('ada', { email: 'ada@example.com', name: 'Ada Example', groups: ['it-admins'] });
  const { page } = visitor;
  await page.goto('/account');
  await page.getByRole('link', { name: 'Sign in with Example ID' }).click();
  const part = page.getByRole('region', { name: 'Password' });
  await part.getByText('You sign in with single sign-on and have no password here.').waitFor();
  await page.getByRole('region', { name: 'Sessions' }).getByText('This one').waitFor();
  expect(await page.locator('input[type=password]').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Change password' }).count()).toBe(0);
  expect(await visitor.look('account-without-password')).toEqual([]);
});

test('Who has no role is told so on the sign-in page, with whom to ask', async () => {
  provider.accounts.set('ada', { email: 'ada@example.com', name: 'Ada Example', groups: ['others'] });
  const { page } = visitor;
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Sign in with Example ID' }).click();
  await page.getByRole('alert').getByText('You are in no group that has a role here.').waitFor();
  expect(await visitor.look('single-sign-on-refused')).toEqual([]);
});
