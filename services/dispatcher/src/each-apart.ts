import { isDatabaseOutage } from '@lever-certn/database/database';

/**
 * Writes many items at once; what the database refuses (a duplicate of one row, say) is halved until the item that it refuses stands alone, so that one
 * item's trouble is not another's. Answers what was written per key, or the item's own error; what `write` left out is missing.
 * @throws DatabaseError when the database is away
 */
export async function eachApart<Item, Result>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  write: (items: readonly Item[]) => Promise<Map<string, Result>>,
): Promise<Map<string, Result | Error>> {
  const [first] = items;
  if (first === undefined) return new Map();
  try {
    return await write(items);
  } catch (error) {
    if (isDatabaseOutage(error)) throw error;
    if (items.length === 1) return new Map([[keyOf(first), error as Error]]);
  }
  const middle = Math.ceil(items.length / 2);
  const halves = [items.slice(0, middle), items.slice(middle)];
  const written: [string, Result | Error][] = [];
  for (const half of halves) written.push(...(await eachApart(half, keyOf, write)));
  return new Map(written);
}
