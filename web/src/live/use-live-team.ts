import { useQueryClient, type Query } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { TeamChangeAnswer } from '../api/schema';
import { teamKey } from '../teams/teams.queries';
import { Gathering } from './gathering';
import { setLiveState } from './live-state';
import { LiveStream } from './live-stream';
import { bothChanges, isTouched } from './touched.rules';

/** A tab that nobody sees is not live for long: browsers open few connections to one host. */
const HIDDEN_MS = 30_000;

/**
 * Keeps what is shown of a team live: what changes on the server is read again. Queries that ask others than our server (Lever's stages, a connection test) say
 * `meta: { live: false }` and are left alone.
 */
export function useLiveTeam(teamId: string): void {
  const queries = useQueryClient();
  useEffect(() => {
    const readAgain = (touched: (query: Query) => boolean): void =>
      void queries.invalidateQueries({ predicate: (query) => query.meta?.live !== false && touched(query) });
    const gathering = new Gathering<TeamChangeAnswer>(bothChanges, (change) =>
      readAgain(({ queryKey }) => isTouched(queryKey, teamId, change)),
    );
    const stream = new LiveStream(`/api/teams/${teamId}/events`, {
      changed: (change) => gathering.add(change),
      reload: () => void queries.invalidateQueries({ queryKey: teamKey(teamId), predicate: ({ meta }) => meta?.live !== false }),
      over: () => void queries.invalidateQueries({ queryKey: ['session'] }),
      state: setLiveState,
    });
    const stopWatching = onlyWhileSeen(stream);
    return () => {
      stopWatching();
      gathering.stop();
      stream.stop();
      setLiveState('off');
    };
  }, [queries, teamId]);
}

/** Follows while the tab is seen, or was a moment ago. */
function onlyWhileSeen(stream: LiveStream): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => stream.stop(), HIDDEN_MS);
    else stream.start();
  };
  look();
  document.addEventListener('visibilitychange', look);
  window.addEventListener('online', look);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
    window.removeEventListener('online', look);
  };
}
