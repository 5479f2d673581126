import { infiniteQueryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { teamKey } from '../teams/teams.queries';

/** The candidates of a team, those who moved last first. */
export const candidatesQuery = (teamId: string) =>
  infiniteQueryOptions({
    queryKey: teamKey(teamId, 'candidates'),
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/teams/{teamId}/candidates', {
          params: { path: { teamId }, query: pageParam ? { after: pageParam } : {} },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
