import { useEffect, useState, useSyncExternalStore } from 'react';
import type { LiveState } from './live-stream';

/** Shorter losses are not worth a word: a copy of the console was replaced. */
const WORTH_A_WORD_MS = 2000;

let state: LiveState | 'off' = 'off';
const listeners = new Set<() => void>();

/** Says how the stream of the team one is in stands; `off` outside of teams. */
export function setLiveState(next: LiveState | 'off'): void {
  state = next;
  for (const listener of listeners) listener();
}

/** Whether what the page shows is not live, and that for more than a moment. */
export function useIsAway(): boolean {
  const isAway = useSyncExternalStore(subscribe, () => state === 'away');
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(isAway), isAway ? WORTH_A_WORD_MS : 0);
    return () => clearTimeout(timer);
  }, [isAway]);
  return isAway && isLong;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
