import type { Applicant, RequestedPackage } from '@lever-certn/events/check-requested';
import { WITHDRAWAL_REASONS, type RequestProblem, type WithdrawalReason } from '@lever-certn/events/check-statuses.rules';
import { factId } from '@lever-certn/events/identity.rules';
import type { KnownCheck, Outcome } from './look.rules';

/** Decisions remembered of one opportunity; of older ones only what is still asked for. */
export const MAX_REMEMBERED = 20;

/** Who ordered a check by hand. */
export interface ByHand {
  commandId: string;
  by: string;
  packageId?: string;
}

/** The last decision about one transition, order by hand, or move that Lever has not recorded. */
export interface Said {
  /** The transition's time; `~` and the webhook's time where Lever names no transition. */
  subject: string;
  /** What was said, in short: equal marks need no second telling. Holds no person's words. */
  mark: string;
  /** Only told as an activity line; asked for and still wanted; or asked for and asked back. */
  state: 'told' | 'asked' | 'withdrawn';
  checkId?: string;
  byHand?: ByHand;
}

/** What the resolver has said about one opportunity. */
export interface Memory {
  /** How many looks have said something: it tells a repeat after a crash from saying the same a second time. */
  spoken: number;
  /** The time of the newest facts that were sent on. */
  factsAt: string | null;
  said: readonly Said[];
}

export const NOTHING_SAID: Memory = { spoken: 0, factsAt: null, said: [] };

/** Something asked of a look beside "what is owed now": facts of a check for the dispatcher, or an order by hand. */
export interface Ask {
  checkId: string;
  /** Unknown where the dispatcher names a check that nothing is remembered of and Lever does not tell. */
  transitionAt?: string;
  byHand?: ByHand;
}

/** One thing to publish. Its id is made of what it says, so that a repeat after a crash folds into the first. */
export type Speech =
  | {
      kind: 'request';
      id: string;
      checkId: string;
      transitionAt: string;
      applicant: Applicant;
      package?: RequestedPackage;
      problem?: RequestProblem;
      byHand?: ByHand;
    }
  | { kind: 'withdrawal'; id: string; checkId: string; transitionAt: string; reason: WithdrawalReason; byHand?: ByHand }
  | {
      kind: 'line';
      id: string;
      outcome: 'skipped' | 'failed' | 'waiting';
      reason: string;
      checkId?: string;
      transitionAt?: string;
      inMs?: number;
    };

/** A check and what was decided for it. */
export interface CheckOutcome {
  known: KnownCheck & { byHand?: ByHand };
  outcome: Outcome;
  /** The dispatcher waits for facts: they are told even if nothing changed. */
  mustTell: boolean;
}

/** What a look found. */
export interface Findings {
  teamId: string;
  opportunityId: string;
  /** What is owed by the stage; left out where nobody asked. */
  owed?: { outcome: Outcome; triggeredAt: string | null };
  /** Every check that is still asked for, or that is asked about. */
  checks: readonly CheckOutcome[];
  /** Keyed hash of the applicant's name and e-mail, so that a change of them is a change of the decision. */
  applicantMark: string;
}

/** What must be published after a look, and what to remember once it is. Nothing is said twice unless the dispatcher asks. */
export function whatToSay(memory: Memory, findings: Findings): { speeches: Speech[]; memory: Memory } {
  const said = new Map(memory.said.map((entry) => [keyOf(entry), entry]));
  const speeches: Speech[] = [];
  const turn: Turn = { findings, said, speeches, spoken: memory.spoken };
  // Orders by hand go first: a person chose them, and the dispatcher keeps one open check per opportunity.
  const checks = [...findings.checks].sort((a, b) => Number(b.known.byHand !== undefined) - Number(a.known.byHand !== undefined));
  for (const check of checks) tellCheck(turn, check);
  if (findings.owed) tellOwed(turn, findings.owed.outcome, findings.owed.triggeredAt);
  return {
    speeches,
    memory: { ...memory, spoken: memory.spoken + (speeches.length > 0 ? 1 : 0), said: newestOf([...said.values()]) },
  };
}

interface Turn {
  findings: Findings;
  said: Map<string, Said>;
  speeches: Speech[];
  spoken: number;
}

