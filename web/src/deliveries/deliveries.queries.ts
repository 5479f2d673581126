import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { teamKey } from '../teams/teams.queries';
import { spanOf, type DeliverySearch } from './delivery-search.rules';

/** The webhooks of a team, newest first. */
export const deliveriesQuery = (teamId: string, search: DeliverySearch) =>
  infiniteQueryOptions({
    queryKey: teamKey(teamId, 'deliveries', search),
    queryFn: ({ pageParam }) => {
      const { vendor, outcome, opportunityId } = search;
      const query = { vendor, outcome, opportunityId, ...spanOf(search), ...(pageParam ? { after: pageParam } : {}) };
      return answer(api.GET('/api/teams/{teamId}/deliveries', { params: { path: { teamId }, query } }));
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });

/** How many came with which verdict in the last 24 hours. */
export const deliveryCountsQuery = (teamId: string) =>
  queryOptions({
    queryKey: teamKey(teamId, 'delivery-counts'),
    queryFn: () => answer(api.GET('/api/teams/{teamId}/delivery-counts', { params: { path: { teamId } } })),
  });
