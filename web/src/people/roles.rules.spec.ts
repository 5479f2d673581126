import { matchesSearch, rolesInWords } from './roles.rules';

const teams = [
  { id: 'b', name: 'Berlin' },
  { id: 'a', name: 'Athens' },
];

test('roles are told by the names of teams, ownership first; unknown teams are left out', () => {
  const roles = [
    { teamId: 'b', role: 'viewer' },
    { teamId: 'x', role: 'admin' },
    { teamId: 'a', role: 'admin' },
  ] as const;
  expect(rolesInWords(roles, teams, true)).toEqual(['Owner of this console', 'Athens: Admin', 'Berlin: Viewer']);
  expect(rolesInWords([], teams, false)).toEqual([]);
});

test.each([
  ['', true],
  ['ada', true],
  ['EXAMPLE ada', true],
  ['athens admin', true],
  ['grace', false],
  ['ada berlin', false],
])('“%s” finds Ada of Athens: %s', (search, expected) => {
  expect(matchesSearch(search, { name: 'Ada Lovelace', email: 'ada@example.com' }, ['Athens: Admin'])).toBe(expected);
});
