import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { answer, api, ApiProblem } from '../api/client';
import type { SessionAnswer } from '../api/schema';

export type Role = SessionAnswer['teams'][number]['role'];

/** Who one is, and in which teams; null when not signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<SessionAnswer | null> => {
    try {
      return await answer(api.GET('/api/session'));
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
  // No page is there without it: that it can't be read is said at once.
  retry: false,
});

/** The session of a page behind the sign-in. */
export function useSession(): SessionAnswer {
  const { data } = useSuspenseQuery(sessionQuery);
  if (!data) throw new ApiProblem(401, 'not-signed-in', 'Not signed in', undefined, 'Sign in again.', {});
  return data;
}

/** One's role in a team; owners of the installation are admins of all. */
export function useRole(teamId: string): Role | undefined {
  const { user, teams } = useSession();
  return user.owner ? 'admin' : teams.find(({ id }) => id === teamId)?.role;
}

/** How people sign in here, and in words why a single sign-on was refused. */
export function waysInQuery(refused: string | undefined) {
  return queryOptions({
    queryKey: ['ways-in', refused],
    queryFn: () =>
      answer(api.GET('/api/session/methods', { params: { query: refused ? { refused: refused.slice(0, 40) } : {} } })),
    staleTime: 60_000,
  });
}
