import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './client';

const MOST_RETRIES = 3;

/** A session that has ended shows wherever it is met: who one is gets asked again, and the page then leads to sign-in. */
function onError(error: Error): void {
  if (error instanceof ApiProblem && error.kind === 'not-signed-in') queryClient.setQueryData(['session'], null);
}

/** What was read from the API. A refusal is final; what can't be reached or is busy is asked for again. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => count < MOST_RETRIES && error instanceof ApiProblem && (error.status === 0 || error.status >= 500),
    },
    mutations: { retry: false },
  },
});
