import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import type { SessionAnswer } from '../api/schema';
import { useSession } from '../session/session.queries';

/** Everyone one may see. */
export const usersQuery = queryOptions({ queryKey: ['users'], queryFn: () => answer(api.GET('/api/users')) });

/** Who was invited and has not joined. */
export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: () => answer(api.GET('/api/invitations')),
});

/** Where a person is signed in; without a person: oneself. */
export const sessionsQuery = (userId?: string) =>
  queryOptions({
    queryKey: ['sessions', userId ?? 'own'],
    queryFn: () =>
      userId === undefined
        ? answer(api.GET('/api/sessions'))
        : answer(api.GET('/api/users/{id}/sessions', { params: { path: { id: userId } } })),
  });

/** One's own API tokens, and those of the teams one administers. */
export const tokensQuery = queryOptions({ queryKey: ['tokens'], queryFn: () => answer(api.GET('/api/tokens')) });

export type Team = SessionAnswer['teams'][number];

/** The teams one administers: of an owner, all. */
export function useAdministered(): Team[] {
  return useSession().teams.filter(({ role }) => role === 'admin');
}

/** Whether one looks after people at all. */
export function useMayManagePeople(): boolean {
  const { user, teams } = useSession();
  return user.owner || teams.some(({ role }) => role === 'admin');
}
