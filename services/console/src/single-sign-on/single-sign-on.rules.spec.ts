import { ConfigError, loadConfig } from '@lever-certn/config/load-config';
import { SPEC_KEYRING } from '../console.fixture';
import { AttemptCookie, ATTEMPT_LIVES_SECONDS } from './attempt-cookie';
import { SignInConfig, signInProblems } from './config';
import { groupsIn, parseGroupRoles, rolesOfGroups } from './group-roles.rules';
import { refusalIn, SIGN_IN_REFUSALS, wordsOfRefusal } from './refusals.rules';

describe('the groups that give roles', () => {
  const groupRoles = parseGroupRoles('{"it":"owner","hr":{"*":"viewer","t1":"admin"},"uk":{"t2":"admin"}}');

  test.each([
    [['it'], { owner: true, roles: {} }],
    [['hr'], { owner: false, roles: { t1: 'admin', t2: 'viewer' } }],
    [['hr', 'uk'], { owner: false, roles: { t1: 'admin', t2: 'admin' } }],
    [['uk', 'hr'], { owner: false, roles: { t1: 'admin', t2: 'admin' } }],
    [['HR', '__proto__', 'constructor'], { owner: false, roles: {} }],
    [[], { owner: false, roles: {} }],
  ])('%j', (groups, expected) => {
    const { owner, roles } = rolesOfGroups(groupRoles, groups, ['t1', 't2']);
    expect({ owner, roles: Object.fromEntries(roles) }).toEqual(expected);
  });

  test('give none in a team that does not exist', () =>
    expect([...rolesOfGroups(parseGroupRoles('{"x":{"gone":"admin"}}'), ['x'], ['t1']).roles]).toEqual([]));

  test.each([
    [
      ['a', 1, '', 'b'],
      ['a', 'b'],
    ],
    ['one', ['one']],
    [undefined, []],
    [{ a: 1 }, []],
  ])('are read out of the claim %j', (claim, expected) => expect(groupsIn(claim)).toEqual(expected));

  test.each([
    ['x', /must be JSON/],
    ['[]', /JSON object/],
    ['{}', /at least one group/],
    ['{"a":"admin"}', /"owner", or an object/],
    ['{"a":{"t":"king"}}', /"admin" or "viewer"/],
  ])('written as %s are refused', (text, problem) => expect(() => parseGroupRoles(text)).toThrow(problem));
});

describe('the settings of the sign-in', () => {
  test.each([
    ['https://login.example.com', true],
    ['https://login.example.com/realms/one', true],
    ['http://localhost:3999', true],
    ['http://127.0.0.1:3999', true],
    ['http://[::1]:3999', true],
    ['http://login.example.com', false],
    ['http://127.0.0.1.evil.example', false],
    ['https://name:word@login.example.com', false],
    ['https://login.example.com?x=1', false],
    ['login.example.com', false],
  ])('take the issuer %s: %s', (OIDC_ISSUER, isTaken) => {
    const load = (): unknown => loadConfig(SignInConfig, { OIDC_ISSUER });
    if (isTaken) expect(load).not.toThrow();
    else expect(load).toThrow(ConfigError);
  });

  test.each([
    [{}, []],
    [{ OIDC_ISSUER: 'https://a.example', OIDC_CLIENT_ID: 'c' }, []],
    [{ OIDC_ISSUER: 'https://a.example', OIDC_CLIENT_ID: 'c', LOCAL_SIGN_IN: false }, []],
    [{ OIDC_ISSUER: 'https://a.example' }, [/^OIDC_CLIENT_ID is not set/]],
    [{ OIDC_CLIENT_ID: 'c' }, [/^OIDC_CLIENT_ID is set without OIDC_ISSUER/]],
    [{ LOCAL_SIGN_IN: false }, [/nobody could sign in/]],
  ])('%j go together: %j', (settings, problems) => {
    const found = signInProblems(Object.assign(new SignInConfig(), settings));
    expect(found).toEqual(problems.map((problem) => expect.stringMatching(problem) as unknown));
  });
});

describe('the cookie of a sign-in under way', () => {
  const attempt = { state: 'state-1', nonce: 'n', codeVerifier: 'v', path: '/reports/a' };
  const jarOf = (header: string): Record<string, string> => {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(header)!;
    return { [name!]: value! };
  };

  test('is bound to the host and to TLS wherever the console is reached over https', () => {
    const header = new AttemptCookie(SPEC_KEYRING, 'https://console.example.com').given(attempt);
    expect(header).toMatch(/^__Host-sign-in-[0-9a-f]{16}=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600; Secure$/);
  });

  test('is read for its own state only, in its time, and not when it was changed', () => {
    let now = 1_000;
    const cookie = new AttemptCookie(SPEC_KEYRING, 'http://localhost:8080', () => now);
    const jar = jarOf(cookie.given(attempt));
    const [name, value] = Object.entries(jar)[0]!;
    expect(cookie.read(jar, 'state-1')).toEqual(attempt);
    expect(cookie.read(jar, 'state-2')).toBeUndefined();
    expect(cookie.read(jar, null)).toBeUndefined();
    expect(cookie.read({ [name]: `${value.slice(0, -2)}AA` }, 'state-1')).toBeUndefined();
    // Another attempt's cookie under this name.
    const other = Object.values(jarOf(cookie.given({ ...attempt, state: 'state-2' })))[0]!;
    expect(cookie.read({ [name]: other }, 'state-1')).toBeUndefined();
    now += ATTEMPT_LIVES_SECONDS * 1000;
    expect(cookie.read(jar, 'state-1')).toBeUndefined();
  });
});

test.each(SIGN_IN_REFUSALS)('the refusal %s says what is wrong and what to do', (refusal) => {
  const { detail, cure } = wordsOfRefusal(refusalIn(refusal)!);
  expect([detail, cure]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
});
