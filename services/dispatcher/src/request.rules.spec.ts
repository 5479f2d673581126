import { REQUEST_PROBLEMS, WITHDRAWAL_REASONS, type CheckReason } from '@lever-certn/events/check-statuses.rules';
import { CHECK_STATES, isOpenState, type CheckState } from './check-state.rules';
import {
  decideRequest,
  verdictOf,
  type CheckChange,
  type KnownCheck,
  type RequestFacts,
  type RequestVerdict,
} from './request.rules';

const time = (minute: number): string => `2026-01-02T03:${String(minute).padStart(2, '0')}:00.000Z`;
const ORDER: RequestVerdict = { kind: 'order' };
const NO_EMAIL: RequestVerdict = { kind: 'problem', reason: 'no-email' };
const LEFT: RequestVerdict = { kind: 'withdrawn', reason: 'left-stage' };

const facts = (over: Partial<RequestFacts> = {}): RequestFacts => ({
  checkId: 'own',
  transitionAt: time(10),
  decidedAt: time(30),
  byHand: false,
  verdict: ORDER,
  ...over,
});
const known = (state: CheckState, over: Partial<KnownCheck> = {}): KnownCheck => ({
  id: 'own',
  transitionAt: time(10),
  decidedAt: time(20),
  state,
  statusReason: null,
  isOpen: isOpenState(state),
  byHand: false,
  unclear: 0,
  blockedBy: null,
  ...over,
});
const other = (state: CheckState, over: Partial<KnownCheck> = {}): KnownCheck =>
  known(state, { id: 'other', transitionAt: time(5), ...over });

describe('a check without a row', () => {
  it.each<[string, RequestVerdict, CheckChange]>([
    ['is to be ordered', ORDER, { kind: 'order' }],
    ...REQUEST_PROBLEMS.map((reason): [string, RequestVerdict, CheckChange] => [
      `ends in error ${reason}`,
      { kind: 'problem', reason },
      { kind: 'problem', reason },
    ]),
    ...WITHDRAWAL_REASONS.map((reason): [string, RequestVerdict, CheckChange] => [
      `is cancelled when it is withdrawn (${reason}) before it was heard of`,
      { kind: 'withdrawn', reason },
      { kind: 'cancel', reason },
    ]),
  ])('%s', (_title, verdict, change) => {
    expect(decideRequest(facts({ verdict }), [])).toEqual({ own: change });
  });

  it.each(CHECK_STATES)('beside another check in %s is already-open only if that one is open', (state) => {
    const { own } = decideRequest(facts(), [other(state)]);
    expect(own).toEqual(isOpenState(state) ? { kind: 'already-open', by: 'other' } : { kind: 'order' });
  });

  it('is already-open whatever it asks for, so that a withdrawn one takes no tag from the open one', () => {
    for (const verdict of [NO_EMAIL, LEFT])
      expect(decideRequest(facts({ verdict }), [other('pending')]).own).toEqual({ kind: 'already-open', by: 'other' });
  });

  it('is ordered beside a closed check whose case Certn reopened', () => {
    expect(decideRequest(facts(), [other('partial', { isOpen: false })])).toEqual({ own: { kind: 'order' } });
  });

  it.each<[string, RequestVerdict]>([
    ['wanted', ORDER],
    ['with a problem', NO_EMAIL],
    ['withdrawn', LEFT],
  ])('%s is superseded by a check of a newer transition', (_title, verdict) => {
    expect(decideRequest(facts({ verdict }), [other('complete', { transitionAt: time(11) })])).toEqual({
      own: { kind: 'superseded', by: 'other' },
    });
  });

  it('is not superseded by a check of an older transition, nor of the same moment', () => {
    for (const minute of [9, 10])
      expect(decideRequest(facts(), [other('complete', { transitionAt: time(minute) })])).toEqual({ own: { kind: 'order' } });
  });
});

describe('a check that waits to be ordered', () => {
  it.each<[string, RequestVerdict, CheckChange]>([
    ['takes newer facts', ORDER, { kind: 'order' }],
    ['ends in error when newer facts hold a problem', NO_EMAIL, { kind: 'problem', reason: 'no-email' }],
    ['is cancelled when it is withdrawn', LEFT, { kind: 'cancel', reason: 'left-stage' }],
  ])('%s', (_title, verdict, change) => {
    expect(decideRequest(facts({ verdict }), [known('requested')])).toEqual({ own: change });
  });

  it.each([
    ['a repeat', time(20)],
    ['older facts', time(19)],
  ])('ignores %s', (_title, decidedAt) => {
    for (const verdict of [ORDER, NO_EMAIL, LEFT])
      expect(decideRequest(facts({ decidedAt, verdict }), [known('requested')])).toEqual({ own: null });
  });
});

