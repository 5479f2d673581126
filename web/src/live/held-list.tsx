import { Button } from '@mantine/core';
import { IconArrowUp } from '@tabler/icons-react';
import { useRef, type ReactNode } from 'react';
import { useHeldRows } from './use-held-rows';
import classes from './held-list.module.css';

interface HeldListProps<Row> {
  rows: readonly Row[];
  /** The same for the same row. */
  keyOf: (row: Row) => string;
  /** Names the list: its filter and its order, and whether it is still the one before. Another list is shown as it is. */
  listKey: string;
  /** The table of these rows. */
  children: (rows: Row[]) => ReactNode;
}

/**
 * A list that changes on the server while somebody reads it: no row moves under the pointer or from the keyboard's focus; what is new waits behind a button at the top.
 */
export function HeldList<Row>({ rows, keyOf, listKey, children }: HeldListProps<Row>) {
  const list = useHeldRows(rows, keyOf, listKey);
  const frame = useRef<HTMLDivElement>(null);
  const letIn = (): void => {
    list.letIn();
    // The button goes; the focus stays in the list.
    frame.current?.focus({ preventScroll: true });
  };
  return (
    <div ref={frame} tabIndex={-1} className={classes.frame} {...list.hold}>
      <div className={classes.news} role="status">
        {list.heldBack > 0 && (
          <Button size="xs" radius="xl" leftSection={<IconArrowUp size={14} aria-hidden />} onClick={letIn}>
            Show {list.heldBack} new
          </Button>
        )}
      </div>
      {children(list.rows)}
    </div>
  );
}
