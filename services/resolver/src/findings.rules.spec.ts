import { checkIdOfTransition } from '@lever-certn/events/identity.rules';
import { findOut, isWaiting, type LookCase } from './findings.rules';
import { NOON, opportunityFacts, teamFacts } from './look.fixture';
import { NOTHING_SAID, type Ask, type Said } from './said.rules';

const CHECK_ID = checkIdOfTransition('team-1', 'opportunity-1', NOON);
const HAND = { commandId: 'cmd-1', by: 'user:1', packageId: 'p-deep' };
const asked = (checkId: string, subject: string, rest: Partial<Said> = {}): Said => ({
  subject,
  mark: 'm',
  state: 'asked',
  checkId,
  ...rest,
});

function look(change: Partial<LookCase> = {}): LookCase {
  return {
    teamId: 'team-1',
    opportunityId: 'opportunity-1',
    team: teamFacts(),
    answer: { kind: 'opportunity', opportunity: opportunityFacts() },
    elsewhere: false,
    asks: [],
    memory: NOTHING_SAID,
    ...change,
  };
}
const remembering = (...said: Said[]): LookCase['memory'] => ({ ...NOTHING_SAID, said });
const stageLook = { triggeredAt: NOON, lookups: 0 };

describe('what one answer of Lever decides', () => {
  it('is what the stage owes only where that was asked', () => {
    expect(findOut(look()).owed).toBeUndefined();
    expect(findOut(look({ stageLook })).owed).toMatchObject({ kind: 'request', checkId: CHECK_ID });
  });

  it('is also what stands of every check that is still asked for', () => {
    const memory = remembering(asked('c-1', '2026-03-01T09:00:00.000Z'), asked('c-2', NOON, { state: 'withdrawn' }), {
      subject: '~',
      mark: 'm',
      state: 'told',
    });
    expect(findOut(look({ memory, stageLook })).checks).toEqual([
      {
        known: { checkId: 'c-1', transitionAt: '2026-03-01T09:00:00.000Z' },
        outcome: expect.objectContaining({ kind: 'request' }) as never,
        mustTell: false,
      },
    ]);
  });

  it('of a check asked about is told even if it was asked back', () => {
    const memory = remembering(asked('c-2', NOON, { state: 'withdrawn' }));
    expect(findOut(look({ memory, asks: [{ checkId: 'c-2' }] })).checks).toMatchObject([
      { known: { transitionAt: NOON }, mustTell: true },
    ]);
  });

  it('of an order by hand asked about keeps the package that was picked, remembered or just ordered', () => {
    const order: Ask = { checkId: 'c-h', transitionAt: NOON, byHand: HAND };
    const left = { answer: { kind: 'opportunity', opportunity: opportunityFacts({ stageId: 'offer' }) } } as const;
    for (const found of [
      findOut(look({ ...left, asks: [order] })),
      findOut(look({ ...left, asks: [order, { checkId: 'c-h' }] })),
      findOut(look({ ...left, asks: [{ checkId: 'c-h' }, order] })),
      findOut(look({ ...left, asks: [{ checkId: 'c-h' }], memory: remembering(asked('c-h', NOON, { byHand: HAND })) })),
    ])
      expect(found.checks).toMatchObject([
        { known: { byHand: HAND }, outcome: { kind: 'request', package: { packageId: 'p-deep' } } },
      ]);
  });

  it('must be told when an order by hand and a question about it come together', () => {
    const order: Ask = { checkId: 'c-h', transitionAt: NOON, byHand: HAND };
    expect(findOut(look({ asks: [order] })).checks[0]!.mustTell).toBe(false);
    expect(findOut(look({ asks: [order, { checkId: 'c-h' }] })).checks[0]!.mustTell).toBe(true);
    expect(findOut(look({ asks: [{ checkId: 'c-h' }, order] })).checks[0]!.mustTell).toBe(true);
  });

  it('finds a forgotten check among the transitions that Lever records', () => {
    expect(findOut(look({ asks: [{ checkId: CHECK_ID }] })).checks).toMatchObject([
      { known: { checkId: CHECK_ID, transitionAt: NOON }, outcome: { kind: 'request', checkId: CHECK_ID } },
    ]);
  });

  it('says so of a check that nobody knows', () => {
    expect(findOut(look({ asks: [{ checkId: 'c-?' }] })).checks).toMatchObject([
      { outcome: { kind: 'failed', reason: 'unknown-check' } },
    ]);
    expect(findOut(look({ asks: [{ checkId: 'c-?' }], answer: { kind: 'not-found' } })).checks).toMatchObject([
      { outcome: { kind: 'failed', reason: 'unknown-check' } },
    ]);
  });

  it('owes nothing under an id that Lever does not use', () => {
    expect(findOut(look({ stageLook, elsewhere: true })).owed).toEqual({ kind: 'skipped', reason: 'gone' });
  });

  it('waits when the key is refused, if anything was asked', () => {
    const refused = { answer: { kind: 'unauthorized' } } as const;
    expect(isWaiting(findOut(look({ ...refused, stageLook })))).toBe(true);
    expect(isWaiting(findOut(look({ ...refused, asks: [{ checkId: 'c-1' }], memory: remembering(asked('c-1', NOON)) })))).toBe(
      true,
    );
    expect(isWaiting(findOut(look(refused)))).toBe(false);
  });
});
