import { useEffect, useState } from 'react';

const SECOND_MS = 1000;

/** Counts down from `seconds`, anew whenever `since` is another; `undefined` where there is nothing to count. */
export function useSecondsLeft(seconds: number | undefined, since: unknown): number | undefined {
  const [left, setLeft] = useState<number>();
  useEffect(() => {
    setLeft(seconds);
    if (seconds === undefined) return;
    const endsMs = performance.now() + seconds * SECOND_MS;
    const timer = setInterval(() => {
      const remaining = Math.max(0, Math.ceil((endsMs - performance.now()) / SECOND_MS));
      setLeft(remaining);
      if (remaining === 0) clearInterval(timer);
    }, SECOND_MS / 4);
    return () => clearInterval(timer);
  }, [seconds, since]);
  return left;
}
