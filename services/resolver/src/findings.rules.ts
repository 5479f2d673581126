import { isoTime } from '@lever-certn/events/fields';
import { checkIdOfTransition } from '@lever-certn/events/identity.rules';
import { decide, type LeverAnswer, type LookQuestion, type Outcome, type TeamFacts } from './look.rules';
import type { Ask, CheckOutcome, Memory } from './said.rules';

/** Everything that bears on one row's look. */
export interface LookCase {
  teamId: string;
  opportunityId: string;
  team: TeamFacts;
  answer: LeverAnswer;
  /** Lever knows the opportunity by another id, under which the look goes on. */
  elsewhere: boolean;
  /** There when what the stage owes was asked for. */
  stageLook?: { triggeredAt: string | null; lookups: number };
  asks: readonly Ask[];
  memory: Memory;
}

/** What a look found: what the stage owes, if that was asked, and what stands of every check that is asked for or asked about. */
export interface Found {
  owed?: Outcome;
  checks: CheckOutcome[];
}

/** Decides everything one answer of Lever's lets us decide. */
export function findOut(look: LookCase): Found {
  const asks = mergeAsks(look.asks);
  const wanted = look.memory.said.filter((entry) => entry.state === 'asked').flatMap((entry) => entry.checkId ?? []);
  const asked = new Set([...wanted, ...asks.keys()]);
  const { team, answer, stageLook, elsewhere } = look;
  const question: LookQuestion = { team, answer, triggeredAt: null, lookups: 0, asked, ...stageLook };
  const checks = [...asked].map((checkId) => checkOutcome(look, question, checkId, asks.get(checkId)));
  if (!stageLook) return { checks };
  return { owed: elsewhere ? { kind: 'skipped', reason: 'gone' } : decide(question), checks };
}

/** Whether the look has to wait for the team's connection. */
export function isWaiting(found: Found): boolean {
  return found.owed?.kind === 'waiting' || found.checks.some((check) => check.outcome.kind === 'waiting');
}

type MergedAsk = Ask & { mustTell: boolean };

/** One ask per check: the order by hand says what is known of it, the dispatcher's question that it must be answered. */
function mergeAsks(asks: readonly Ask[]): Map<string, MergedAsk> {
  const merged = new Map<string, MergedAsk>();
  for (const ask of asks) {
    const before = merged.get(ask.checkId);
    merged.set(ask.checkId, { ...before, ...ask, mustTell: (before?.mustTell ?? false) || ask.byHand === undefined });
  }
  return merged;
}

function checkOutcome(look: LookCase, question: LookQuestion, checkId: string, ask: MergedAsk | undefined): CheckOutcome {
  const mustTell = ask?.mustTell ?? false;
  const known = knownCheck(look, checkId, ask);
  if (!known) return { known: { checkId, transitionAt: '' }, outcome: { kind: 'failed', reason: 'unknown-check' }, mustTell };
  return { known, outcome: decide({ ...question, check: known }), mustTell };
}

/** What is known of a check: by memory, by the ask itself, or by Lever's record of the transitions. */
function knownCheck(look: LookCase, checkId: string, ask: Ask | undefined): CheckOutcome['known'] | undefined {
  const entry = look.memory.said.find((candidate) => candidate.checkId === checkId);
  const byHand = entry?.byHand ?? ask?.byHand;
  const transitionAt = entry?.subject ?? ask?.transitionAt ?? recordedTransition(look, checkId);
  return transitionAt ? { checkId, transitionAt, ...(byHand ? { byHand } : {}) } : undefined;
}

function recordedTransition(look: LookCase, checkId: string): string | undefined {
  const changes = look.answer.kind === 'opportunity' ? (look.answer.opportunity.stageChanges ?? []) : [];
  return changes
    .map((change) => isoTime(change.updatedAtMs))
    .find((time) => checkIdOfTransition(look.teamId, look.opportunityId, time) === checkId);
}
