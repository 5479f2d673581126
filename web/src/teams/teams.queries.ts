import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { untilBack } from '../api/query-client';

/** The key under which everything read of a team stands; what is live in it is asked for anew by this key and the name of the part. */
export const teamKey = (teamId: string, ...part: unknown[]): unknown[] => ['team', teamId, ...part];

/** A team: what is set up, what is missing, how its connections are. */
export const teamQuery = (teamId: string) =>
  queryOptions({
    queryKey: teamKey(teamId, 'settings'),
    queryFn: () => answer(api.GET('/api/teams/{teamId}', { params: { path: { teamId } } })),
  });

/** The teams one is in, by name. */
export const teamsQuery = infiniteQueryOptions({
  queryKey: ['teams'],
  queryFn: ({ pageParam }) => answer(api.GET('/api/teams', { params: { query: pageParam ? { after: pageParam } : {} } })),
  initialPageParam: '',
  getNextPageParam: ({ next }) => next,
});

const CHECKLIST_MS = 5_000;

/** What is still to do; until all is done it is asked for again by itself, since some of it happens elsewhere. */
export const checklistQuery = (teamId: string) =>
  queryOptions({
    queryKey: teamKey(teamId, 'settings', 'checklist'),
    queryFn: () => answer(api.GET('/api/teams/{teamId}/checklist', { params: { path: { teamId } } })),
    refetchInterval: (query) => (query.state.data?.done === false ? CHECKLIST_MS : untilBack(query)),
  });
