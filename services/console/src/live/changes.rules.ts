/**
 * What may have changed of a team:
 * - `candidates`: rows, checks and timelines of opportunities;
 * - `deliveries`: webhooks;
 * - `problems`: what services raised or cleared, dead letters;
 * - `team`: settings, packages, connections, and what people did.
 */
export const CHANGE_KINDS = ['candidates', 'deliveries', 'problems', 'team'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** What changed of a team, without saying to what: no data of persons, no values. */
export interface TeamChange {
  what: ChangeKind[];
  /** Of `candidates`: which; `null`: too many to name, so any. */
  opportunityIds: string[] | null;
}

/** More are not named: whoever shows a list reads it anew anyway. */
export const MAX_NAMED = 50;

export const NO_CHANGE: TeamChange = { what: [], opportunityIds: [] };

/** Both changes in one. */
export function mergedChange(a: TeamChange, b: TeamChange): TeamChange {
  const what = CHANGE_KINDS.filter((kind) => a.what.includes(kind) || b.what.includes(kind));
  if (a.opportunityIds === null || b.opportunityIds === null) return { what, opportunityIds: null };
  return { what, opportunityIds: named(new Set([...a.opportunityIds, ...b.opportunityIds])) };
}

interface OfTeam {
  teamId: string;
}
interface OfOpportunity extends OfTeam {
  opportunityId: string;
}

/** The lists of a write that followers are told of. */
export interface Written {
  candidates: readonly OfOpportunity[];
  checks: readonly OfOpportunity[];
  timeline: readonly OfOpportunity[];
  deliveries: readonly OfTeam[];
  problems: readonly OfTeam[];
  connections: readonly OfTeam[];
}

/** What a write changes, by team, in the order of the ids. */
export function changesOf(written: Written): Map<string, TeamChange> {
  const teams = new Map<string, { what: Set<ChangeKind>; opportunityIds: Set<string> }>();
  const of = (teamId: string, kind: ChangeKind): { opportunityIds: Set<string> } => {
    const known = teams.get(teamId) ?? { what: new Set(), opportunityIds: new Set() };
    known.what.add(kind);
    if (!teams.has(teamId)) teams.set(teamId, known);
    return known;
  };
  for (const facts of [written.candidates, written.checks, written.timeline])
    for (const { teamId, opportunityId } of facts) of(teamId, 'candidates').opportunityIds.add(opportunityId);
  for (const { teamId } of written.deliveries) of(teamId, 'deliveries');
  for (const { teamId } of written.problems) of(teamId, 'problems');
  for (const { teamId } of written.connections) of(teamId, 'team');
  return new Map(
    [...teams]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([teamId, { what, opportunityIds }]) => [
        teamId,
        { what: CHANGE_KINDS.filter((kind) => what.has(kind)), opportunityIds: named(opportunityIds) },
      ]),
  );
}

function named(opportunityIds: ReadonlySet<string>): string[] | null {
  return opportunityIds.size > MAX_NAMED ? null : [...opportunityIds];
}
