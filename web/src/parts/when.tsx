import { Text, Tooltip, type TextProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { exactTime, relativeTime, utcTime } from './time.rules';

const TICK_MS = 30_000;

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

/** The time, told anew twice a minute. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
