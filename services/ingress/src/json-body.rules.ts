/** A JSON object from outside. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Objects and arrays inside one another, at most. Webhooks have 3. */
const MAX_DEPTH = 16;
const FORBIDDEN_KEY = '__proto__';

export type ReadBody =
  { ok: true; body: JsonObject } | { ok: false; outcome: 'not-a-json-object' | 'too-deep' | 'forbidden-key' };

/** Reads a body that must be a JSON object, not nested deeper than {@link MAX_DEPTH}, without a `__proto__` key anywhere. */
export function readBody(text: string): ReadBody {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { ok: false, outcome: 'not-a-json-object' };
  }
  if (!isObject(body)) return { ok: false, outcome: 'not-a-json-object' };
  const problem = problemWithin(body, 1);
  return problem ? { ok: false, outcome: problem } : { ok: true, body };
}

/** Whether a value is a JSON object: not an array, not null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problemWithin(value: object, depth: number): 'too-deep' | 'forbidden-key' | undefined {
  if (depth > MAX_DEPTH) return 'too-deep';
  for (const key of Object.keys(value)) {
    if (key === FORBIDDEN_KEY) return 'forbidden-key';
    const inner: unknown = (value as Record<string, unknown>)[key];
    if (typeof inner !== 'object' || inner === null) continue;
    const problem = problemWithin(inner, depth + 1);
    if (problem) return problem;
  }
  return undefined;
}

const ID_CHARACTERS = 100;

/** Whether a value can be an id of ours or of a vendor. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= ID_CHARACTERS;
}
