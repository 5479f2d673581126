import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { teamKey } from '../teams/teams.queries';

/** The packages that can be ordered by hand. */
export const activePackagesQuery = (teamId: string) =>
  queryOptions({
    queryKey: teamKey(teamId, 'settings', 'packages-to-order'),
    queryFn: async () => {
      const { items } = await answer(api.GET('/api/teams/{teamId}/packages', { params: { path: { teamId } } }));
      return items.filter(({ active }) => active);
    },
  });
