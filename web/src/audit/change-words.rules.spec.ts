import { detailWords, fieldWords, valueWords } from './change-words.rules';

const teamName = (teamId: string): string | undefined => (teamId === 't1' ? 'Canada' : undefined);

test.each([
  ['lever.triggerStage', 'Trigger stage'],
  ['role.t1', 'Role in Canada'],
  ['role.t2', 'Role in a team'],
  ['package.p1', 'Package'],
  ['something.new', 'something.new'],
])('%s is called %s', (field, words) => expect(fieldWords(field, teamName)).toBe(words));

test.each([
  [null, 'nothing'],
  ['true', 'Yes'],
  ['false', 'No'],
  ['ends in 9f2c', 'ends in 9f2c'],
])('%s reads %s', (value, words) => expect(valueWords(value)).toBe(words));

test('details are one text, without what has parts of its own', () =>
  expect(detailWords({ reason: 'agreed', count: 2, ids: ['a'], none: null })).toBe('reason: agreed · count: 2'));
