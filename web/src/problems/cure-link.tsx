import type { ProblemAnswer } from '../api/schema';
import { LinkButton } from '../parts/router-link';

const LOOK = { variant: 'light', style: { flexShrink: 0 } } as const;

/** Leads to where a problem is cured. */
export function CureLink({ teamId, problem: { place, opportunityId } }: { teamId: string; problem: ProblemAnswer }) {
  switch (place) {
    case 'candidate':
      return opportunityId ? (
        <LinkButton to="/teams/$teamId/candidates/$opportunityId" params={{ teamId, opportunityId }} {...LOOK}>
          Open the candidate
        </LinkButton>
      ) : null;
    case 'lever':
    case 'certn':
    case 'packages':
    case 'dead-letters':
      return null;
  }
}
