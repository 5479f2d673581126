import { MutationCache, QueryCache, QueryClient, type Query } from '@tanstack/react-query';
import { ApiProblem, isPassing } from './client';

const MOST_RETRIES = 3;
const AGAIN_MS = 5_000;

/** A session that has ended shows wherever it is met: who one is gets asked again, and the page then leads to sign-in. */
function onError(error: Error): void {
  if (error instanceof ApiProblem && error.kind === 'not-signed-in') queryClient.setQueryData(['session'], null);
}

/** What could not be read, though it may be soon, is asked for again until it is there; vendors are left alone. */
export function untilBack({
  state,
  meta,
}: {
  state: { status: string; error: Error | null };
  meta: Query['meta'];
}): number | false {
  return meta?.live !== false && state.status === 'error' && isPassing(state.error) ? AGAIN_MS : false;
}

/** What was read from the API. A refusal is final; what can't be reached or fails is asked for again, even where the browser believes to be offline. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => count < MOST_RETRIES && isPassing(error),
      refetchInterval: untilBack,
      networkMode: 'always',
      refetchOnReconnect: true,
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});

/** Asks again, at once, for everything that could not be read; what waits for an answer, or for its next try, does not wait. Answers whether all of it is there now. */
export async function readAgain(): Promise<boolean> {
  const failed = queryClient.getQueryCache().findAll({
    predicate: ({ state: { status, fetchStatus } }) => status === 'error' || (status === 'pending' && fetchStatus !== 'idle'),
  });
  const isOfThem = (query: Query): boolean => failed.includes(query);
  await queryClient.cancelQueries({ predicate: isOfThem });
  await queryClient.refetchQueries({ predicate: isOfThem });
  return failed.every(({ state }) => state.status === 'success');
}
