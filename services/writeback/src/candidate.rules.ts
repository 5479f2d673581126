import {
  foldTag,
  isStatusTag,
  statusTag,
  type CheckReason,
  type CheckStatus,
  type TagFacts,
  type TagProfile,
} from '@lever-certn/events/check-statuses.rules';

/** What must be changed on an opportunity; empty where all is as wanted. */
export interface TagChange {
  /** Added before anything is removed, so that a crash leaves two tags, never none. */
  add: string | null;
  /** In the spelling that Lever returned. */
  remove: string[];
}

/** What brings an opportunity's tags to exactly the wanted status tag, or to none of ours for `null`. No other tag is ever touched. */
export function tagChange(tags: readonly string[], wanted: string | null): TagChange {
  const ours = [...new Set(tags)].filter(isStatusTag);
  const kept = wanted === null ? undefined : (ours.find((tag) => tag === wanted) ?? ours.find((tag) => sameTag(tag, wanted)));
  return { add: wanted !== null && kept === undefined ? wanted : null, remove: ours.filter((tag) => tag !== kept) };
}

function sameTag(a: string, b: string): boolean {
  return foldTag(a) === foldTag(b);
}

/** The tag that a check's facts want, as a column holds it: empty for none. */
export function tagColumn(facts: TagFacts, profile: TagProfile): string {
  return statusTag(facts, profile) ?? '';
}

/** Where the report of a check is reached. `consoleUrl` has no slash at its end. */
export function reportLink(consoleUrl: string, checkId: string): string {
  return `${consoleUrl}/reports/${checkId}`;
}

/** Whether a check's link is on the contact already, under this console's address or an earlier one. */
export function hasReportLink(links: readonly string[], checkId: string): boolean {
  return links.some((link) => link.trim().replace(/\/+$/, '').endsWith(`/reports/${checkId}`));
}

/** Whether a check may still change by itself: its tag follows a changed tag profile. */
export function isOpen(status: CheckStatus, reason: CheckReason | undefined): boolean {
  switch (status) {
    case 'pending':
    case 'analyzing':
    case 'partial':
      return true;
    case 'error':
      return reason === 'needs-attention';
    case 'complete':
    case 'cancelled':
      return false;
  }
}

const VERSION_DIGITS = 10;

/** A check's place among those of its opportunity, as text that sorts: the transition's time, then the version. */
export function positionOf(check: { transitionAt: string; version: number }): string {
  return `${check.transitionAt}/${String(check.version).padStart(VERSION_DIGITS, '0')}`;
}
