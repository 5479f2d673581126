import { ApiProperty } from '@nestjs/swagger';
import { NumberInQuery, TextField } from './fields';
import { Problem } from './problem';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;
const MAX_CURSOR_CHARACTERS = 500;

/** How much of a list, and from where. */
export class PageQuery {
  @NumberInQuery(1, MAX_LIMIT, { optional: true, says: `How many items; ${DEFAULT_LIMIT} if not said.` })
  limit: number = DEFAULT_LIMIT;

  @TextField(MAX_CURSOR_CHARACTERS, { optional: true, says: 'The `next` of the page before.' })
  after?: string;
}

/** One page of a list. `next` is `null` on the last one. */
export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** The members every page has, for the API's documentation. */
export abstract class PageAnswer {
  @ApiProperty({ type: String, nullable: true, description: 'What `after` takes to go on; `null` on the last page.' })
  next!: string | null;
}

/** The position after an item, as text that says nothing to whoever passes it on. */
export function cursorOf(...position: (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** The position in a cursor: as many texts as it was made of. @throws Problem `invalid` */
export function readCursor(cursor: string | undefined, parts: number): string[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(position) && position.length === parts && position.every((part) => typeof part === 'string'))
      return position;
  } catch {
    // Falls through to the one answer for every broken cursor.
  }
  throw new Problem('invalid', {
    detail: 'after is not the `next` of an earlier page.',
    cure: 'Take `next` as it was answered, or leave `after` out to start at the beginning.',
    more: { errors: [{ field: 'after', message: 'not the `next` of an earlier page' }] },
  });
}

/** Cuts a list that was read with one item more than the limit. */
export function pageOf<Item>(rows: Item[], limit: number, cursor: (last: Item) => string): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursor(last) : null };
}
