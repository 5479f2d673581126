import { isOwnOrigin, originsOf, verdictOf } from '../http/access.rules';
import type { Role } from '../http/caller';
import { browserIn } from './browser.rules';
import { faultOfPassword } from './new-password.rules';
import { placeOf, waitMs, withOneMore } from './sign-in-delays.rules';
import { administered, joinedRoles, refusalOfChange, refusalOfNew, refusalOfTakingOver, stillGiven } from './users.rules';

const roles = (entries: Record<string, Role> = {}): Map<string, Role> => new Map(Object.entries(entries));
const owner = { kind: 'person', owner: true, roles: roles(), userId: 'o' } as const;
const admin = { kind: 'person', owner: false, roles: roles({ a: 'admin', b: 'viewer' }), userId: 'x' } as const;
const viewer = { kind: 'person', owner: false, roles: roles({ a: 'viewer' }), userId: 'v' } as const;

describe('the verdict on a request', () => {
  test.each([
    ['anyone', undefined, undefined, 'allowed'],
    ['page', undefined, undefined, 'allowed'],
    ['signed-in', undefined, undefined, 'sign-in'],
    ['signed-in', viewer, undefined, 'allowed'],
    ['person', viewer, undefined, 'allowed'],
    ['person', { ...viewer, kind: 'token' as const }, undefined, 'forbidden'],
    ['viewer', viewer, 'a', 'allowed'],
    ['viewer', viewer, 'b', 'absent'],
    ['admin', viewer, 'a', 'forbidden'],
    ['admin', viewer, undefined, 'forbidden'],
    ['admin', admin, 'a', 'allowed'],
    ['admin', admin, 'b', 'forbidden'],
    ['admin', admin, 'c', 'absent'],
    ['admin', admin, undefined, 'allowed'],
    ['owner', admin, undefined, 'forbidden'],
    ['owner', admin, 'c', 'absent'],
    ['owner', owner, 'c', 'allowed'],
    ['admin', owner, 'c', 'allowed'],
    ['people-admin', owner, undefined, 'allowed'],
    ['people-admin', admin, undefined, 'allowed'],
    ['people-admin', viewer, undefined, 'forbidden'],
    ['people-admin', { ...admin, kind: 'token' as const }, undefined, 'forbidden'],
  ] as const)('%s for %j in team %s: %s', (access, caller, teamId, expected) => {
    expect(verdictOf(access, caller, teamId)).toBe(expected);
  });
});

describe('the origin of a change', () => {
  const ours = originsOf('http://localhost:8080');
  test.each([
    ['http://localhost:8080', undefined, true],
    ['http://127.0.0.1:8080', undefined, true],
    ['http://localhost:9090', undefined, false],
    ['https://localhost:8080', undefined, false],
    ['null', undefined, false],
    ['https://evil.example', 'same-origin', false],
    [undefined, undefined, true],
    [undefined, 'same-origin', true],
    [undefined, 'same-site', false],
    [undefined, 'cross-site', false],
  ])('%s, fetched %s: %s', (origin, site, expected) => expect(isOwnOrigin(origin, site, ours)).toBe(expected));

  test('of a public address is that address only', () => {
    expect(originsOf('https://console.example.com/')).toEqual(['https://console.example.com']);
  });
});

describe('changing people', () => {
  const person = { id: 'p', owner: false, roles: roles({ a: 'viewer' }) };
  test.each([
    ['an owner everything', owner, person, { owner: true, name: 'n', password: 'p', roles: roles({ z: 'admin' }) }, undefined],
    ['an owner another owner', owner, { ...person, owner: true }, { owner: false }, undefined],
    ['an admin roles in the own team', admin, person, { roles: roles({ a: 'admin' }) }, undefined],
    ['an admin no roles elsewhere', admin, person, { roles: roles({ b: 'viewer' }) }, 'foreign-team'],
    ['an admin nobody else’s password', admin, person, { password: 'p' }, 'owner-only'],
    ['an admin no owners', admin, person, { owner: true }, 'owner-only'],
    ['an admin nobody of other teams', admin, { ...person, roles: roles({ b: 'viewer' }) }, { roles: roles() }, 'absent'],
    ['a viewer the own name', viewer, { ...person, id: 'v' }, { name: 'n' }, undefined],
    ['nobody the own password so', viewer, { ...person, id: 'v' }, { password: 'p' }, 'own-password'],
    ['an owner not the own password so', owner, { ...person, id: 'o', owner: true }, { password: 'p' }, 'own-password'],
    ['a viewer not the own role', viewer, { ...person, id: 'v' }, { roles: roles({ a: 'admin' }) }, 'foreign-team'],
    ['a viewer nobody else', viewer, person, { name: 'n' }, 'absent'],
  ] as const)('may: %s', (_, caller, whom, changes, expected) => {
    expect(refusalOfChange(caller, whom, changes)).toBe(expected);
  });

  test('may make people: an owner all, an admin those of the own teams', () => {
    expect(refusalOfNew(owner, { owner: true })).toBeUndefined();
    expect(refusalOfNew(admin, { roles: roles({ a: 'viewer' }) })).toBeUndefined();
    expect(refusalOfNew(admin, { roles: roles({ a: 'viewer', b: 'viewer' }) })).toBe('foreign-team');
    expect(refusalOfNew(admin, { roles: roles() })).toBe('foreign-team');
    expect(refusalOfNew(admin, { owner: true, roles: roles({ a: 'viewer' }) })).toBe('owner-only');
    expect(administered(admin)).toEqual(['a']);
  });
});

