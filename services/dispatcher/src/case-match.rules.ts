import type { RequestedPackage } from '@lever-certn/events/check-requested';
import { sameEmail } from './email.rules';

/** Certn's clock and ours may differ, and a case may be dated before the call that made it returned. */
export const CREATED_SLACK_MS = 120_000;

/** A case as a list at Certn shows it. */
export interface ListedCase {
  id: string;
  email: string | null;
  createdMs: number | null;
  services: readonly { type: string }[];
  /** The types it was ordered with; empty where Certn does not say, then those of its services count. */
  orderedTypes: readonly string[];
  packageId?: string | null;
}

/** The attempts whose case is looked for. */
export interface WantedCase {
  email: string;
  package: RequestedPackage;
  firstAttemptedMs: number;
}

/** What a lookup says of an attempt nobody knows the end of. */
export type LookupVerdict =
  | { kind: 'adopt'; caseId: string }
  | { kind: 'none' }
  /** A case of this e-mail whose services can't be told yet: look again, and ask a person if it stays so. */
  | { kind: 'unreadable' }
  | { kind: 'needs-attention'; why: 'several-cases' | 'other-services' };

/**
 * Whether one of the listed cases is the one our attempts may have made: of this e-mail (compared by us, whatever Certn's filter let through),
 * not older than the first attempt, of nobody's check, with the same package or services. `owned` are cases that belong to a check of any team.
 */
export function judgeLookup(listed: readonly ListedCase[], wanted: WantedCase, owned: ReadonlySet<string>): LookupVerdict {
  const earliestMs = wanted.firstAttemptedMs - CREATED_SLACK_MS;
  const ours = listed.filter(
    (found) =>
      sameEmail(found.email, wanted.email) && !owned.has(found.id) && (found.createdMs === null || found.createdMs >= earliestMs),
  );
  const distinct = [...new Map(ours.map((found) => [found.id, found])).values()];
  const [only, another] = distinct;
  if (!only) return { kind: 'none' };
  if (another) return { kind: 'needs-attention', why: 'several-cases' };
  switch (comparePackage(only, wanted.package)) {
    case 'same':
      return { kind: 'adopt', caseId: only.id };
    case 'unknown':
      return { kind: 'unreadable' };
    case 'other':
      return { kind: 'needs-attention', why: 'other-services' };
  }
}

function comparePackage(found: ListedCase, wanted: RequestedPackage): 'same' | 'other' | 'unknown' {
  if (wanted.certnPackageId !== undefined) {
    if (!found.packageId) return 'unknown';
    return found.packageId === wanted.certnPackageId ? 'same' : 'other';
  }
  const has = new Set(found.orderedTypes.length > 0 ? found.orderedTypes : found.services.map((service) => service.type));
  if (has.size === 0) return 'unknown';
  const wants = new Set((wanted.services ?? []).map((service) => service.type));
  return has.size === wants.size && [...wants].every((type) => has.has(type)) ? 'same' : 'other';
}
