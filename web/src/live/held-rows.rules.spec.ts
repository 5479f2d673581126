import { heldRows } from './held-rows.rules';

interface Row {
  id: string;
  says: number;
}

const rows = (text: string, says = 0): Row[] => [...text].map((id) => ({ id, says }));
const held = (shown: Row[], next: Row[]): { order: string; heldBack: number } => {
  const { rows: after, heldBack } = heldRows(shown, next, ({ id }) => id);
  return { order: after.map(({ id }) => id).join(''), heldBack };
};

test.each<[string, string, string, string, number]>([
  ['nothing changed', 'abc', 'abc', 'abc', 0],
  ['a new row at the top', 'abc', 'xabc', 'abc', 1],
  ['new rows at the top and in between', 'abc', 'xyazbc', 'abc', 3],
  ['a row that moves to the top', 'abc', 'cab', 'abc', 0],
  ['a row that is gone', 'abc', 'ac', 'abc', 0],
  ['more rows at the end, as when one asks for more', 'abc', 'abcde', 'abcde', 0],
  ['new rows at both ends', 'abc', 'xabcd', 'abcd', 1],
  ['all rows are others', 'abc', 'xyz', 'abc', 3],
  ['none is left', 'abc', '', 'abc', 0],
  ['there was none', '', 'abc', 'abc', 0],
])('%s', (_, shown, next, order, heldBack) => {
  expect(held(rows(shown), rows(next))).toEqual({ order, heldBack });
});

test('a row in its place says what is now known of it, one that is gone what it said last', () => {
  const { rows: after } = heldRows(rows('abc', 1), [...rows('c', 2), ...rows('a', 2)], ({ id }) => id);
  expect(after).toEqual([
    { id: 'a', says: 2 },
    { id: 'b', says: 1 },
    { id: 'c', says: 2 },
  ]);
});

test('twenty changes later the rows still stand where they stood', () => {
  let shown = rows('abcdef');
  let next = rows('abcdef');
  for (let n = 0; n < 20; n += 1) {
    next = [{ id: `new-${n}`, says: n }, next.at(-1)!, ...next.slice(0, -1)];
    shown = heldRows(shown, next, ({ id }) => id).rows;
  }
  expect(shown.map(({ id }) => id).join('')).toMatch(/^abcdef/);
});
