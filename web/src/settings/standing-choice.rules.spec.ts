import { checksOf, namesOf, toggled } from './standing-choice.rules';

test.each([
  [['Ada'], 'Ada'],
  [['Ada', 'Ben'], 'Ada and Ben'],
  [['Ada', 'Ben', 'Cem'], 'Ada, Ben, and Cem'],
  [['Ada', 'Ben', 'Cem', 'Dua', 'Eve'], 'Ada, Ben, Cem, and 2 more'],
])('the first few are told by name: %j', (names, words) => expect(namesOf(names)).toBe(words));

test('a number is told with its noun, and a choice is taken back by choosing again', () => {
  expect([checksOf(1), checksOf(2)]).toEqual(['1 check', '2 checks']);
  expect([...toggled(toggled(new Set(['a']), 'b'), 'a')]).toEqual(['b']);
});
