import { CLIENT_ID, CLIENT_SECRET, LocalIdentityProvider } from '@lever-certn/local-stack/identity-provider.fixture';
import { itemsOf, SpecConsole, SpecCaller, type SpecAnswer } from '../console.fixture';
import type { ConsoleConfig } from '../config';
import { ROUTES } from '../http/routes';
import { SpecBrowser } from './single-sign-on.fixture';

const REDIRECT = 'http://localhost:8080/sign-in/sso/callback';

/** Opening a console and a provider takes seconds where others work on the same machine. */
let provider: LocalIdentityProvider;
let console: SpecConsole;
let owner: SpecCaller;

beforeAll(async () => {
  provider = await LocalIdentityProvider.open({ redirectUris: [REDIRECT] });
  console = await SpecConsole.open(settings());
  owner = await console.signIn();
});
afterAll(async () => {
  await console.close();
  await provider.close();
});
beforeEach(() => {
  provider.forge = undefined;
  for (const name of ['ada', 'grace', 'mallory'])
    provider.accounts.set(name, { email: `${name}@example.com`, name: `${name} Example`, groups: [] });
});

function settings(more: Partial<ConsoleConfig> = {}): Partial<ConsoleConfig> {
  return { OIDC_ISSUER: provider.issuer, OIDC_CLIENT_ID: CLIENT_ID, OIDC_CLIENT_SECRET: CLIENT_SECRET, ...more };
}

const browser = (): SpecBrowser => new SpecBrowser(console, provider);
const endOf = ({ status, headers }: SpecAnswer): unknown[] => [status, headers.location];
const refused = (reason: string): unknown[] => [303, `/sign-in?refused=${reason}`];

/** Nothing of a sign-in came out of this: no session, and no person by that name. */
async function expectRefused(answer: SpecAnswer, reason: string, in_: SpecBrowser): Promise<void> {
  expect(endOf(answer)).toEqual(refused(reason));
  expect(in_.cookieNames()).not.toContain('session');
  expect((await in_.caller().get('/api/session')).status).toBe(401);
}

