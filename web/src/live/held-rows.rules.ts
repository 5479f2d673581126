/** What a list shows while it is held. */
export interface HeldRows<Row> {
  rows: Row[];
  /** How many rows would come in between, if the list were let go. */
  heldBack: number;
}

/**
 * A list whose rows stay where they are: each in its place with what is now known of it; those that are gone as they were last. Rows that come after all of them are
 * added at the end, where they move nothing; the others are held back. `shown`: the rows as they stand.
 */
export function heldRows<Row>(shown: readonly Row[], next: readonly Row[], keyOf: (row: Row) => string): HeldRows<Row> {
  const places = new Map(next.map((row, index) => [keyOf(row), index]));
  const standing = new Set(shown.map(keyOf));
  const lastPlace = Math.max(-1, ...shown.map((row) => places.get(keyOf(row)) ?? -1));
  const isNew = (row: Row): boolean => !standing.has(keyOf(row));
  const comesAfter = shown.length === 0 || lastPlace >= 0;
  const added = comesAfter ? next.filter((row, index) => index > lastPlace && isNew(row)) : [];
  const kept = shown.map((row) => next[places.get(keyOf(row)) ?? -1] ?? row);
  return { rows: [...kept, ...added], heldBack: next.filter(isNew).length - added.length };
}
