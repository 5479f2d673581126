import { infiniteQueryOptions, keepPreviousData, mutationOptions, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { queryClient } from '../api/query-client';
import { idempotencyKey } from '../api/idempotency-key';
import { teamKey } from '../teams/teams.queries';
import { statusesOf, type CandidateSearch } from './candidate-search.rules';

/** The candidates of a team, as the address asks for them. */
export const candidatesQuery = (teamId: string, search: CandidateSearch) =>
  infiniteQueryOptions({
    queryKey: teamKey(teamId, 'candidates', search),
    queryFn: ({ pageParam }) => {
      const { status, ...rest } = search;
      const statuses = statusesOf(status);
      const query = { ...rest, ...(statuses.length > 0 ? { status: statuses } : {}), ...(pageParam ? { after: pageParam } : {}) };
      return answer(api.GET('/api/teams/{teamId}/candidates', { params: { path: { teamId }, query } }));
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });

/** What candidates can be filtered by, each with how many there are. */
export const choicesQuery = (teamId: string) =>
  queryOptions({
    queryKey: teamKey(teamId, 'candidate-choices'),
    queryFn: () => answer(api.GET('/api/teams/{teamId}/candidate-choices', { params: { path: { teamId } } })),
  });

/** A candidate with checks and timeline. */
export const candidateQuery = (teamId: string, opportunityId: string) =>
  queryOptions({
    queryKey: teamKey(teamId, 'candidate', opportunityId),
    queryFn: () =>
      answer(api.GET('/api/teams/{teamId}/candidates/{opportunityId}', { params: { path: { teamId, opportunityId } } })),
  });

/** What is chosen where a check is ordered by hand. */
export interface OrderByHand {
  reason: string;
  packageId?: string;
}

/** Orders a check, stage and age aside. */
export const orderMutation = (teamId: string, opportunityId: string) =>
  mutationOptions({
    mutationFn: (body: OrderByHand) =>
      answer(
        api.POST('/api/teams/{teamId}/candidates/{opportunityId}/order', {
          params: { path: { teamId, opportunityId }, header: idempotencyKey() },
          body,
        }),
      ),
    onSuccess: () => readAgain(teamId),
  });

/** Has the candidate looked at again in Lever. */
export const lookMutation = (teamId: string, opportunityId: string) =>
  mutationOptions({
    mutationFn: () =>
      answer(
        api.POST('/api/teams/{teamId}/candidates/{opportunityId}/look', {
          params: { path: { teamId, opportunityId }, header: idempotencyKey() },
        }),
      ),
    onSuccess: () => readAgain(teamId),
  });

/** What becomes of a check that needs attention. */
export type Settlement = { caseId: string } | { order: true } | { drop: true };

/** Settles a check that needs attention. */
export const settleMutation = (teamId: string, checkId: string) =>
  mutationOptions({
    mutationFn: (body: Settlement) =>
      answer(
        api.POST('/api/teams/{teamId}/checks/{checkId}/resolve', {
          params: { path: { teamId, checkId }, header: idempotencyKey() },
          body,
        }),
      ),
    onSuccess: () => readAgain(teamId),
  });

/** The command's own line of the timeline is there at once. */
async function readAgain(teamId: string): Promise<void> {
  const parts = ['candidate', 'candidates', 'candidate-choices', 'problems', 'problem-count'];
  await Promise.all(parts.map((part) => queryClient.invalidateQueries({ queryKey: teamKey(teamId, part) })));
}
