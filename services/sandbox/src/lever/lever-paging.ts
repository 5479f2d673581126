import type { Answer, Call } from '../vendor-route';

const MAX_LIMIT = 100;
const ENCODED_BRACKET = '%5B';

/**
 * A page of a list as Lever sends it. The offset is an opaque, encoded-looking text of one endpoint that stands for the last item sent; one that is
 * decoded once too often, of another endpoint, or whose item is gone is refused as stale.
 */
export function leverPage<Item extends { id: string }>(
  endpoint: string,
  items: readonly Item[],
  { limit, offset }: Call['query'],
  toJson: (item: Item) => unknown = (item) => item,
): Answer {
  const size = limit === undefined ? MAX_LIMIT : Number(limit);
  if (!Number.isInteger(size) || size < 1 || size > MAX_LIMIT)
    return { status: 400, json: { code: 'BadRequestError', message: 'limit must be between 1 and 100' } };
  const start = offset === undefined ? 0 : positionAfter(endpoint, items, offset);
  if (start === null) return { status: 400, json: { code: 'BadRequestError', message: 'Invalid offset token' } };
  const page = items.slice(start, start + size);
  const last = page.at(-1);
  const hasNext = start + size < items.length;
  const next = hasNext && last ? encodeURIComponent(JSON.stringify([1, endpoint, last.id])) : undefined;
  return { status: 200, json: { data: page.map(toJson), hasNext, next } };
}

function positionAfter(endpoint: string, items: readonly { id: string }[], offset: string | string[]): number | null {
  if (typeof offset !== 'string' || !offset.startsWith(ENCODED_BRACKET)) return null;
  try {
    const [version, of, id] = JSON.parse(decodeURIComponent(offset)) as unknown[];
    if (version !== 1 || of !== endpoint) return null;
    const index = items.findIndex((item) => item.id === id);
    return index < 0 ? null : index + 1;
  } catch {
    return null;
  }
}
