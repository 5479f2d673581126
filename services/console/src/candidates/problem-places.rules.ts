/** Where a problem comes from. */
export const PROBLEM_KINDS = ['connection', 'settings', 'candidate', 'raised', 'waiting', 'dead-letters'] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** The parts of the console where problems are cured. */
export const PROBLEM_PLACES = ['candidate', 'lever', 'certn', 'packages', 'dead-letters'] as const;
export type ProblemPlace = (typeof PROBLEM_PLACES)[number];

/** Reasons of candidates that are cured in the settings of the team. */
const PLACES_OF_REASONS: Record<string, ProblemPlace> = {
  'no-package': 'packages',
  'package-inactive': 'packages',
  'connection-broken': 'lever',
  'not-allowed': 'lever',
  'perform-as': 'lever',
};

/** Where a problem is cured; where nobody but the vendor can cure it, where it is seen. */
export function placeOf(problem: {
  kind: ProblemKind;
  reason: string;
  vendor: string | null;
  opportunityId: string | null;
}): ProblemPlace {
  const { kind, reason, vendor, opportunityId } = problem;
  if (kind === 'dead-letters') return 'dead-letters';
  const known = PLACES_OF_REASONS[reason];
  if (known) return known;
  if (opportunityId !== null) return 'candidate';
  if (vendor === 'certn' || reason.startsWith('certn-')) return 'certn';
  return reason.includes('package') ? 'packages' : 'lever';
}
