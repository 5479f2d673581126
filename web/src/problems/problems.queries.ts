import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { teamKey } from '../teams/teams.queries';

/** Everything that is read of a team's problems stands under this key. Candidates, settings and connections change it as well. */
export const problemsKey = (teamId: string, ...part: unknown[]): unknown[] => teamKey(teamId, 'problems', ...part);

/** What waits for a person: the team's first, then its candidates'. */
export const problemsQuery = (teamId: string) =>
  infiniteQueryOptions({
    queryKey: problemsKey(teamId, 'list'),
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
    queryKey: problemsKey(teamId, 'count'),
    queryFn: () => answer(api.GET('/api/teams/{teamId}/problem-count', { params: { path: { teamId } } })),
  });
