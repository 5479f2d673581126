import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { LinkAnchor } from '../parts/router-link';
import { useRole } from '../session/session.queries';
import { STEP_TITLES } from '../settings/steps.rules';
import { teamQuery } from './teams.queries';
import { warningWords } from './warnings.rules';

/** On every page of a team: what is broken or wants doing, with its cure; what stops the work comes first. Nothing while all is well. */
export function TeamBanner({ teamId }: { teamId: string }) {
  const { data: team } = useQuery(teamQuery(teamId));
  const mayCure = useRole(teamId) === 'admin';
  // Of a broken connection its own cure is told: it knows why.
  const ofConnection: Record<string, string | null | undefined> = {
    'lever-broken': team?.lever.cure,
    'certn-broken': team?.certn.cure,
  };
  const warnings = (team?.warnings ?? [])
    .map(({ part, cure }) => ({ part, cure: ofConnection[part] ?? cure, ...warningWords(part) }))
    .sort((one, other) => Number(other.stops) - Number(one.stops));
  if (warnings.length === 0) return null;
  return (
    <Stack component="section" gap="xs" mb="lg" aria-label="What this team has to do">
      {warnings.map(({ part, title, cure, stops, step }) => (
        <Alert
          key={part}
          role="status"
          color={stops ? 'red' : 'amber'}
          icon={stops ? <IconPlugConnectedX aria-hidden /> : <IconAlertTriangle aria-hidden />}
          title={title}
        >
          <Text size="sm">{cure}</Text>
          {mayCure ? (
            <LinkAnchor
              size="sm"
              fw={600}
              c="inherit"
              underline="always"
              to="/teams/$teamId/settings/integrations"
              params={{ teamId }}
              search={{ step }}
            >
              Open “{STEP_TITLES[step]}”
            </LinkAnchor>
          ) : (
            <Text size="sm">An admin of the team can do it.</Text>
          )}
        </Alert>
      ))}
    </Stack>
  );
}
