import { infiniteQueryOptions, keepPreviousData, mutationOptions, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { queryClient } from '../api/query-client';
import { idempotencyKey } from '../api/idempotency-key';
import { teamKey } from '../teams/teams.queries';
import { statusesOf, type CandidateSearch } from './candidate-search.rules';

/** Everything that is read of a team's candidates stands under this key: lists, what to filter by, and each candidate. */
export const candidatesKey = (teamId: string, ...part: unknown[]): unknown[] => teamKey(teamId, 'candidates', ...part);

/** The key of one candidate. */
export const candidateKey = (teamId: string, opportunityId: string): unknown[] => candidatesKey(teamId, 'one', opportunityId);

/** The candidates of a team, as the address asks for them. */
export const candidatesQuery = (teamId: string, search: CandidateSearch) =>
  infiniteQueryOptions({
    queryKey: candidatesKey(teamId, 'list', search),
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
    queryKey: candidatesKey(teamId, 'choices'),
    queryFn: () => answer(api.GET('/api/teams/{teamId}/candidate-choices', { params: { path: { teamId } } })),
  });

/** A candidate with checks and timeline. */
export const candidateQuery = (teamId: string, opportunityId: string) =>
  queryOptions({
    queryKey: candidateKey(teamId, opportunityId),
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

function readAgain(teamId: string): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: candidatesKey(teamId) });
}
