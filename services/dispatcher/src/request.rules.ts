import type { CheckReason, RequestProblem, WithdrawalReason } from '@lever-certn/events/check-statuses.rules';
import { isCurable, type CheckState } from './check-state.rules';

/** What a `check-requested` says, after its applicant was opened: a problem is there also where the e-mail can't be mailed to. */
export interface RequestFacts {
  checkId: string;
  transitionAt: string;
  decidedAt: string;
  byHand: boolean;
  verdict: RequestVerdict;
}

export type RequestVerdict =
  { kind: 'order' } | { kind: 'problem'; reason: RequestProblem } | { kind: 'withdrawn'; reason: WithdrawalReason };

/** What is known of a check of the same opportunity. */
export interface KnownCheck {
  id: string;
  transitionAt: string;
  decidedAt: string;
  state: CheckState;
  statusReason: CheckReason | null;
  /** Keeps others of the opportunity from being ordered. A closed check whose case reopened does not. */
  isOpen: boolean;
  byHand: boolean;
  /** Attempts that ended unclear. */
  unclear: number;
  /** Of an `already-open` check: the one that stood in its way. */
  blockedBy: string | null;
}

/** What happens to one check. All but `look-first` and `revive` take the facts of the message with them. */
export type CheckChange =
  | { kind: 'order' }
  | { kind: 'problem'; reason: RequestProblem }
  | { kind: 'cancel'; reason: WithdrawalReason }
  /** Only the facts: same problem as before. */
  | { kind: 'refresh' }
  /** An order is under way or its end unknown: newer facts exist, to be looked at before the next attempt. */
  | { kind: 'look-first' }
  /** To be ordered after all, once fresh facts are there. */
  | { kind: 'revive' }
  | { kind: 'already-open'; by: string }
  | { kind: 'superseded'; by: string };

/** What a message changes: the check it names (`null`: a repeat, nothing), and sometimes another check of the opportunity. */
export interface RequestDecision {
  own: CheckChange | null;
  other?: { id: string; change: CheckChange };
}

/**
 * The decision table of the dispatcher. `known` are all checks of the opportunity, the named one among them if it has a row.
 *
 * Two rows are ours beyond the table, so that no move ends in silence (docs/decisions/0070): facts about the opportunity that come with a check
 * blocked by one not yet ordered pass on to that one; and where that one is withdrawn, the blocked one takes its place after a fresh look.
 */
export function decideRequest(facts: RequestFacts, known: readonly KnownCheck[]): RequestDecision {
  const own = known.find((check) => check.id === facts.checkId);
  const others = known.filter((check) => check.id !== facts.checkId);
  if (!own) return decideNew(facts, others);
  if (own.state === 'already-open') {
    const blocker = others.find((check) => check.id === own.blockedBy);
    return { own: null, ...passOn(facts, blocker, others) };
  }
  const change = decideKnown(facts, own, others);
  if (change?.kind !== 'cancel') return { own: change };
  return { own: change, ...revive(own, others) };
}

function decideNew(facts: RequestFacts, others: readonly KnownCheck[]): RequestDecision {
  const blocker = others.find((check) => check.isOpen);
  if (blocker) return { own: { kind: 'already-open', by: blocker.id }, ...passOn(facts, blocker, others) };
  const newer = others.find((check) => check.transitionAt > facts.transitionAt);
  if (newer) return { own: { kind: 'superseded', by: newer.id } };
  return { own: asChange(facts.verdict) };
}

function decideKnown(facts: RequestFacts, own: KnownCheck, others: readonly KnownCheck[]): CheckChange | null {
  if (facts.decidedAt <= own.decidedAt) return null;
  switch (own.state) {
    case 'requested':
      return asChange(facts.verdict);
    case 'ordering':
    case 'needs-attention':
      return { kind: 'look-first' };
    case 'error': {
      if (!isCurable(own)) return null;
      const inTheWay = others.some((check) => check.isOpen || isNewerMove(check, own));
      if (inTheWay) return null;
      const { verdict } = facts;
      return verdict.kind === 'problem' && verdict.reason === own.statusReason ? { kind: 'refresh' } : asChange(verdict);
    }
    case 'pending':
    case 'analyzing':
    case 'partial':
    case 'complete':
    case 'cancelled':
    case 'already-open':
    case 'superseded':
    case 'erased':
      return null;
  }
}

function asChange(verdict: RequestVerdict): CheckChange {
  switch (verdict.kind) {
    case 'order':
      return { kind: 'order' };
    case 'problem':
      return { kind: 'problem', reason: verdict.reason };
    case 'withdrawn':
      return { kind: 'cancel', reason: verdict.reason };
  }
}

/** Moves that were never to be ordered are no reason to leave an older check uncured. */
function isNewerMove(check: KnownCheck, than: KnownCheck): boolean {
  return check.transitionAt > than.transitionAt && check.blockedBy !== than.id;
}

/** What the opportunity's newest facts mean for the not yet ordered check that stands in the way of the one they name. */
function passOn(
  facts: RequestFacts,
  blocker: KnownCheck | undefined,
  others: readonly KnownCheck[],
): Pick<RequestDecision, 'other'> {
  if (!blocker || facts.byHand || blocker.byHand || facts.transitionAt < blocker.transitionAt) return {};
  const change = decideKnown(
    facts,
    blocker,
    others.filter((check) => check.id !== blocker.id),
  );
  return change ? { other: { id: blocker.id, change } } : {};
}

/** The move that a withdrawn check stood in the way of is owed after all, unless Certn may have a case of the withdrawn one. */
function revive(withdrawn: KnownCheck, others: readonly KnownCheck[]): Pick<RequestDecision, 'other'> {
  if (withdrawn.unclear > 0) return {};
  const [newest] = others
    .filter((check) => check.state === 'already-open' && check.blockedBy === withdrawn.id)
    .sort((a, b) => (a.transitionAt < b.transitionAt ? 1 : -1));
  return newest ? { other: { id: newest.id, change: { kind: 'revive' } } } : {};
}

/** What stands against ordering, or that nothing does. The first "no" wins: withdrawn, a problem named by the resolver, no package, no e-mail. */
export function verdictOf(event: {
  wanted: boolean;
  reason?: WithdrawalReason;
  problem?: RequestProblem;
  hasPackage: boolean;
  hasEmail: boolean;
}): RequestVerdict {
  if (!event.wanted) return { kind: 'withdrawn', reason: event.reason ?? 'left-stage' };
  if (event.problem) return { kind: 'problem', reason: event.problem };
  if (!event.hasPackage) return { kind: 'problem', reason: 'no-package' };
  return event.hasEmail ? { kind: 'order' } : { kind: 'problem', reason: 'no-email' };
}
