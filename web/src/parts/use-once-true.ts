import { useRef } from 'react';

/** Whether something was ever true: what is needed from then on stays, so that a dialog can give the focus back when it closes. */
export function useOnceTrue(now: boolean): boolean {
  const ever = useRef(now);
  ever.current ||= now;
  return ever.current;
}
