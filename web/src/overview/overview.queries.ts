import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { teamKey } from '../teams/teams.queries';

/** The numbers of a team. `starts`: of the days of who reads, oldest first. */
export const overviewQuery = (teamId: string, starts: readonly string[]) =>
  queryOptions({
    queryKey: teamKey(teamId, 'overview', starts),
    queryFn: () =>
      answer(api.GET('/api/teams/{teamId}/overview', { params: { path: { teamId }, query: { days: starts.join(',') } } })),
    // At midnight the days move on; until the new numbers are there, the old ones stand.
    placeholderData: keepPreviousData,
  });
