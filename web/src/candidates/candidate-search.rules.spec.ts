import { candidateSearchOf, csvPath, isFiltered, nextSort, statusesOf } from './candidate-search.rules';

describe('a search in the address', () => {
  test.each([
    [{}, {}],
    [{ status: 'analyzing,partial' }, { status: 'analyzing,partial' }],
    [{ status: 'green,error' }, { status: 'error' }],
    [{ status: 'green' }, {}],
    [
      { q: '  ada ', package: 'Packages A', problem: 'no-email' },
      { q: 'ada', package: 'Packages A', problem: 'no-email' },
    ],
    [{ q: 4711 }, { q: '4711' }],
    [{ q: '', package: null, problem: ['x'] }, {}],
    [{ sort: 'changedAt' }, { sort: 'changedAt' }],
    [{ sort: '-movedAt' }, {}],
    [{ sort: 'name' }, {}],
  ])('%j is understood as %j', (search, expected) => expect(candidateSearchOf(search)).toEqual(expected));

  test('filters as soon as it leaves anybody out; an order does not', () => {
    expect(isFiltered({ sort: 'status' })).toBe(false);
    expect(isFiltered({ q: 'ada' })).toBe(true);
    expect(statusesOf(undefined)).toEqual([]);
  });

  test('is that of the table for spreadsheets, too', () => {
    expect(csvPath('t', {})).toBe('/api/teams/t/candidates.csv');
    expect(csvPath('t', { status: 'analyzing,partial', q: 'ada b' })).toBe(
      '/api/teams/t/candidates.csv?status=analyzing%2Cpartial&q=ada+b',
    );
  });
});

test.each([
  [undefined, 'movedAt', 'movedAt'],
  ['movedAt', 'movedAt', '-movedAt'],
  ['movedAt', 'changedAt', '-changedAt'],
  ['-changedAt', 'changedAt', 'changedAt'],
  ['-changedAt', 'status', 'status'],
] as const)('ordered by %s, a click on %s orders by %s', (sort, column, expected) =>
  expect(nextSort(sort, column)).toBe(expected),
);
