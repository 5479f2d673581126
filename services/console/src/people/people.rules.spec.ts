import { isOwnOrigin, originsOf, verdictOf } from '../http/access.rules';
import type { Role } from '../http/caller';
import { SignInLimit } from './sign-in-limit';
import { administered, refusalOfChange, refusalOfNew } from './users.rules';

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
    ['an owner everything', owner, person, { owner: true, name: 'n', password: 'p', roles: roles({ z: 'admin' }) }, 2, undefined],
    ['nobody the last owner', owner, { ...person, id: 'o', owner: true }, { owner: false }, 1, 'last-owner'],
    ['an owner one of two owners', owner, { ...person, owner: true }, { owner: false }, 2, undefined],
    ['an admin roles in the own team', admin, person, { roles: roles({ a: 'admin' }) }, 1, undefined],
    ['an admin no roles elsewhere', admin, person, { roles: roles({ b: 'viewer' }) }, 1, 'foreign-team'],
    ['an admin nobody else’s password', admin, person, { password: 'p' }, 1, 'owner-only'],
    ['an admin no owners', admin, person, { owner: true }, 1, 'owner-only'],
    ['an admin nobody of other teams', admin, { ...person, roles: roles({ b: 'viewer' }) }, { roles: roles() }, 1, 'absent'],
    ['a viewer the own password', viewer, { ...person, id: 'v' }, { password: 'p', name: 'n' }, 1, undefined],
    ['a viewer not the own role', viewer, { ...person, id: 'v' }, { roles: roles({ a: 'admin' }) }, 1, 'foreign-team'],
    ['a viewer nobody else', viewer, person, { name: 'n' }, 1, 'absent'],
  ] as const)('may: %s', (_, caller, whom, changes, owners, expected) => {
    expect(refusalOfChange(caller, whom, changes, owners)).toBe(expected);
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

test('a failed sign-in is forgotten after a quarter of an hour', () => {
  let now = 0;
  const limit = new SignInLimit(() => now);
  for (let attempt = 0; attempt < 10; attempt += 1) limit.failed('a');
  expect(() => limit.check('a')).toThrow();
  expect(() => limit.check('b')).not.toThrow();
  now = 15 * 60_000;
  expect(() => limit.check('a')).not.toThrow();
});
