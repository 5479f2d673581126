import { Text, Tooltip, type TextProps } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { exactTime, relativeTime, utcTime } from './time.rules';

/** What happened meanwhile must not seem to be still to come. */
const TICK_MS = 5_000;

interface WhenProps extends TextProps {
  /** ISO 8601. */
  at: string;
  /** The exact time beside the relative one. */
  exact?: boolean;
}

/** A moment: how long ago, in the reader's zone; the exact time and UTC on hover, focus or touch. */
export function When({ at, exact = false, ...text }: WhenProps) {
  const now = useNow();
  const relative = relativeTime(at, now);
  return (
    <Tooltip label={`${exactTime(at)} · ${utcTime(at)}`}>
      <Text component="time" dateTime={at} tabIndex={0} inherit style={{ whiteSpace: 'nowrap' }} {...text}>
        {exact ? `${exactTime(at)} (${relative})` : relative}
      </Text>
    </Tooltip>
  );
}

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** The time, told anew every five seconds; one clock for all who ask. */
export function useNow(): number {
  return useSyncExternalStore(listen, () => now);
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      for (const each of listeners) each();
    }, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
