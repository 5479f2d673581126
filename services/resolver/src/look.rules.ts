import type { Applicant, RequestedPackage } from '@lever-certn/events/check-requested';
import type { RequestProblem } from '@lever-certn/events/check-statuses.rules';
import { checkIdOfTransition } from '@lever-certn/events/identity.rules';
import { applicantOf } from './applicant.rules';
import { choosePackage, type PackageShelf } from './package-choice.rules';

/** Waits before the next look when Lever has not recorded the move yet; after the last one the look has failed. */
export const TRANSITION_LOOKUPS_MS: readonly number[] = [2_000, 5_000, 15_000, 60_000];

/** A recorded move this much older than the webhook is another, earlier move. */
export const TRANSITION_LAG_MS = 60_000;

/** Why a move ends in no order. */
export type SkipReason = 'disabled' | 'gone' | 'not-contactable' | 'archived' | 'left-stage' | 'before-enabled';
/** Why a move could not be decided. */
export type FailReason = 'confidential' | 'rejected' | 'no-transition' | 'unknown-check';

/** What a look decided. */
export type Outcome =
  | { kind: 'skipped'; reason: SkipReason; transitionAt?: string }
  | { kind: 'failed'; reason: FailReason }
  /** The whole connection is refused; the look waits for it. */
  | { kind: 'waiting'; reason: 'connection-broken' }
  /** Lever has not recorded the move yet. */
  | { kind: 'again'; reason: 'no-transition'; inMs: number }
  | {
      kind: 'request';
      checkId: string;
      transitionAt: string;
      applicant: Applicant;
      package?: RequestedPackage;
      problem?: RequestProblem;
    };

/** What the decision needs of a team's settings. */
export interface TeamFacts extends PackageShelf {
  teamId: string;
  enabled: boolean;
  /** The ids of the trigger stage; several where only a name is known and several stages bear it. */
  triggerStageIds: readonly string[];
  activeSince?: string;
}

/** What the decision needs of Lever's opportunity. */
export interface OpportunityFacts {
  id: string;
  name: string | null;
  emails: readonly string[];
  tags: readonly string[];
  stageId: string | null;
  stageChanges: readonly { toStageId: string; updatedAtMs: number }[] | null;
  archived: boolean;
  isAnonymized: boolean;
  contactAllowed: boolean;
  /** Where Lever shows it. */
  showUrl?: string | null;
}

/** Lever's fresh answer to the question for one opportunity. */
export type LeverAnswer =
  | { kind: 'opportunity'; opportunity: OpportunityFacts }
  | { kind: 'not-found' }
  /** Lever says the question is wrong (400): it knows no opportunity by such an id. */
  | { kind: 'rejected' }
  | { kind: 'unauthorized' }
  /** `stagesWork`: the key can read the stages, so that only this opportunity is closed to it. */
  | { kind: 'forbidden'; stagesWork: boolean };

/** A check that is known already, so that its transition need not be found: asked for before, or ordered by hand. */
export interface KnownCheck {
  checkId: string;
  transitionAt: string;
  byHand?: { packageId?: string };
}

/** One question to decide. */
export interface LookQuestion {
  team: TeamFacts;
  answer: LeverAnswer;
  /** Lever's time of the newest webhook that led here, if one did. */
  triggeredAt: string | null;
  /** Looks so far that did not find the transition. */
  lookups: number;
  /** Checks asked for before: their age is aside. */
  asked: ReadonlySet<string>;
  /** Decide for this check instead of the transition that put the opportunity into the stage. */
  check?: KnownCheck;
}

/** The decision table; the first yes wins. */
export function decide(question: LookQuestion): Outcome {
  const { team, answer, check } = question;
  if (!team.enabled) return { kind: 'skipped', reason: 'disabled' };
  switch (answer.kind) {
    case 'not-found':
      return { kind: 'skipped', reason: 'gone' };
    case 'rejected':
      return { kind: 'failed', reason: 'rejected' };
    case 'unauthorized':
      return { kind: 'waiting', reason: 'connection-broken' };
    case 'forbidden':
      return answer.stagesWork ? { kind: 'failed', reason: 'confidential' } : { kind: 'waiting', reason: 'connection-broken' };
    case 'opportunity':
      break;
  }
  const { opportunity } = answer;
  if (opportunity.isAnonymized) return { kind: 'skipped', reason: 'gone' };
  const entered = lastEntry(opportunity, team.triggerStageIds);
  if (!opportunity.contactAllowed) return skipped('not-contactable', entered);
  if (opportunity.archived) return skipped('archived', entered);
  if (opportunity.stageId === null && !check?.byHand) return lookAgain(question.lookups);
  const inStage = opportunity.stageId !== null && team.triggerStageIds.includes(opportunity.stageId);
  if (!inStage && !check?.byHand) return skipped('left-stage', entered);
  if (check) return request(team, opportunity, check.checkId, check.transitionAt, check.byHand?.packageId);

  const transitionMs = transitionOf(opportunity, question.triggeredAt);
  if (transitionMs === null) return lookAgain(question.lookups);
  const transitionAt = new Date(transitionMs).toISOString();
  const checkId = checkIdOfTransition(team.teamId, opportunity.id, transitionAt);
  const tooOld = team.activeSince === undefined || transitionAt < team.activeSince;
  if (tooOld && !question.asked.has(checkId)) return { kind: 'skipped', reason: 'before-enabled', transitionAt };
  return request(team, opportunity, checkId, transitionAt);
}

/** Lever does not say yet where the opportunity is, or how it came there. */
function lookAgain(lookups: number): Outcome {
  const inMs = TRANSITION_LOOKUPS_MS[lookups];
  return inMs === undefined ? { kind: 'failed', reason: 'no-transition' } : { kind: 'again', reason: 'no-transition', inMs };
}

function skipped(reason: SkipReason, transitionAt: string | undefined): Outcome {
  return { kind: 'skipped', reason, ...(transitionAt === undefined ? {} : { transitionAt }) };
}

/** When the opportunity last entered one of the stages, as far as Lever tells: which transition a "no" is about. */
function lastEntry(opportunity: OpportunityFacts, stageIds: readonly string[]): string | undefined {
  const times = (opportunity.stageChanges ?? [])
    .filter((change) => stageIds.includes(change.toStageId))
    .map((change) => change.updatedAtMs);
  return times.length === 0 ? undefined : new Date(Math.max(...times)).toISOString();
}

/** The time of the transition into the current stage, or `null` while Lever's record of it is missing or behind the webhook. */
function transitionOf(opportunity: OpportunityFacts, triggeredAt: string | null): number | null {
  const changes = opportunity.stageChanges ?? [];
  const newestMs = Math.max(...changes.map((change) => change.updatedAtMs));
  const isCurrent = changes.some((change) => change.updatedAtMs === newestMs && change.toStageId === opportunity.stageId);
  if (!isCurrent) return null;
  if (triggeredAt !== null && Date.parse(triggeredAt) - newestMs > TRANSITION_LAG_MS) return null;
  return newestMs;
}

function request(
  team: TeamFacts,
  opportunity: OpportunityFacts,
  checkId: string,
  transitionAt: string,
  pickedPackageId?: string,
): Outcome {
  const choice = choosePackage(opportunity.tags, team, pickedPackageId);
  const applicant = applicantOf(opportunity);
  const problem = choice.problem ?? (applicant.email === null ? 'no-email' : undefined);
  return {
    kind: 'request',
    checkId,
    transitionAt,
    applicant,
    ...(choice.package ? { package: choice.package } : {}),
    ...(problem ? { problem } : {}),
  };
}
