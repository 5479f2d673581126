import {
  CHECK_STATUSES,
  statusTag,
  TAG_PROFILES,
  type TagFacts,
  type TagProfile,
} from '@lever-certn/events/check-statuses.rules';

/** What a candidate's row may show: the statuses of checks, and what comes before or instead of one. */
export const CANDIDATE_STATUSES = ['requested', ...CHECK_STATUSES, 'skipped', 'waiting', 'failed'] as const;
export type CandidateStatus = (typeof CANDIDATE_STATUSES)[number];

/** Where no tag is wanted, since nothing was ordered. */
const WITHOUT_TAG: Record<string, string> = {
  requested: 'Requested',
  skipped: 'Skipped',
  waiting: 'Waiting',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** A status in the words of the tags; `check` is there where it is that of a check. */
export function statusLabel(status: string, check: TagFacts | undefined, profile: TagProfile): string {
  return (check && statusTag(check, profile)) ?? WITHOUT_TAG[status] ?? status;
}

/** One choice of the filter by status: words, and the statuses that have them. */
export interface StatusChoice {
  label: string;
  statuses: string[];
}

const CHOICE_LABELS: Partial<Record<CandidateStatus, string>> = { error: 'CERTN - ERROR' };

/** The statuses in the words of a profile, each word once; what is the same tag is one choice. */
export function statusChoices(profile: TagProfile): StatusChoice[] {
  const choices = new Map<string, string[]>();
  for (const status of CANDIDATE_STATUSES) {
    const check = isCheckStatus(status) ? { status, caseId: 'any' } : undefined;
    const label = CHOICE_LABELS[status] ?? statusLabel(status, check, profile);
    choices.set(label, [...(choices.get(label) ?? []), status]);
  }
  return [...choices].map(([label, statuses]) => ({ label, statuses }));
}

function isCheckStatus(status: CandidateStatus): status is (typeof CHECK_STATUSES)[number] {
  return (CHECK_STATUSES as readonly string[]).includes(status);
}

/** The profile of a team's settings; the first where a word is not known. */
export function profileOf(word: string): TagProfile {
  return TAG_PROFILES.find((profile) => profile === word) ?? TAG_PROFILES[0];
}