describe('shutting people out and setting their passwords', () => {
  const person = { id: 'p', owner: false, roles: roles({ a: 'viewer' }) };
  test.each([
    ['an owner everyone', owner, { ...person, owner: true }, undefined],
    ['nobody oneself', owner, { ...person, id: 'o', owner: true }, 'self'],
    ['an admin who is of the own team only', admin, person, undefined],
    ['an admin not who is of another team too', admin, { ...person, roles: roles({ a: 'viewer', c: 'viewer' }) }, 'owner-only'],
    [
      'an admin not who is of a team where the admin only views',
      admin,
      { ...person, roles: roles({ a: 'viewer', b: 'viewer' }) },
      'owner-only',
    ],
    ['an admin no owner', admin, { ...person, owner: true }, 'owner-only'],
    ['an admin nobody of other teams', admin, { ...person, roles: roles({ c: 'viewer' }) }, 'absent'],
    ['an admin nobody without a role', admin, { ...person, roles: roles() }, 'absent'],
    ['a viewer nobody', viewer, person, 'absent'],
  ] as const)('may: %s', (_, caller, whom, expected) => expect(refusalOfTakingOver(caller, whom)).toBe(expected));
});

describe('an invitation', () => {
  const invitation = { owner: false, roles: roles({ a: 'admin', c: 'viewer' }) };
  const maker = { owner: false, roles: roles({ a: 'admin' }), disabledAt: null };
  test.each([
    ['all of it while its maker may give it', { ...maker, roles: roles({ a: 'admin', c: 'admin' }) }, invitation, invitation],
    ['what its maker may still give', maker, invitation, { owner: false, roles: roles({ a: 'admin' }) }],
    ['nothing once its maker is no admin', { ...maker, roles: roles({ a: 'viewer' }) }, invitation, undefined],
    ['nothing once its maker is disabled', { ...maker, disabledAt: '2026-11-01T10:00:00.000Z' }, invitation, undefined],
    ['nothing once its maker is gone', undefined, invitation, undefined],
    ['ownership only by an owner', { ...maker, owner: true }, { owner: true, roles: roles() }, { owner: true, roles: roles() }],
    [
      'no ownership by who is no owner any more',
      maker,
      { owner: true, roles: roles({ a: 'viewer' }) },
      { owner: false, roles: roles({ a: 'viewer' }) },
    ],
  ] as const)('gives %s', (_, by, given, expected) => expect(stillGiven(by, given)).toEqual(expected));

  test('that is made twice gives the higher role of each team', () => {
    expect(joinedRoles(roles({ a: 'admin', b: 'viewer' }), roles({ a: 'viewer', b: 'admin', c: 'viewer' }))).toEqual(
      roles({ a: 'admin', b: 'admin', c: 'viewer' }),
    );
  });
});

describe('waiting after failed sign-ins', () => {
  const count = (failures: number, restedMs = 0): { failures: number; restedMs: number; waitMs: number; turn: number } => ({
    failures,
    restedMs,
    waitMs: 0,
    turn: 0,
  });
  test.each([
    ['account', undefined, { failures: 1, delayMs: 0 }],
    ['account', count(4), { failures: 5, delayMs: 0 }],
    ['account', count(5), { failures: 6, delayMs: 1_000 }],
    ['account', count(6), { failures: 7, delayMs: 2_000 }],
    ['account', count(11), { failures: 12, delayMs: 60_000 }],
    ['account', count(1_000), { failures: 1_000, delayMs: 60_000 }],
    ['account', count(400, 12 * 3_600_000), { failures: 1, delayMs: 0 }],
    ['place', count(29), { failures: 30, delayMs: 0 }],
    ['place', count(30), { failures: 31, delayMs: 1_000 }],
    ['place', count(90), { failures: 91, delayMs: 30_000 }],
    ['place', count(90, 900_000), { failures: 1, delayMs: 0 }],
  ] as const)('of an %s after %j', (counted, before, expected) => expect(withOneMore(counted, before)).toEqual(expected));

  test('is over when its time has come', () => {
    expect(waitMs(undefined)).toBe(0);
    expect(waitMs({ ...count(9), waitMs: -5 })).toBe(0);
    expect(waitMs({ ...count(9), waitMs: 5 })).toBe(5);
  });

  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('is the same for all of a network: %s is %s', (ip, place) => expect(placeOf(ip)).toBe(place));
});

describe('a browser', () => {
  test.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      'Chrome on Windows',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
      'Safari on macOS',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    [
      'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
      'Chrome on Android',
    ],
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/147.0.0.0 Safari/537.36',
      'Chrome on Linux',
    ],
    ['curl/8.5.0', 'A program'],
    ['Mozilla/5.0 <script>', 'An unknown browser'],
    [undefined, 'An unknown browser'],
  ])('%s is %s', (header, words) => expect(browserIn(header)).toBe(words));
});

describe('a new password', () => {
  const person = { email: 'ada@example.com', name: 'Ada Example King' };
  test.each([
    ['seven wild geese', undefined],
    ['aaaabbbbaaaabbbb', 'must have at least 5 different characters'],
    ['my ADA@example.com 1', 'must not be your name or address'],
    ['ada example king', 'must not be your name or address'],
    ['the old password', 'must be another than before'],
  ])('%s', (password, fault) => expect(faultOfPassword(password, { ...person, current: 'the old password' })).toBe(fault));
});
