import { auditCsvPath, auditQueryOf, auditSearchOf } from './audit-search.rules';

test('an address is taken as far as it is understood', () =>
  expect(auditSearchOf({ team: ' t ', person: 7, action: '', from: '2026-03-01', to: 'tomorrow', more: 'x' })).toEqual({
    team: 't',
    from: '2026-03-01',
  }));

test('days are taken whole, from their first moment to the first of the next', () => {
  const { from, until } = auditQueryOf({ from: '2026-03-01', to: '2026-03-01' });
  expect(new Date(from!)).toEqual(new Date(2026, 2, 1));
  expect(new Date(until!)).toEqual(new Date(2026, 2, 2));
});

test('the table has the same lines as the page', () => {
  expect(auditCsvPath({})).toBe('/api/audit.csv');
  expect(auditCsvPath({ team: 't 1', action: 'team-changed' })).toBe('/api/audit.csv?team=t+1&action=team-changed');
});
