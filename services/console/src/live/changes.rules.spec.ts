import { changesOf, MAX_NAMED, mergedChange, type TeamChange } from './changes.rules';

const nothing = { candidates: [], checks: [], timeline: [], deliveries: [], problems: [], connections: [] };
const many = Array.from({ length: MAX_NAMED + 1 }, (_, index) => ({ teamId: 'a', opportunityId: `opp-${index}` }));

test('a write says of each team what it changes, each opportunity once', () => {
  const changes = changesOf({
    ...nothing,
    candidates: [{ teamId: 'b', opportunityId: 'opp-1' }],
    timeline: [
      { teamId: 'b', opportunityId: 'opp-1' },
      { teamId: 'b', opportunityId: 'opp-2' },
    ],
    deliveries: [{ teamId: 'a' }],
    problems: [{ teamId: 'b' }],
    connections: [{ teamId: 'a' }],
  });
  expect([...changes]).toEqual([
    ['a', { what: ['deliveries', 'team'], opportunityIds: [] }],
    ['b', { what: ['candidates', 'problems'], opportunityIds: ['opp-1', 'opp-2'] }],
  ]);
});

test('a write that changes nothing anybody sees says nothing', () => {
  expect(changesOf(nothing).size).toBe(0);
});

test('too many opportunities are not named', () => {
  expect(changesOf({ ...nothing, checks: many }).get('a')).toEqual({ what: ['candidates'], opportunityIds: null });
  expect(changesOf({ ...nothing, checks: many.slice(1) }).get('a')!.opportunityIds).toHaveLength(MAX_NAMED);
});

test.each<[string, TeamChange, TeamChange, TeamChange]>([
  [
    'kinds and ids',
    { what: ['team'], opportunityIds: [] },
    { what: ['candidates'], opportunityIds: ['x'] },
    { what: ['candidates', 'team'], opportunityIds: ['x'] },
  ],
  [
    'any with some',
    { what: ['candidates'], opportunityIds: null },
    { what: ['candidates'], opportunityIds: ['x'] },
    { what: ['candidates'], opportunityIds: null },
  ],
])('two changes become one: %s', (_, a, b, both) => {
  expect(mergedChange(a, b)).toEqual(both);
  expect(mergedChange(b, a)).toEqual(both);
});
