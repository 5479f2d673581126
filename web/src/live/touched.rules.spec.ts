import type { TeamChangeAnswer } from '../api/schema';
import { bothChanges, isTouched } from './touched.rules';

const change = (what: TeamChangeAnswer['what'], opportunityIds: string[] | null = []): TeamChangeAnswer => ({
  what,
  opportunityIds,
});

test.each<[string, readonly unknown[], TeamChangeAnswer, boolean]>([
  ['a list of candidates by a candidate', ['team', 't', 'candidates', { status: 'error' }], change(['candidates'], ['x']), true],
  ['a list of candidates by a webhook', ['team', 't', 'candidates'], change(['deliveries']), false],
  ['the candidate that changed', ['team', 't', 'candidate', 'x'], change(['candidates'], ['x', 'y']), true],
  ['another candidate', ['team', 't', 'candidate', 'z'], change(['candidates'], ['x', 'y']), false],
  ['any candidate, where too many changed to name them', ['team', 't', 'candidate', 'z'], change(['candidates'], null), true],
  ['settings by what a person did', ['team', 't', 'settings'], change(['team']), true],
  ['settings by a webhook', ['team', 't', 'settings'], change(['deliveries']), false],
  ['the checklist by the first webhook', ['team', 't', 'settings', 'checklist'], change(['deliveries']), true],
  ['a part nobody thought of, by anything', ['team', 't', 'something new'], change(['deliveries']), true],
  ['another team', ['team', 'u', 'candidates'], change(['candidates'], null), false],
  ['the list of teams by a team', ['teams'], change(['team']), true],
  ['the list of teams by a candidate', ['teams'], change(['candidates'], ['x']), false],
  ['who one is', ['session'], change(['team', 'candidates'], null), false],
])('%s', (_, key, told, touched) => {
  expect(isTouched(key, 't', told)).toBe(touched);
});

test('changes add up; what is not named stays so', () => {
  expect(bothChanges(change(['candidates'], ['x']), change(['team', 'candidates'], ['y', 'x']))).toEqual(
    change(['candidates', 'team'], ['x', 'y']),
  );
  expect(bothChanges(change(['candidates'], null), change(['candidates'], ['y']))).toEqual(change(['candidates'], null));
});
