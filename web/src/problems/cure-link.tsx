import type { ProblemAnswer } from '../api/schema';
import { LinkButton } from '../parts/router-link';
import { STEP_TITLES, type SettingsStep } from '../settings/steps.rules';

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
      return <StepLink teamId={teamId} step="api-key" />;
    case 'certn':
      return <StepLink teamId={teamId} step="certn" />;
    case 'packages':
      return <StepLink teamId={teamId} step="packages" />;
    // Dead letters have no page yet: what to do stands in the cure.
    case 'dead-letters':
      return null;
  }
}

function StepLink({ teamId, step }: { teamId: string; step: SettingsStep }) {
  return (
    <LinkButton to="/teams/$teamId/settings/integrations" params={{ teamId }} search={{ step }} {...LOOK}>
      Open “{STEP_TITLES[step]}”
    </LinkButton>
  );
}
