import type { TeamPackage } from '@lever-certn/events/team-settings';
import type { LookQuestion, OpportunityFacts, TeamFacts } from './look.rules';

/** A person invented for specs: in the trigger stage since noon, with an address and no package tag. */
export const NOON_MS = Date.parse('2026-03-02T12:00:00.000Z');
export const NOON = new Date(NOON_MS).toISOString();
export const MINUTE_MS = 60_000;

export const BASIC: TeamPackage = { packageId: 'p-basic', name: 'Basic', services: [{ type: 'IDENTITY' }], active: true };
export const DEEP: TeamPackage = { packageId: 'p-deep', name: 'Deep Dive', certnPackageId: 'certn-7', active: true };
export const OLD: TeamPackage = { packageId: 'p-old', name: 'Old', services: [{ type: 'CRIMINAL' }], active: false };

export function teamFacts(change: Partial<TeamFacts> = {}): TeamFacts {
  return {
    teamId: 'team-1',
    enabled: true,
    triggerStageIds: ['background-check'],
    activeSince: '2026-03-01T00:00:00.000Z',
    packages: [BASIC, DEEP, OLD],
    defaultPackageId: 'p-basic',
    ...change,
  };
}

export function opportunityFacts(change: Partial<OpportunityFacts> = {}): OpportunityFacts {
  return {
    id: 'opportunity-1',
    name: 'Ada Example',
    emails: ['ada@example.com'],
    tags: ['Posting tag'],
    stageId: 'background-check',
    stageChanges: [
      { toStageId: 'lead-new', updatedAtMs: NOON_MS - 60 * MINUTE_MS },
      { toStageId: 'background-check', updatedAtMs: NOON_MS },
    ],
    archived: false,
    isAnonymized: false,
    contactAllowed: true,
    ...change,
  };
}

/** The question about a plain candidate, changed where a spec says so. */
export function lookQuestion(
  opportunity: Partial<OpportunityFacts> = {},
  team: Partial<TeamFacts> = {},
  rest: Partial<LookQuestion> = {},
): LookQuestion {
  return {
    team: teamFacts(team),
    answer: { kind: 'opportunity', opportunity: opportunityFacts(opportunity) },
    triggeredAt: NOON,
    lookups: 0,
    asked: new Set(),
    ...rest,
  };
}
