import type { TeamChangeAnswer } from '../api/schema';

type Kind = TeamChangeAnswer['what'][number];

/**
 * What is read of a team, by the name of the part in its key (and of a part of it), and which changes touch it. A part that is not named here is touched by every change, so that a new page is
 * live without further ado.
 */
const TOUCHED_BY: Record<string, readonly Kind[]> = {
  settings: ['team'],
  'settings/checklist': ['team', 'deliveries'],
  packages: ['team'],
  candidates: ['candidates'],
  'candidate-choices': ['candidates'],
  candidate: ['candidates'],
  overview: ['candidates'],
  deliveries: ['deliveries'],
  'delivery-counts': ['deliveries'],
};

/** Parts that are of one opportunity, which stands next in the key. */
const OF_ONE = new Set(['candidate']);

/** Lists of more than a team that tell of every team. */
const ACROSS_TEAMS = new Set(['teams', 'audit']);

/** Whether what stands under a key may be different after a change of a team. */
export function isTouched(key: readonly unknown[], teamId: string, { what, opportunityIds }: TeamChangeAnswer): boolean {
  const [scope, ofTeam, part, subject] = key;
  if (ACROSS_TEAMS.has(String(scope))) return what.includes('team');
  if (scope !== 'team' || ofTeam !== teamId) return false;
  const kinds = TOUCHED_BY[`${String(part)}/${String(subject)}`] ?? TOUCHED_BY[String(part)];
  if (kinds && !kinds.some((kind) => what.includes(kind))) return false;
  if (!OF_ONE.has(String(part)) || opportunityIds === null) return true;
  return opportunityIds.includes(String(subject));
}

/** Both changes in one. */
export function bothChanges(a: TeamChangeAnswer, b: TeamChangeAnswer): TeamChangeAnswer {
  const known = a.opportunityIds && b.opportunityIds;
  return {
    what: [...new Set([...a.what, ...b.what])],
    opportunityIds: known ? [...new Set([...a.opportunityIds!, ...b.opportunityIds!])] : null,
  };
}
