import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { auditQueryOf, type AuditSearch } from './audit-search.rules';

/** Who did what, newest first. */
export const auditQuery = (search: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: ['audit', search],
    queryFn: ({ pageParam }) => {
      const query = { ...auditQueryOf(search), ...(pageParam ? { after: pageParam } : {}) };
      return answer(api.GET('/api/audit', { params: { query } }));
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });

/** What lines can be filtered by. */
export const auditChoicesQuery = queryOptions({
  queryKey: ['audit-choices'],
  queryFn: () => answer(api.GET('/api/audit-choices')),
  staleTime: Infinity,
});
