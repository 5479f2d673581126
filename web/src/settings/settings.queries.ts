import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import type { TeamAnswer } from '../api/schema';
import { teamKey } from '../teams/teams.queries';

/** What is asked of a vendor is not asked again because something changed here. */
const AT_VENDOR = { live: false } as const;
const STANDING_AT_ONCE = 100;

/** The stages of the Lever account, read now. */
export const stagesQuery = (teamId: string, account: string | null) =>
  queryOptions({
    queryKey: teamKey(teamId, 'stages', account),
    queryFn: () => answer(api.GET('/api/teams/{teamId}/lever/stages', { params: { path: { teamId } } })),
    enabled: account !== null,
    retry: false,
    meta: AT_VENDOR,
  });

/** The packages of a team. */
export const packagesQuery = (teamId: string) =>
  queryOptions({
    queryKey: teamKey(teamId, 'settings', 'packages'),
    queryFn: () => answer(api.GET('/api/teams/{teamId}/packages', { params: { path: { teamId } } })),
  });

/** The catalogue of Certn check types. */
export const servicesQuery = queryOptions({
  queryKey: ['services'],
  queryFn: () => answer(api.GET('/api/services')),
  staleTime: Infinity,
});

/** Who stands in the trigger stage now, page by page as Lever has them. */
export const standingQuery = (teamId: string, stageId: string) =>
  infiniteQueryOptions({
    queryKey: teamKey(teamId, 'standing', stageId),
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/api/teams/{teamId}/standing', {
          params: { path: { teamId }, query: { limit: STANDING_AT_ONCE, ...(pageParam ? { after: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    retry: false,
    meta: AT_VENDOR,
  });

/** A change of a team's settings: what it answers is shown at once, and what depends on it is read anew. */
export function useTeamChange<Input>(
  teamId: string,
  change: (input: Input) => Promise<TeamAnswer>,
  onSaved: (team: TeamAnswer) => void = () => undefined,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (team) => {
      queries.setQueryData(teamKey(teamId, 'settings'), team);
      onSaved(team);
      await Promise.all([
        queries.invalidateQueries({ queryKey: teamKey(teamId, 'settings') }),
        queries.invalidateQueries({ queryKey: ['teams'] }),
      ]);
    },
  });
}

/** Reads anew what is shown of a team's settings, after something that answers no team. */
export function useSettingsRefresh(teamId: string): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: teamKey(teamId, 'settings') });
}
