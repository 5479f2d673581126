import { Outlet, useParams } from '@tanstack/react-router';
import { useLiveTeam } from '../live/use-live-team';
import { TeamBanner } from '../teams/team-banner';

/** Around every page of a team: what stands in its way, and news as they come. */
export function TeamFrame() {
  const { teamId } = useParams({ from: '/signed-in/teams/$teamId' });
  useLiveTeam(teamId);
  return (
    <>
      <TeamBanner teamId={teamId} />
      <Outlet />
    </>
  );
}
