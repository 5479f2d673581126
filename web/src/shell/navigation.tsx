import { Divider, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconChartBar,
  IconHistory,
  IconListSearch,
  IconSettings,
  IconUsers,
  IconUsersGroup,
  IconWebhook,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { isNotFound } from '../api/client';
import { LinkNav } from '../parts/router-link';
import { useMayManagePeople } from '../people/people.queries';
import { ProblemCount } from '../problems/problem-count';
import { useRole } from '../session/session.queries';
import { teamQuery } from '../teams/teams.queries';

const ICON = { size: 18, 'aria-hidden': true } as const;

/** Where one can go: the pages of the team one is in, then those of the installation. */
export function Navigation() {
  const { teamId } = useParams({ strict: false });
  const mayManagePeople = useMayManagePeople();
  return (
    <>
      {teamId && <TeamNavigation teamId={teamId} />}
      <LinkNav to="/teams" activeOptions={{ exact: true }} label="Teams" leftSection={<IconUsersGroup {...ICON} />} />
      {mayManagePeople && <LinkNav to="/users" label="Users" leftSection={<IconUsers {...ICON} />} />}
      {mayManagePeople && <LinkNav to="/audit" label="Audit" leftSection={<IconHistory {...ICON} />} />}
    </>
  );
}

function TeamNavigation({ teamId }: { teamId: string }) {
  const { data: team, error } = useQuery(teamQuery(teamId));
  const role = useRole(teamId);
  // Of a team that is not there, or not one's own, nothing is offered.
  if (!team && (!role || isNotFound(error))) return null;
  const params = { teamId };
  return (
    <>
      <Text size="sm" c="dimmed" fw={600} px="sm" py={6} truncate>
        {team?.name ?? ' '}
      </Text>
      <LinkNav
        to="/teams/$teamId"
        params={params}
        activeOptions={{ exact: true }}
        label="Overview"
        leftSection={<IconChartBar {...ICON} />}
      />
      <LinkNav to="/teams/$teamId/candidates" params={params} label="Candidates" leftSection={<IconListSearch {...ICON} />} />
      <LinkNav
        to="/teams/$teamId/problems"
        params={params}
        label="Problems"
        leftSection={<IconAlertTriangle {...ICON} />}
        rightSection={<ProblemCount teamId={teamId} />}
      />
      <LinkNav to="/teams/$teamId/deliveries" params={params} label="Deliveries" leftSection={<IconWebhook {...ICON} />} />
      {role === 'admin' && (
        <LinkNav to="/teams/$teamId/settings" params={params} label="Team settings" leftSection={<IconSettings {...ICON} />} />
      )}
      <Divider my="sm" />
    </>
  );
}
