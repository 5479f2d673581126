/** Reading what vendors send: any field may be missing, null, or of another shape than yesterday. None of these throws. */

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value if it is a JSON object, else `null`. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** The value if it is a list, else an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that says something, else `null`. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.length > 0 ? value : null;
}

/** Those entries of a list that are texts. */
export function textsOf(value: unknown): string[] {
  return listOf(value).filter((entry): entry is string => typeof entry === 'string' && entry.length > 0);
}

/** An id given as such, or as an object with one (Lever's `expand`). */
export function idOf(value: unknown): string | null {
  return textOf(value) ?? textOf(fieldsOf(value)?.id) ?? (typeof value === 'number' ? String(value) : null);
}

/** Epoch milliseconds from a number, a text of digits, or an ISO 8601 time; else `null`. */
export function millisOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value === '') return null;
  const millis = /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  return Number.isFinite(millis) ? millis : null;
}

/** A vendor's error word, if it looks like a word and not like text about somebody. */
export function codeOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9_.-]{1,60}$/.test(value) ? value : undefined;
}