describe('single sign-on with a real provider', () => {
  test('makes the person at the first sign-in, and leads back to where one wanted to go', async () => {
    const ada = browser();
    expect(endOf(await ada.signIn('ada', '/sign-in/sso?return=/reports/check-1'))).toEqual([303, '/reports/check-1']);
    const { user, teams, hasPassword } = (await ada.caller().get('/api/session')).body as Record<string, unknown>;
    expect(user).toMatchObject({ email: 'ada@example.com', name: 'ada Example', owner: false });
    expect(teams).toEqual([]);
    expect(hasPassword).toBe(false);
    const sessions = itemsOf(await ada.caller().get('/api/sessions'));
    expect(sessions).toEqual([expect.objectContaining({ means: 'single-sign-on', current: true })]);
  });

  test('knows the person again by issuer and subject, also under another address and name', async () => {
    const first = browser();
    await first.signIn('grace');
    const { id } = (await first.caller().get('/api/session')).body.user as { id: string };
    provider.accounts.set('grace', { email: 'grace.new@example.com', name: 'Grace New' });
    const again = browser();
    await again.signIn('grace');
    expect((await again.caller().get('/api/session')).body.user).toMatchObject({
      id,
      email: 'grace.new@example.com',
      name: 'Grace New',
    });
  });

  test('leads nowhere but to our own pages', async () => {
    expect(endOf(await browser().signIn('ada', '/sign-in/sso?return=https://evil.example/'))).toEqual([303, '/']);
  });

  test('lets several tabs sign in side by side, and leaves no cookie of an attempt behind', async () => {
    const tabs = browser();
    const [one, two] = [
      await tabs.toProvider('/sign-in/sso?return=/reports/a'),
      await tabs.toProvider('/sign-in/sso?return=/reports/b'),
    ];
    expect(endOf(await tabs.open(one))).toEqual([303, '/reports/a']);
    expect(endOf(await tabs.open(two))).toEqual([303, '/reports/b']);
    expect(tabs.cookieNames()).toEqual(['session']);
  });

  test('asks the provider by code with PKCE, state and nonce', async () => {
    const { headers } = await browser().open('/sign-in/sso');
    const asked = new URL(String(headers.location)).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      redirect_uri: REDIRECT,
    });
    const attempt = String(headers['set-cookie']);
    expect(attempt).toMatch(/^sign-in-[0-9a-f]{16}=.*; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/);
    for (const name of ['state', 'nonce']) expect(attempt).not.toContain(asked.get(name));
  });

  test('never takes over an account with a password, though the address is the same', async () => {
    const local = (await owner.get('/api/session')).body.user as { id: string; email: string };
    provider.accounts.set('mallory', { email: local.email, name: 'Not The Owner' });
    const other = browser();
    await other.signIn('mallory');
    const { user } = (await other.caller().get('/api/session')).body as { user: { id: string; owner: boolean } };
    expect(user.id).not.toBe(local.id);
    expect(user.owner).toBe(false);
    // And the password still belongs to the account it belonged to.
    expect((await (await console.signIn()).get('/api/session')).body.user.id).toBe(local.id);
  });

  test('keeps out whose account is disabled here, and lets in again who is enabled', async () => {
    const before = browser();
    await before.signIn('ada');
    const { id } = (await before.caller().get('/api/session')).body.user as { id: string };
    expect((await owner.post(`/api/users/${id}/disable`)).status).toBeLessThan(300);
    await expectRefused(await browser().signIn('ada'), 'disabled', browser());
    const told = itemsOf(await owner.get('/api/audit?action=sign-in-failed'));
    expect(told).toEqual([expect.objectContaining({ subjectEmail: 'ada@example.com', detail: { means: 'single-sign-on' } })]);
    expect((await before.caller().get('/api/session')).status).toBe(401);
    await owner.post(`/api/users/${id}/enable`);
    expect(endOf(await browser().signIn('ada'))).toEqual([303, '/']);
  });

  test('gives no password to who signs in with it', async () => {
    const ada = browser();
    await ada.signIn('ada');
    const { id } = (await ada.caller().get('/api/session')).body.user as { id: string };
    const reset = await owner.post(`/api/users/${id}/password-reset`);
    const change = await owner.patch(`/api/users/${id}`, { password: 'another password of twelve' });
    expect([reset.status, change.status]).toEqual([409, 409]);
    expect(reset.body.detail).toContain('single sign-on');
  });

  test('makes a person who was deleted anew, with nothing of before', async () => {
    const first = browser();
    await first.signIn('grace');
    const { id } = (await first.caller().get('/api/session')).body.user as { id: string };
    await owner.delete(`/api/users/${id}`);
    const again = browser();
    await again.signIn('grace');
    const { user } = (await again.caller().get('/api/session')).body as { user: { id: string } };
    expect(user.id).not.toBe(id);
  });

  test('refuses who tells no address, and who is declined by the provider, and says so on the sign-in page', async () => {
    provider.accounts.set('nameless', {});
    await expectRefused(await browser().signIn('nameless'), 'no-email', browser());
    const declined = browser();
    const answer = await declined.signIn('nobody');
    await expectRefused(answer, 'declined', declined);
    const told = await console.nobody().get('/api/session/methods?refused=declined');
    expect(told.body.refusal).toEqual({ detail: expect.stringContaining('did not sign you in'), cure: expect.any(String) });
    expect((await console.nobody().get('/api/session/methods?refused=<b>x</b>')).body.refusal).toBeNull();
  });

  test('tells in the audit how it was done, and who was made', async () => {
    await browser().signIn('ada');
    const { items } = (await owner.get('/api/audit?limit=200')).body as { items: { action: string; detail: object | null }[] };
    const told = items.filter(({ detail }) => (detail as { means?: string } | null)?.means === 'single-sign-on');
    expect(told.map(({ action }) => action)).toEqual(expect.arrayContaining(['signed-in', 'user-made']));
  });
});