describe('a check whose problem may be cured', () => {
  const curable = (reason: CheckReason, over: Partial<KnownCheck> = {}) => known('error', { statusReason: reason, ...over });

  it.each(REQUEST_PROBLEMS)('%s is ordered when newer facts are without a problem', (reason) => {
    expect(decideRequest(facts(), [curable(reason)])).toEqual({ own: { kind: 'order' } });
  });

  it('changes its reason when newer facts hold another problem, and only its facts when they hold the same', () => {
    expect(decideRequest(facts({ verdict: NO_EMAIL }), [curable('no-package')]).own).toEqual({
      kind: 'problem',
      reason: 'no-email',
    });
    expect(decideRequest(facts({ verdict: NO_EMAIL }), [curable('no-email')]).own).toEqual({ kind: 'refresh' });
  });

  it('is cancelled when it is withdrawn', () => {
    expect(decideRequest(facts({ verdict: LEFT }), [curable('no-email')]).own).toEqual({ kind: 'cancel', reason: 'left-stage' });
  });

  it('stays as it is when another check is open, or a newer transition has a check', () => {
    expect(decideRequest(facts(), [curable('no-email'), other('pending')]).own).toBeNull();
    expect(decideRequest(facts(), [curable('no-email'), other('complete', { transitionAt: time(11) })]).own).toBeNull();
  });

  it('is cured though a move that it once stood in the way of is newer', () => {
    const blocked = other('already-open', { transitionAt: time(11), blockedBy: 'own' });
    expect(decideRequest(facts(), [curable('no-email'), blocked]).own).toEqual({ kind: 'order' });
  });

  it.each(['rejected', 'needs-attention', 'invite-expired', 'invite-undeliverable', 'declined'] as const)(
    'does not count an error %s as curable',
    (reason) => {
      for (const verdict of [ORDER, NO_EMAIL, LEFT])
        expect(decideRequest(facts({ verdict }), [curable(reason)])).toEqual({ own: null });
    },
  );
});

describe('a check beyond waiting', () => {
  it.each(['ordering', 'needs-attention'] as const)('in %s remembers that newer facts exist, and takes none', (state) => {
    for (const verdict of [ORDER, NO_EMAIL, LEFT])
      expect(decideRequest(facts({ verdict }), [known(state)])).toEqual({ own: { kind: 'look-first' } });
    expect(decideRequest(facts({ decidedAt: time(20) }), [known(state)])).toEqual({ own: null });
  });

  it.each(['pending', 'analyzing', 'partial', 'complete', 'cancelled', 'superseded', 'erased'] as const)(
    'in %s takes every message as a repeat',
    (state) => {
      for (const verdict of [ORDER, NO_EMAIL, LEFT])
        expect(decideRequest(facts({ verdict }), [known(state)])).toEqual({ own: null });
    },
  );
});

describe('a move while an earlier check is not yet ordered', () => {
  const blocker = (state: CheckState, over: Partial<KnownCheck> = {}) => other(state, { id: 'first', ...over });
  const blocked = known('already-open', { blockedBy: 'first' });

  it('passes its facts on to the check that stands in its way', () => {
    expect(decideRequest(facts(), [blocker('requested')])).toEqual({
      own: { kind: 'already-open', by: 'first' },
      other: { id: 'first', change: { kind: 'order' } },
    });
    expect(decideRequest(facts({ verdict: LEFT }), [blocker('requested'), blocked])).toEqual({
      own: null,
      other: { id: 'first', change: { kind: 'cancel', reason: 'left-stage' } },
    });
    expect(decideRequest(facts(), [blocker('ordering'), blocked])).toEqual({
      own: null,
      other: { id: 'first', change: { kind: 'look-first' } },
    });
  });

  it('cures the check in its way', () => {
    expect(decideRequest(facts(), [blocker('error', { statusReason: 'no-email' }), blocked])).toEqual({
      own: null,
      other: { id: 'first', change: { kind: 'order' } },
    });
  });

  it('passes nothing on to one that is ordered, has newer facts, is of a later move or was ordered by hand', () => {
    for (const first of [
      blocker('pending'),
      blocker('requested', { decidedAt: time(31) }),
      blocker('requested', { transitionAt: time(11) }),
      blocker('requested', { byHand: true }),
    ])
      expect(decideRequest(facts(), [first, blocked])).toEqual({ own: null });
    expect(decideRequest(facts({ byHand: true }), [blocker('requested'), blocked])).toEqual({ own: null });
  });

  it('takes the place of the one in its way when that is withdrawn, after a fresh look', () => {
    const first = known('requested');
    const later = [1, 2].map((n) => other('already-open', { id: `b${n}`, transitionAt: time(10 + n), blockedBy: 'own' }));
    expect(decideRequest(facts({ verdict: LEFT }), [first, ...later])).toEqual({
      own: { kind: 'cancel', reason: 'left-stage' },
      other: { id: 'b2', change: { kind: 'revive' } },
    });
  });

  it('stays where it is when Certn may have a case of the withdrawn one', () => {
    const later = other('already-open', { transitionAt: time(11), blockedBy: 'own' });
    expect(decideRequest(facts({ verdict: LEFT }), [known('requested', { unclear: 1 }), later])).toEqual({
      own: { kind: 'cancel', reason: 'left-stage' },
    });
  });
});

describe('the verdict of a message', () => {
  it.each<[string, Parameters<typeof verdictOf>[0], RequestVerdict]>([
    ['wanted, all there', { wanted: true, hasPackage: true, hasEmail: true }, ORDER],
    ['no e-mail that can be mailed to', { wanted: true, hasPackage: true, hasEmail: false }, NO_EMAIL],
    ['no package in the message', { wanted: true, hasPackage: false, hasEmail: true }, { kind: 'problem', reason: 'no-package' }],
    [
      'a problem named by the resolver goes first',
      { wanted: true, problem: 'several-packages', hasPackage: false, hasEmail: false },
      { kind: 'problem', reason: 'several-packages' },
    ],
    [
      'withdrawn goes before all',
      { wanted: false, reason: 'archived', problem: 'no-email', hasPackage: false, hasEmail: false },
      { kind: 'withdrawn', reason: 'archived' },
    ],
  ])('%s', (_title, event, verdict) => {
    expect(verdictOf(event)).toEqual(verdict);
  });
});
