import { lazy, Suspense } from 'react';
import type { ConfirmByNameProps } from './confirm-dialog';
import { useOnceTrue } from './use-once-true';

const ConfirmDialog = lazy(async () => ({ default: (await import('./confirm-dialog')).ConfirmDialog }));

/** Asks before an act that can't be undone, by having its object's name typed. The dialog comes when it is asked for. */
export function ConfirmByName(props: ConfirmByNameProps) {
  return useOnceTrue(props.opened) ? (
    <Suspense fallback={null}>
      <ConfirmDialog {...props} />
    </Suspense>
  ) : null;
}
