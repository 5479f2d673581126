import { VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useParams } from '@tanstack/react-router';
import { isNotFound } from '../api/client';
import { useLiveTeam } from '../live/use-live-team';
import { Reading } from '../parts/reading';
import { TeamBanner } from '../teams/team-banner';
import { teamQuery } from '../teams/teams.queries';
import { AbsentPage } from './absent-page';

/** Around every page of a team: the team itself, what stands in its way, and news as they come. */
export function TeamFrame() {
  const { teamId } = useParams({ from: '/signed-in/teams/$teamId' });
  const team = useQuery(teamQuery(teamId));
  if (isNotFound(team.error)) return <AbsentPage />;
  if (!team.data)
    return (
      <>
        <VisuallyHidden component="h1">Team</VisuallyHidden>
        <Reading of={team} />
      </>
    );
  return <LiveTeam teamId={teamId} />;
}

function LiveTeam({ teamId }: { teamId: string }) {
  useLiveTeam(teamId);
  return (
    <>
      <TeamBanner teamId={teamId} />
      <Outlet />
    </>
  );
}