function tellOwed(turn: Turn, outcome: Outcome, triggeredAt: string | null): void {
  switch (outcome.kind) {
    case 'waiting':
      return;
    case 'request': {
      const before = turn.said.get(outcome.checkId);
      if (before?.mark !== markOf(turn, outcome)) sayRequest(turn, outcome, before?.byHand);
      return;
    }
    case 'skipped':
    case 'failed':
    case 'again': {
      const transitionAt = outcome.kind === 'skipped' ? outcome.transitionAt : undefined;
      const subject = transitionAt ?? `~${triggeredAt ?? ''}`;
      // A transition that was asked for has its outcome from the dispatcher; what the stage says later is no news of it.
      if ([...turn.said.values()].some((entry) => entry.subject === subject && entry.state !== 'told' && !entry.byHand)) return;
      sayLine(turn, outcome, subject, { ...(transitionAt === undefined ? {} : { transitionAt }) });
    }
  }
}

function tellCheck(turn: Turn, { known, outcome, mustTell }: CheckOutcome): void {
  const before = turn.said.get(known.checkId);
  const isNews = before === undefined || mustTell;
  switch (outcome.kind) {
    case 'waiting':
    case 'again':
      return;
    case 'request':
      if (isNews) sayRequest(turn, outcome, known.byHand);
      return;
    case 'failed':
      if (isNews) sayLine(turn, outcome, known.transitionAt, known);
      return;
    case 'skipped': {
      const reason = WITHDRAWAL_REASONS.find((candidate) => candidate === outcome.reason);
      if (reason && (mustTell || before?.state === 'asked')) sayWithdrawal(turn, known, reason);
      else if (before === undefined) sayLine(turn, outcome, known.transitionAt, known);
    }
  }
}

function sayRequest(turn: Turn, outcome: Extract<Outcome, { kind: 'request' }>, byHand: ByHand | undefined): void {
  const { kind: _, ...facts } = outcome;
  const mark = markOf(turn, outcome);
  const { checkId } = outcome;
  turn.speeches.push({
    kind: 'request',
    id: factId('check-requested', checkId, mark, turn.spoken),
    ...facts,
    ...(byHand ? { byHand } : {}),
  });
  turn.said.set(checkId, { subject: outcome.transitionAt, mark, state: 'asked', checkId, ...(byHand ? { byHand } : {}) });
}

function sayWithdrawal(turn: Turn, known: CheckOutcome['known'], reason: WithdrawalReason): void {
  const { checkId, transitionAt, byHand } = known;
  const mark = `withdrawn:${reason}`;
  const id = factId('check-requested', checkId, mark, turn.spoken);
  turn.speeches.push({ kind: 'withdrawal', id, checkId, transitionAt, reason, ...(byHand ? { byHand } : {}) });
  turn.said.set(checkId, { subject: transitionAt, mark, state: 'withdrawn', checkId, ...(byHand ? { byHand } : {}) });
}

function sayLine(
  turn: Turn,
  outcome: Extract<Outcome, { kind: 'skipped' | 'failed' | 'again' }>,
  subject: string,
  about: { checkId?: string; transitionAt?: string; byHand?: ByHand },
): void {
  const { checkId, transitionAt, byHand } = about;
  const key = checkId ?? subject;
  const before = turn.said.get(key);
  const mark = `${outcome.kind}:${outcome.reason}`;
  if (before?.mark === mark) return;
  turn.speeches.push({
    kind: 'line',
    id: factId('decision', turn.findings.teamId, turn.findings.opportunityId, key, mark, turn.spoken),
    outcome: outcome.kind === 'again' ? 'waiting' : outcome.kind,
    reason: outcome.reason,
    ...(checkId ? { checkId } : {}),
    ...(transitionAt ? { transitionAt } : {}),
    ...(outcome.kind === 'again' ? { inMs: outcome.inMs } : {}),
  });
  const state = before?.state ?? 'told';
  turn.said.set(key, { subject, mark, state, ...(checkId ? { checkId } : {}), ...(byHand ? { byHand } : {}) });
}

function keyOf(entry: Said): string {
  return entry.checkId ?? entry.subject;
}

function markOf(turn: Turn, outcome: Extract<Outcome, { kind: 'request' }>): string {
  return factId(outcome.problem ?? '', JSON.stringify(outcome.package ?? null), turn.findings.applicantMark);
}

/** The newest decisions, oldest first; what is still asked for goes last of all. */
function newestOf(said: Said[]): Said[] {
  let surplus = said.length - MAX_REMEMBERED;
  if (surplus <= 0) return said;
  const kept = said.filter((entry) => entry.state === 'asked' || surplus-- <= 0);
  return kept.slice(-MAX_REMEMBERED);
}
