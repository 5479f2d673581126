/** The words of a check: its statuses, their reasons and the tags of both profiles, all in one place. */

/** The status of a check, as `check-status-updated` carries it. */
export const CHECK_STATUSES = ['pending', 'analyzing', 'partial', 'complete', 'error', 'cancelled'] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];

/** Problems in what was asked for; each heals when a later look brings facts without it. */
export const REQUEST_PROBLEMS = ['no-email', 'several-packages', 'no-package', 'package-inactive'] as const;
export type RequestProblem = (typeof REQUEST_PROBLEMS)[number];

/** Why a check that was asked for is no longer wanted. */
export const WITHDRAWAL_REASONS = ['left-stage', 'archived', 'gone', 'not-contactable'] as const;
export type WithdrawalReason = (typeof WITHDRAWAL_REASONS)[number];

/** Why a check has the status it has, where the status alone does not say it. */
export const CHECK_REASONS = [
  ...REQUEST_PROBLEMS,
  'invite-undeliverable',
  'invite-expired',
  'declined',
  'rejected',
  'needs-attention',
  ...WITHDRAWAL_REASONS,
  'dropped',
] as const;
export type CheckReason = (typeof CHECK_REASONS)[number];

export const TAG_PROFILES = ['classic', 'current'] as const;
export type TagProfile = (typeof TAG_PROFILES)[number];

export const CHECK_RESULTS = ['clear', 'review'] as const;
export type CheckResult = (typeof CHECK_RESULTS)[number];

/** What the tag is decided from. `caseId` tells whether the check was ever ordered. */
export interface TagFacts {
  status: CheckStatus;
  reason?: CheckReason;
  caseId?: string;
  caseStatus?: string;
  result?: CheckResult;
}

const ERROR_WORDS: Partial<Record<CheckReason, string>> = {
  'no-email': 'No Email',
  'several-packages': 'Several Packages',
  'no-package': 'No Package',
  'package-inactive': 'Package Inactive',
  'invite-undeliverable': 'Invite Undeliverable',
  'invite-expired': 'Invite Expired',
  declined: 'Declined',
  rejected: 'Rejected',
  'needs-attention': 'Needs Attention',
};

const STATUS_TAGS: Record<
  TagProfile,
  Record<'pending' | 'started' | 'analyzing' | 'partial' | 'complete' | 'clear' | 'review' | 'cancelled', string>
> = {
  classic: {
    pending: 'CERTN - Pending',
    started: 'CERTN - Pending',
    analyzing: 'CERTN - Analyzing',
    partial: 'CERTN - Partial',
    complete: 'CERTN - Complete',
    clear: 'CERTN - Complete',
    review: 'CERTN - Complete',
    cancelled: 'CERTN - Cancelled',
  },
  current: {
    pending: 'CERTN - Submitted',
    started: 'CERTN - Applicant Started',
    analyzing: 'CERTN - In Progress',
    partial: 'CERTN - In Progress',
    complete: 'CERTN - Complete',
    clear: 'CERTN - Complete (Clear)',
    review: 'CERTN - Complete (Review)',
    cancelled: 'CERTN - Cancelled',
  },
};

const APPLICANT_STARTED = 'APPLICANT_STARTED';

/** The one status tag a check wants on its opportunity, or `null` where it wants none (cancelled before it was ever ordered). */
export function statusTag(facts: TagFacts, profile: TagProfile): string | null {
  const tags = STATUS_TAGS[profile];
  switch (facts.status) {
    case 'pending':
      return facts.caseStatus === APPLICANT_STARTED ? tags.started : tags.pending;
    case 'complete':
      return facts.result ? tags[facts.result] : tags.complete;
    case 'analyzing':
    case 'partial':
      return tags[facts.status];
    case 'cancelled':
      return facts.caseId ? tags.cancelled : null;
    case 'error':
      return `CERTN - ERROR (${(facts.reason && ERROR_WORDS[facts.reason]) ?? 'Needs Attention'})`;
  }
}

const OWNED_TAGS = new Set(
  [
    ...TAG_PROFILES.flatMap((profile) => Object.values(STATUS_TAGS[profile])),
    ...Object.values(ERROR_WORDS).map((word) => `CERTN - ERROR (${word})`),
  ].map(foldTag),
);

/** Whether a tag found in Lever is one of ours, of either profile; Lever's case rule is unknown, so case and surrounding space do not count. */
export function isStatusTag(tag: string): boolean {
  return OWNED_TAGS.has(foldTag(tag));
}

/** How tags are compared: trimmed, NFC, any case. */
export function foldTag(tag: string): string {
  return tag.normalize('NFC').trim().toLowerCase();
}

/** Whether check `a` (its transition, then its version) is newer than `b` of the same opportunity. Equal ones are not. */
export function isNewer(a: { transitionAt: string; version: number }, b: { transitionAt: string; version: number }): boolean {
  return a.transitionAt === b.transitionAt ? a.version > b.version : a.transitionAt > b.transitionAt;
}
