import { deliverySearchOf, spanOf } from './delivery-search.rules';

test.each([
  [{}, {}],
  [
    { vendor: 'lever', outcome: 'accepted', opportunityId: ' o-1 ' },
    { vendor: 'lever', outcome: 'accepted', opportunityId: 'o-1' },
  ],
  [{ vendor: 'x', outcome: '', opportunityId: 17 }, { opportunityId: '17' }],
  [
    { from: '2026-03-01', to: '2026-03-02' },
    { from: '2026-03-01', to: '2026-03-02' },
  ],
  [{ from: 'yesterday', to: '2026-13-01' }, {}],
])('%j in an address is understood as %j', (search, expected) => expect(deliverySearchOf(search)).toEqual(expected));

test('a day lasts from its first to its last moment, in the reader’s zone', () => {
  const { since, until } = spanOf({ from: '2026-03-01', to: '2026-03-01' });
  expect(Date.parse(until!) - Date.parse(since!)).toBe(86_399_999);
  expect(spanOf({})).toEqual({});
});
