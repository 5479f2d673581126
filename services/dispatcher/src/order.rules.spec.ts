import { orderableEmail, sameEmail } from './email.rules';
import { afterUnclear, holdAfterUnclear, mustLookFirst, nextLookupInMs, orderFailure } from './order.rules';

describe('after an attempt that made nothing that could be found', () => {
  it('orders again at once, then after 5, 30 and 120 min, and the fifth time asks a person', () => {
    expect([1, 2, 3, 4, 5, 6].map((unclear) => afterUnclear(unclear))).toEqual([
      { kind: 'order-again', inMs: 0 },
      { kind: 'order-again', inMs: 300_000 },
      { kind: 'order-again', inMs: 1_800_000 },
      { kind: 'order-again', inMs: 7_200_000 },
      { kind: 'needs-attention' },
      { kind: 'needs-attention' },
    ]);
  });

  it('looks up 30 s and 90 s after the attempt, and at once where that is past', () => {
    const lookups = [30_000, 90_000];
    expect(nextLookupInMs(0, 10_000, lookups)).toBe(20_000);
    expect(nextLookupInMs(1, 31_000, lookups)).toBe(59_000);
    expect(nextLookupInMs(1, 600_000, lookups)).toBe(0);
    expect(nextLookupInMs(2, 600_000, lookups)).toBeNull();
  });

  it('holds the orders of an account back after five in a row, a minute and more with each single try', () => {
    expect([0, 4, 5, 40].map((inARow) => holdAfterUnclear(inARow, 0))).toEqual([0, 0, 60_000, 60_000]);
    expect([0, 1, 2, 4, 5, 400].map((tries) => holdAfterUnclear(5, tries))).toEqual([
      60_000, 120_000, 240_000, 960_000, 1_800_000, 1_800_000,
    ]);
  });
});

describe('a failed order', () => {
  const kinds = ['unavailable', 'rate-limited', 'unauthorized', 'forbidden', 'not-found', 'rejected'] as const;
  it.each(kinds)('%s is unclear whenever a case may have been made', (kind) => {
    expect(orderFailure({ made: 'unclear', kind })).toBe('unclear');
  });
  it('is tried later, given up, or looked into, when surely nothing was made', () => {
    expect(kinds.map((kind) => orderFailure({ made: 'not-made', kind }))).toEqual([
      'later',
      'later',
      'later',
      'forbidden',
      'rejected',
      'rejected',
    ]);
  });
});

describe('facts', () => {
  const decidedAt = '2026-01-02T03:00:00.000Z';
  const nowMs = Date.parse(decidedAt);
  it.each<[string, number, string | null, boolean]>([
    ['just read', 0, null, false],
    ['at the limit', 900_000, null, false],
    ['over the limit', 900_001, null, true],
    ['from a clock that is ahead', -180_000, null, false],
    ['with newer ones known', 0, '2026-01-02T03:00:00.001Z', true],
    ['newer than the hint', 0, '2026-01-02T03:00:00.000Z', false],
  ])('%s', (_title, ageMs, newerFactsAt, expected) => {
    expect(mustLookFirst({ decidedAt, newerFactsAt, nowMs: nowMs + ageMs, freshMs: 900_000 })).toBe(expected);
  });
});

describe('e-mail', () => {
  it.each<[string | null | undefined, string | null]>([
    [' ana@example.com ', 'ana@example.com'],
    ['ana+x@mail.example.com', 'ana+x@mail.example.com'],
    ['', null],
    [null, null],
    [undefined, null],
    ['ana', null],
    ['ana@example', null],
    ['a b@example.com', null],
    ['ana@@example.com', null],
    ['ana@example..com', null],
    [`${'a'.repeat(60)}@${'b'.repeat(200)}.com`, null],
  ])('%p is ordered as %p', (email, ordered) => {
    expect(orderableEmail(email)).toBe(ordered);
  });

  it('is compared without case and surrounding space, and none equals none', () => {
    expect(sameEmail(' ANA@example.com', 'ana@EXAMPLE.com')).toBe(true);
    expect(sameEmail('ana@example.com', 'anna@example.com')).toBe(false);
    expect(sameEmail(null, null)).toBe(false);
  });
});
