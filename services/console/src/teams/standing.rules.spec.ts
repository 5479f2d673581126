import { checkOfStay, movedInAt, type StandingCheck } from './standing.rules';

const check = (over: Partial<StandingCheck>): StandingCheck => ({
  checkId: 'c',
  status: 'complete',
  reason: null,
  transitionAt: '2026-05-01T00:00:00.000Z',
  ...over,
});

test.each([
  ['is not known where Lever tells no moves', null, null],
  ['is not known where no move leads there', [{ toStageId: 'other', updatedAtMs: 5 }], null],
  [
    'is the last of several moves there, in any order',
    [
      { toStageId: 'stage', updatedAtMs: 3000 },
      { toStageId: 'other', updatedAtMs: 9000 },
      { toStageId: 'stage', updatedAtMs: 1000 },
    ],
    '1970-01-01T00:00:03.000Z',
  ],
])('when someone came into the stage %s', (_, changes, expected) => expect(movedInAt(changes, 'stage')).toBe(expected));

test.each([
  ['none', [], '2026-01-01T00:00:00.000Z', undefined],
  ['one made since they came', [check({ checkId: 'now' })], '2026-04-01T00:00:00.000Z', 'now'],
  ['not one of an earlier stay that is over', [check({})], '2026-06-01T00:00:00.000Z', undefined],
  ['an open one of an earlier stay', [check({ checkId: 'open', status: 'pending' })], '2026-06-01T00:00:00.000Z', 'open'],
  [
    'one that waits to be settled',
    [check({ checkId: 'attention', status: 'error', reason: 'needs-attention' })],
    '2026-06-01T00:00:00.000Z',
    'attention',
  ],
  ['any where nobody knows when they came', [check({ checkId: 'any' })], null, 'any'],
])('the check of a stay is %s', (_, checks, since, expected) => expect(checkOfStay(checks, since)?.checkId).toBe(expected));
