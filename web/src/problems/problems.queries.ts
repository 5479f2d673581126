import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { teamKey } from '../teams/teams.queries';

/** What waits for a person: the team's first, then its candidates'. */
export const problemsQuery = (teamId: string) =>
  infiniteQueryOptions({
    queryKey: teamKey(teamId, 'problems'),
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/teams/{teamId}/problems', { params: { path: { teamId }, query: pageParam ? { after: pageParam } : {} } }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

/** How many things wait for a person. */
export const problemCountQuery = (teamId: string) =>
  queryOptions({
    queryKey: teamKey(teamId, 'problem-count'),
    queryFn: () => answer(api.GET('/api/teams/{teamId}/problem-count', { params: { path: { teamId } } })),
  });
