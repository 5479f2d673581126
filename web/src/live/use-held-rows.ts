import { useEffect, useRef, useState, type FocusEvent, type PointerEvent } from 'react';
import { heldRows, type HeldRows } from './held-rows.rules';

/** What the element around the rows listens to. */
export interface HoldHandlers {
  onPointerEnter: (event: PointerEvent) => void;
  onPointerLeave: () => void;
  onFocus: () => void;
  onBlur: (event: FocusEvent) => void;
}

/** A list that stands still while somebody points at it or is in it. */
export interface StandingList<Row> extends HeldRows<Row> {
  hold: HoldHandlers;
  /** Lets in what is held back. */
  letIn: () => void;
}

/**
 * Rows that do not move away under a pointer or from a keyboard's focus: while one of them is on the list, rows change in their places, and what would come in between is held back.
 * `listKey` names the list: another one (another filter, another order) is shown as it is. Keys must be the same for the same row.
 */
export function useHeldRows<Row>(rows: readonly Row[], keyOf: (row: Row) => string, listKey: string): StandingList<Row> {
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const [, setLetIn] = useState(0);
  const standing = useRef<{ listKey: string; rows: readonly Row[] }>({ listKey, rows });
  const isHeld = (isPointed || isFocused) && standing.current.listKey === listKey;
  const list = isHeld ? heldRows(standing.current.rows, rows, keyOf) : { rows: [...rows], heldBack: 0 };
  useEffect(() => {
    standing.current = { listKey, rows: list.rows };
  });
  return {
    ...list,
    hold: {
      // A finger does not rest on a list; a mouse and a pen do.
      onPointerEnter: ({ pointerType }) => setPointed(pointerType !== 'touch'),
      onPointerLeave: () => setPointed(false),
      onFocus: () => setFocused(true),
      onBlur: ({ currentTarget, relatedTarget }) => setFocused(currentTarget.contains(relatedTarget)),
    },
    letIn: () => {
      standing.current = { listKey, rows };
      setLetIn((times) => times + 1);
    },
  };
}