describe('of the classic forgeries', () => {
  const INVALID = 'OAUTH_INVALID_RESPONSE';
  const CLAIM = 'OAUTH_JWT_CLAIM_COMPARISON_FAILED';
  /** Refused as unproved, and for this very reason. */
  const expectUnproved = async (answer: SpecAnswer, code: string, in_: SpecBrowser): Promise<void> => {
    await expectRefused(answer, 'unproved', in_);
    expect(console.logged.at(-1)).toEqual({ reason: 'unproved', code });
  };
  const inAnHour = (): number => Math.floor(Date.now() / 1000) + 3600;
  const withClaims = (claims: Record<string, unknown>): void => {
    provider.forge = ({ header, claims: right }) => ({ parts: { header, claims: { ...right, ...claims } }, signs: 'rightly' });
  };

  test('none is needed: a token written anew by the same key with the same words is taken', async () => {
    withClaims({ exp: inAnHour() });
    expect(endOf(await browser().signIn('ada'))).toEqual([303, '/']);
  });

  test('a wrong state is refused', async () => {
    const victim = browser();
    const path = new URL(await victim.toProvider(), REDIRECT);
    path.searchParams.set('state', 'of-somebody-else');
    await expectRefused(await victim.open(path.pathname + path.search), 'not-begun-here', victim);
  });

  test('a missing state is refused', async () => {
    const victim = browser();
    const path = new URL(await victim.toProvider(), REDIRECT);
    path.searchParams.delete('state');
    await expectRefused(await victim.open(path.pathname + path.search), 'not-begun-here', victim);
  });

  test('a way back that was used is refused the second time, also with the cookie it had', async () => {
    const victim = browser();
    const path = await victim.toProvider();
    const cookies = victim.cookieHeader();
    expect(endOf(await victim.open(path))).toEqual([303, '/']);
    const replayed = await console.nobody().call('GET', path, undefined, { cookie: cookies });
    expect(endOf(replayed)).toEqual(refused('already-used'));
    expect(String(replayed.headers['set-cookie'])).not.toContain('session=');
  });

  test('a wrong nonce is refused', async () => {
    withClaims({ nonce: 'of-another-sign-in' });
    const victim = browser();
    await expectUnproved(await victim.signIn('ada'), CLAIM, victim);
  });

  test('a token for another audience is refused', async () => {
    withClaims({ aud: 'another-client' });
    const victim = browser();
    await expectUnproved(await victim.signIn('ada'), CLAIM, victim);
  });

  test('a token of another issuer is refused', async () => {
    withClaims({ iss: 'https://evil.example' });
    const victim = browser();
    await expectUnproved(await victim.signIn('ada'), CLAIM, victim);
  });

  test('a token signed by another key is refused', async () => {
    provider.forge = (parts) => ({ parts: parts, signs: 'with-another-key' });
    const victim = browser();
    await expectUnproved(await victim.signIn('ada'), INVALID, victim);
  });

  test('a token without a signature (alg none) is refused', async () => {
    provider.forge = ({ claims }) => ({ parts: { header: { alg: 'none' }, claims }, signs: 'not-at-all' });
    const victim = browser();
    await expectUnproved(await victim.signIn('ada'), INVALID, victim);
  });

  test('a token that has expired is refused', async () => {
    withClaims({ iat: inAnHour() - 7200, exp: inAnHour() - 3700 });
    const victim = browser();
    await expectUnproved(await victim.signIn('ada'), 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED', victim);
  });

  test('a code brought into another browser is refused: that browser began nothing', async () => {
    const attacker = browser();
    const path = await attacker.toProvider('/sign-in/sso', 'mallory');
    const victim = browser();
    await expectRefused(await victim.open(path), 'not-begun-here', victim);
  });

  test('a stolen code put into a sign-in of one’s own is refused: it lacks the code verifier (PKCE)', async () => {
    const stolen = new URL(await browser().toProvider('/sign-in/sso', 'ada'), REDIRECT).searchParams.get('code')!;
    const attacker = browser();
    const own = new URL(await attacker.toProvider('/sign-in/sso', 'mallory'), REDIRECT);
    own.searchParams.set('code', stolen);
    await expectUnproved(await attacker.open(own.pathname + own.search), 'invalid_grant', attacker);
  });

  test.each([
    ['of another provider', 'https://evil.example'],
    ['that is left out', undefined],
  ])('an answer with the name %s (mix-up) is refused', async (_, issuer) => {
    const victim = browser();
    const path = new URL(await victim.toProvider(), REDIRECT);
    if (issuer) path.searchParams.set('iss', issuer);
    else path.searchParams.delete('iss');
    await expectUnproved(await victim.open(path.pathname + path.search), INVALID, victim);
  });
});

describe('groups', () => {
  let grouped: SpecConsole;
  let canada: string;
  let uk: string;
  let admin: SpecCaller;

  beforeAll(async () => {
    grouped = await SpecConsole.open(
      settings({ OIDC_GROUP_ROLES: JSON.stringify({ 'it-admins': 'owner', everyone: { '*': 'viewer' } }) }),
    );
    admin = await grouped.signIn();
    canada = (await admin.post('/api/teams', { name: 'Canada' })).body.id as string;
    uk = (await admin.post('/api/teams', { name: 'UK' })).body.id as string;
  });
  afterAll(() => grouped.close());

  const signInAs = async (groups: unknown): Promise<{ browser: SpecBrowser; answer: SpecAnswer }> => {
    provider.accounts.set('ada', { email: 'ada@example.com', name: 'Ada Example', groups });
    const of = new SpecBrowser(grouped, provider);
    return { browser: of, answer: await of.signIn('ada') };
  };

  test('give roles at each sign-in, and take them at the next', async () => {
    const viewer = await signInAs(['everyone', 'something-else']);
    const { user, teams } = (await viewer.browser.caller().get('/api/session')).body as { user: { id: string }; teams: object[] };
    expect(teams).toEqual([
      expect.objectContaining({ id: canada, role: 'viewer' }),
      expect.objectContaining({ id: uk, role: 'viewer' }),
    ]);
    const asOwner = await signInAs(['it-admins']);
    expect((await asOwner.browser.caller().get('/api/session')).body.user).toMatchObject({ id: user.id, owner: true });
    await signInAs(['everyone']);
    // What was taken is gone from sessions that are still open, too.
    expect((await asOwner.browser.caller().get('/api/session')).body.user).toMatchObject({ id: user.id, owner: false });
    const lines = itemsOf<{ changes: unknown }>(await admin.get(`/api/audit?action=user-changed&person=${user.id}`));
    expect(lines[0]!.changes).toEqual([
      { field: 'owner', from: 'true', to: 'false' },
      { field: `role.${canada}`, from: null, to: 'viewer' },
      { field: `role.${uk}`, from: null, to: 'viewer' },
    ]);
  });

  test.each([
    ['no group of ours', ['others']],
    ['no groups', undefined],
    ['groups that are no list', { a: 1 }],
  ])('keep out who has %s, and take what that person had', async (_, groups) => {
    const before = await signInAs(['everyone']);
    const { answer, browser: of } = await signInAs(groups);
    await expectRefused(answer, 'no-role', of);
    expect((await before.browser.caller().get(`/api/teams/${canada}`)).status).toBe(404);
  });

  test('that a provider tells only when asked are asked for', async () => {
    const terse = await LocalIdentityProvider.open({ redirectUris: [REDIRECT], tellsOnlyWhenAsked: true });
    const asking = await SpecConsole.open({
      ...settings({ OIDC_GROUP_ROLES: '{"it-admins":"owner"}' }),
      OIDC_ISSUER: terse.issuer,
    });
    try {
      terse.accounts.set('ada', { email: 'ada@example.com', name: 'Ada Example', groups: ['it-admins'] });
      const of = new SpecBrowser(asking, terse);
      expect(endOf(await of.signIn('ada'))).toEqual([303, '/']);
      expect((await of.caller().get('/api/session')).body.user).toMatchObject({ email: 'ada@example.com', owner: true });
    } finally {
      await asking.close();
      await terse.close();
    }
  });
});

describe('the ways in', () => {
  test('are told to the sign-in page', async () => {
    expect((await console.nobody().get('/api/session/methods')).body).toEqual({
      passwords: true,
      singleSignOn: { name: 'single sign-on', path: '/sign-in/sso' },
      refusal: null,
    });
  });

  test('by password are shut where local sign-in is off, each with a cure', async () => {
    const only = await SpecConsole.open(
      settings({ LOCAL_SIGN_IN: false, OIDC_NAME: 'Example ID', OIDC_GROUP_ROLES: '{"it-admins":"owner"}' }),
    );
    try {
      const { status, body } = await only.nobody().get('/api/session/methods');
      expect([status, body]).toEqual([
        200,
        { passwords: false, singleSignOn: { name: 'Example ID', path: '/sign-in/sso' }, refusal: null },
      ]);
      provider.accounts.set('ada', { email: 'ada@example.com', name: 'Ada Example', groups: ['it-admins'] });
      const ada = new SpecBrowser(only, provider);
      await ada.signIn('ada');
      const local = ROUTES.filter((route) => route.local);
      expect(local.map(({ path }) => path)).toContain('/api/session');
      for (const { method, path } of local) {
        const answer = await ada.caller().call(method, path.replaceAll(/:\w+/g, 'x'), {});
        expect([path, answer.status, answer.body.type]).toEqual([path, 403, 'urn:lever-certn:problem:local-sign-in-off']);
        expect(answer.body.cure).toContain('/sign-in/sso');
      }
    } finally {
      await only.close();
    }
  });

  test('by password are over where local sign-in was turned off, so that nobody is asked for a password of before', async () => {
    const only = await console.another(settings({ LOCAL_SIGN_IN: false }));
    try {
      expect((await owner.get('/api/session')).body.hasPassword).toBe(true);
      expect((await new SpecCaller(only.app, owner.headers).get('/api/session')).body.hasPassword).toBe(false);
    } finally {
      await only.close();
    }
  });

  test('by single sign-on do not exist where it is not set up', async () => {
    const plain = await SpecConsole.open();
    try {
      const answers = await Promise.all(
        ['/sign-in/sso', '/sign-in/sso/callback?code=c&state=s'].map((path) => plain.nobody().get(path)),
      );
      expect(answers.map(({ status }) => status)).toEqual([404, 404]);
      expect((await plain.nobody().get('/api/session/methods')).body).toEqual({
        passwords: true,
        singleSignOn: null,
        refusal: null,
      });
    } finally {
      await plain.close();
    }
  });

  test('lead to a page that says so while the provider is away, and work again when it is back', async () => {
    const gone = await LocalIdentityProvider.open({ redirectUris: [REDIRECT] });
    await gone.close();
    const waiting = await SpecConsole.open({ ...settings(), OIDC_ISSUER: gone.issuer });
    try {
      const answer = await waiting.nobody().get('/sign-in/sso?return=/reports/a');
      expect(endOf(answer)).toEqual([303, '/sign-in?refused=unavailable&return=%2Freports%2Fa']);
      expect(waiting.logged).toEqual([{ reason: 'unavailable', code: 'ECONNREFUSED' }]);
      waiting.config.OIDC_ISSUER = provider.issuer;
      expect((await waiting.nobody().get('/sign-in/sso')).headers.location).toMatch(provider.issuer);
    } finally {
      await waiting.close();
    }
  });
});
