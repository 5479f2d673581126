import { checkRow } from './check-row.fixture';
import { planRequests, type IncomingRequest } from './request-plan.rules';

const NOW = '2026-01-02T04:00:00.000Z';
const time = (minute: number): string => `2026-01-02T03:${String(minute).padStart(2, '0')}:00.000Z`;
function incoming(
  id: string,
  minute: number,
  change: Partial<IncomingRequest> = {},
  facts: Partial<IncomingRequest['facts']> = {},
): IncomingRequest {
  return {
    teamId: 'team',
    opportunityId: 'opportunity',
    package: { packageId: 'p', name: 'Standard' },
    applicant: `v1.k1.${id}`,
    email: `${id}@example.com`,
    emailHash: `hash-${id}`,
    settingsVersion: 3,
    account: 'account',
    traceparent: null,
    ...change,
    facts: {
      checkId: id,
      transitionAt: time(minute),
      decidedAt: time(minute),
      byHand: false,
      verdict: { kind: 'order' },
      ...facts,
    },
  };
}

describe('a batch of requests', () => {
  it('is decided one after the other: copies are repeats of the first', () => {
    const request = incoming('a', 1);
    const plan = planRequests([request, request, request], [], NOW);
    expect(plan.outcomes.map(({ outcome }) => outcome)).toEqual(['order', 'repeat', 'repeat']);
    expect(plan.inserts.map(({ row }) => [row.id, row.state, row.isOpen])).toEqual([['a', 'requested', true]]);
    expect(plan.updates).toEqual([]);
  });

  it('keeps opportunities and teams apart', () => {
    const plan = planRequests(
      [incoming('a', 1), incoming('b', 2, { opportunityId: 'other' }), incoming('c', 3, { teamId: 'other' })],
      [],
      NOW,
    );
    expect(plan.inserts.map(({ row }) => row.state)).toEqual(['requested', 'requested', 'requested']);
  });

  it('gives a skipped check its row, the one in its way, and no event', () => {
    const plan = planRequests([incoming('a', 1), incoming('b', 2)], [], NOW);
    expect(plan.outcomes[1]).toMatchObject({
      outcome: 'already-open',
      skipped: { reason: 'already-open', by: 'a' },
      touched: ['b', 'a'],
    });
    expect(plan.inserts.find(({ row }) => row.id === 'b')).toMatchObject({
      row: { isOpen: false, applicant: null, version: 0 },
      events: [],
    });
  });

  it('hands the facts of a later move to the check in its way, with whose applicant it is', () => {
    const plan = planRequests([incoming('b', 20)], [checkRow({ id: 'a', transitionAt: time(1), decidedAt: time(1) })], NOW);
    expect(plan.updates.map(({ row }) => row)).toMatchObject([
      {
        id: 'a',
        state: 'requested',
        applicant: 'v1.k1.b',
        applicantOf: 'b',
        emailHash: 'hash-b',
        email: 'b@example.com',
        decidedAt: time(20),
      },
    ]);
  });

  it('tells every status once, in order, with its version', () => {
    const plan = planRequests(
      [
        incoming('a', 1, {}, { verdict: { kind: 'problem', reason: 'no-email' } }),
        incoming('a', 1, {}, { decidedAt: time(2), verdict: { kind: 'problem', reason: 'no-package' } }),
        incoming('a', 1, {}, { decidedAt: time(3) }),
        incoming('a', 1, {}, { decidedAt: time(4), verdict: { kind: 'withdrawn', reason: 'archived' } }),
      ],
      [],
      NOW,
    );
    expect(plan.inserts[0]!.events.map(({ version, status, reason }) => [version, status, reason])).toEqual([
      [1, 'error', 'no-email'],
      [2, 'error', 'no-package'],
      [3, 'cancelled', 'archived'],
    ]);
    expect(plan.inserts[0]!.row).toMatchObject({ state: 'cancelled', applicant: null, isOpen: false });
  });

  it('marks a row whose order is under way, and writes nothing else of it', () => {
    const plan = planRequests([incoming('a', 5)], [checkRow({ id: 'a', state: 'ordering', decidedAt: time(1) })], NOW);
    expect(plan).toMatchObject({ inserts: [], updates: [], lookFirst: [{ id: 'a', at: time(5) }] });
  });

  it('lets go of the open place before another row takes it', () => {
    const first = checkRow({ id: 'z', transitionAt: time(1), decidedAt: time(1) });
    const blocked = checkRow({
      id: 'a',
      state: 'already-open',
      isOpen: false,
      blockedBy: 'z',
      transitionAt: time(2),
      decidedAt: time(2),
      applicant: null,
    });
    const withdrawn = incoming('z', 1, {}, { decidedAt: time(3), verdict: { kind: 'withdrawn', reason: 'left-stage' } });
    const plan = planRequests([withdrawn], [first, blocked], NOW);
    expect(plan.updates.map(({ row }) => [row.id, row.state])).toEqual([
      ['z', 'cancelled'],
      ['a', 'requested'],
    ]);
    expect(plan.updates[1]!.row.newerFactsAt).toBe(time(3));
  });

  it('takes newer facts off the list of what is to be looked at, and keeps the highest settings version', () => {
    const waiting = checkRow({ id: 'a', decidedAt: time(1), newerFactsAt: time(4), settingsVersion: 7 });
    const early = planRequests([incoming('a', 1, {}, { decidedAt: time(3) })], [waiting], NOW);
    expect(early.updates[0]!.row).toMatchObject({ decidedAt: time(3), newerFactsAt: time(4), settingsVersion: 7 });
    const late = planRequests([incoming('a', 1, {}, { decidedAt: time(5) })], [waiting], NOW);
    expect(late.updates[0]!.row).toMatchObject({ decidedAt: time(5), newerFactsAt: null });
  });

  it('does not touch the rows it was given', () => {
    const known = Object.freeze(checkRow({ id: 'a', decidedAt: time(1) }));
    expect(planRequests([incoming('a', 1, {}, { decidedAt: time(9) })], [known], NOW).updates).toHaveLength(1);
  });
});
