import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { teamKey } from '../teams/teams.queries';
import { spanOf, type DeliverySearch } from './delivery-search.rules';

/** Everything that is read of a team's webhooks stands under this key. */
export const deliveriesKey = (teamId: string, ...part: unknown[]): unknown[] => teamKey(teamId, 'deliveries', ...part);

/** The webhooks of a team, newest first. */
export const deliveriesQuery = (teamId: string, search: DeliverySearch) =>
  infiniteQueryOptions({
    queryKey: deliveriesKey(teamId, 'list', search),
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
    queryKey: deliveriesKey(teamId, 'counts'),
    queryFn: () => answer(api.GET('/api/teams/{teamId}/delivery-counts', { params: { path: { teamId } } })),
  });
