import type { Activity, ActivityLine } from '@lever-certn/events/activity';
import type { CheckRequested } from '@lever-certn/events/check-requested';
import type { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';

/** What a message says of an opportunity as a whole. Of each part only what ranks higher than what is known is taken. */
export interface CandidateFact {
  teamId: string;
  opportunityId: string;
  movedAt: string;
  /** When it came about. */
  changedAt: string;
  request?: { rank: string; checkId: string; package: string | null; problem: string | null };
  status?: { rank: string; checkId: string; package: string | null; status: string; reason: string | null };
  decision?: { rank: string; transition: string; outcome: string; reason: string | null };
  refusal?: { rank: string; checkId: string; outcome: string; reason: string | null };
  /** `words`: hashes by which the applicant is found. */
  applicant?: { rank: string; envelope: string; recordId: string; words?: string };
}

/** What a message says of one check. */
export interface CheckFact {
  checkId: string;
  teamId: string;
  opportunityId: string;
  transitionAt: string;
  request?: { rank: string; package: string | null; problem: string | null; by: string | null };
  status?: CheckStatusUpdated;
  decision?: { rank: string; outcome: string; reason: string | null };
  /** Certn has a case since; the earliest that is told counts. */
  orderedAt?: string;
  /** A tag stands in Lever since; the earliest that is told counts. */
  taggedAt?: string;
}

/** One line of a candidate's timeline. */
export interface TimelineFact {
  teamId: string;
  opportunityId: string;
  at: string;
  id: string;
  kind: string;
  outcome: string;
  source: string;
  checkId: string | null;
  vendor: string | null;
  step: string | null;
  reason: string | null;
  detail: string | null;
  attempt: number | null;
  nextTryAt: string | null;
  /** Who, where a person did it: `user:<id>` or `token:<id>`. */
  by: string | null;
}

export interface DeliveryFact {
  teamId: string;
  at: string;
  id: string;
  opportunityId: string | null;
  vendor: string | null;
  outcome: string;
  reason: string | null;
  detail: string | null;
  times: number;
}

export interface ConnectionFact {
  teamId: string;
  vendor: 'lever' | 'certn';
  state: 'ok' | 'broken';
  reason: string | null;
  checkedAt: string;
}

export interface ProblemFact {
  teamId: string;
  reason: string;
  subject: string;
  raised: boolean;
  at: string;
  opportunityId: string | null;
  checkId: string | null;
  vendor: string | null;
  detail: string | null;
}

/** How a kind of write at a vendor ended last, or that a vendor reached us. */
export interface StepFact {
  teamId: string;
  step: string;
  outcome: 'works' | 'forbidden';
  at: string;
}

/** Everything a message says, for the tables it goes to. */
export interface Facts {
  candidates: CandidateFact[];
  checks: CheckFact[];
  timeline: TimelineFact[];
  deliveries: DeliveryFact[];
  connections: ConnectionFact[];
  problems: ProblemFact[];
  steps: StepFact[];
}

export function noFacts(): Facts {
  return { candidates: [], checks: [], timeline: [], deliveries: [], connections: [], problems: [], steps: [] };
}

const VERSION_DIGITS = 10;
/** What a look ends in where no check is ordered. */
const ENDS_IN = new Set(['skipped', 'failed', 'waiting']);
/** Reasons that speak of where the candidate is now, not of the transition that started an earlier check. */
const PASSING = new Set(['left-stage', 'archived', 'gone', 'not-contactable', 'disabled']);
const FORBIDDEN = new Set(['forbidden', 'not-allowed']);
const WRITES = new Set(['tag', 'link', 'order']);
/** Verdicts that only a webhook with the right signature gets; a repeat may be one of our own test. */
const SIGNED = new Set(['accepted', 'not-for-us']);
/** Steps that are the vendors': that they were seen at all. */
export const LEVER_WEBHOOK = 'lever-webhook';
export const CERTN_CHALLENGE = 'certn-challenge';

/** What `check-requested` says. `id` is the event's own. */
export function factsOfRequest(event: CheckRequested, id: string): Facts {
  const { teamId, opportunityId, checkId, transitionAt, decidedAt, wanted } = event;
  const name = event.package?.name ?? null;
  const problem = event.problem ?? null;
  const facts = noFacts();
  facts.candidates.push({
    teamId,
    opportunityId,
    movedAt: transitionAt,
    changedAt: decidedAt,
    request: { rank: `${transitionAt}/${decidedAt}`, checkId, package: name, problem: problem ?? event.reason ?? null },
    ...(event.applicant ? { applicant: { rank: decidedAt, envelope: event.applicant, recordId: checkId } } : {}),
  });
  facts.checks.push({
    checkId,
    teamId,
    opportunityId,
    transitionAt,
    request: { rank: decidedAt, package: name, problem: problem ?? event.reason ?? null, by: event.by ?? null },
  });
  facts.timeline.push({
    ...lineOf(event, decidedAt, id),
    kind: 'requested',
    outcome: wanted ? (problem ? 'problem' : 'wanted') : 'withdrawn',
    source: 'resolver',
    reason: problem ?? event.reason ?? null,
    detail: name,
    by: event.by ?? null,
  });
  return facts;
}

/** What `check-status-updated` says. */
export function factsOfStatus(event: CheckStatusUpdated): Facts {
  const { teamId, opportunityId, checkId, transitionAt, version, status, occurredAt } = event;
  const reason = event.reason ?? null;
  const facts = noFacts();
  facts.candidates.push({
    teamId,
    opportunityId,
    movedAt: transitionAt,
    changedAt: occurredAt,
    status: {
      rank: `${transitionAt}/${String(version).padStart(VERSION_DIGITS, '0')}`,
      checkId,
      package: event.packageName ?? null,
      status,
      reason,
    },
  });
  const ordered = event.caseId === undefined ? {} : { orderedAt: occurredAt };
  facts.checks.push({ checkId, teamId, opportunityId, transitionAt, status: event, ...ordered });
  facts.timeline.push({
    ...lineOf(event, occurredAt, `${checkId}/${version}`),
    kind: 'status',
    outcome: status,
    source: 'dispatcher',
    reason,
    detail: event.caseStatus ?? null,
  });
  return facts;
}

/** What the lines of one `activity` record say. */
export function factsOfActivity({ teamId, source, lines }: Activity): Facts {
  const facts = noFacts();
  for (const line of lines) {
    switch (line.kind) {
      case 'delivery':
        facts.deliveries.push(deliveryOf(teamId, line));
        addArrival(facts, teamId, line);
        break;
      case 'connection':
        if (line.vendor) facts.connections.push(connectionOf(teamId, line, line.vendor));
        break;
      case 'problem':
        facts.problems.push(problemOf(teamId, line));
        addToTimeline(facts, teamId, source, line);
        break;
      case 'decision':
      case 'attempt':
      case 'done':
        addDecision(facts, teamId, line);
        addStep(facts, teamId, line);
        addTag(facts, teamId, line);
        addToTimeline(facts, teamId, source, line);
        break;
      case 'sweep':
        // Sweeps get tables of their own with the issue that builds them.
        break;
    }
  }
  return facts;
}

/** What proves that a vendor reaches us: a webhook that Lever signed (not our own test), a challenge of Certn's. */
function addArrival(facts: Facts, teamId: string, { vendor, outcome, reason, at }: ActivityLine): void {
  if (vendor === 'lever' && SIGNED.has(outcome) && reason !== 'test-event')
    facts.steps.push({ teamId, step: LEVER_WEBHOOK, outcome: 'works', at });
  if (vendor === 'certn' && outcome === 'challenge-answered')
    facts.steps.push({ teamId, step: CERTN_CHALLENGE, outcome: 'works', at });
}

function addDecision(facts: Facts, teamId: string, line: ActivityLine): void {
  const { opportunityId, checkId, at, outcome } = line;
  const isLook = line.kind === 'attempt' && line.step === 'look';
  if (opportunityId === undefined || !(line.kind === 'decision' || isLook) || !ENDS_IN.has(outcome)) return;
  const reason = line.reason ?? null;
  const transition = line.transitionAt !== undefined && !PASSING.has(reason ?? '') ? line.transitionAt : '';
  const rank = `${at}/${line.id}`;
  facts.candidates.push({
    teamId,
    opportunityId,
    movedAt: line.transitionAt ?? at,
    changedAt: at,
    ...(checkId === undefined
      ? { decision: { rank, transition, outcome, reason } }
      : { refusal: { rank: `${line.transitionAt ?? ''}/${at}`, checkId, outcome, reason } }),
    ...(line.applicant ? { applicant: { rank: at, envelope: line.applicant, recordId: opportunityId } } : {}),
  });
  if (checkId !== undefined)
    facts.checks.push({
      checkId,
      teamId,
      opportunityId,
      transitionAt: line.transitionAt ?? at,
      decision: { rank, outcome, reason },
    });
}

function addStep(facts: Facts, teamId: string, line: ActivityLine): void {
  const { step, at } = line;
  if (step === undefined || !WRITES.has(step)) return;
  if (line.kind === 'done') facts.steps.push({ teamId, step, outcome: 'works', at });
  else if (FORBIDDEN.has(line.reason ?? '')) facts.steps.push({ teamId, step, outcome: 'forbidden', at });
}

function addTag(facts: Facts, teamId: string, { kind, step, outcome, opportunityId, checkId, at }: ActivityLine): void {
  if (kind !== 'done' || step !== 'tag' || outcome !== 'ok' || opportunityId === undefined || checkId === undefined) return;
  facts.checks.push({ checkId, teamId, opportunityId, transitionAt: at, taggedAt: at });
}

function addToTimeline(facts: Facts, teamId: string, source: string, line: ActivityLine): void {
  const { opportunityId } = line;
  if (opportunityId === undefined) return;
  facts.timeline.push({
    teamId,
    opportunityId,
    at: line.at,
    id: line.id,
    kind: line.kind,
    outcome: line.outcome,
    source,
    checkId: line.checkId ?? null,
    vendor: line.vendor ?? null,
    step: line.step ?? null,
    reason: line.reason ?? null,
    detail: line.detail ?? null,
    attempt: line.attempt ?? null,
    nextTryAt: line.nextTryAt ?? null,
    by: null,
  });
}

function deliveryOf(teamId: string, line: ActivityLine): DeliveryFact {
  const { at, id, outcome, opportunityId = null, vendor = null, reason = null, detail = null, count = 1 } = line;
  return { teamId, at, id, opportunityId, vendor, outcome, reason, detail, times: count };
}

function connectionOf(teamId: string, line: ActivityLine, vendor: 'lever' | 'certn'): ConnectionFact {
  return { teamId, vendor, state: line.outcome === 'ok' ? 'ok' : 'broken', reason: line.reason ?? null, checkedAt: line.at };
}

function problemOf(teamId: string, line: ActivityLine): ProblemFact {
  const { at, reason = 'unknown', opportunityId = null, checkId = null, vendor = null, detail = null } = line;
  const subject = checkId ?? opportunityId ?? vendor ?? '';
  return { teamId, reason, subject, raised: line.outcome !== 'cleared', at, opportunityId, checkId, vendor, detail };
}

function lineOf(
  { teamId, opportunityId, checkId }: { teamId: string; opportunityId: string; checkId: string },
  at: string,
  id: string,
): Omit<TimelineFact, 'kind' | 'outcome' | 'source' | 'reason' | 'detail'> {
  return { teamId, opportunityId, checkId, at, id, vendor: null, step: null, attempt: null, nextTryAt: null, by: null };
}
