/** Shorthand for the JSON Schemas that the control API checks its input with. Unknown fields are refused, so that a wrong name is noticed. */

type Schema = Record<string, unknown>;

export const text: Schema = { type: 'string' };
export const texts: Schema = { type: 'array', items: text };
export const flag: Schema = { type: 'boolean' };
export const number: Schema = { type: 'number' };
export const count: Schema = { type: 'integer', minimum: 0 };
export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
export const oneOf = (words: readonly string[]): Schema => ({ type: 'string', enum: words });
export const list = (items: Schema): Schema => ({ type: 'array', items });
export const anyObject: Schema = { type: 'object' };

/** An object of these fields and no others; the named ones must be there. */
export function object(properties: Record<string, Schema>, required: readonly string[] = []): Schema {
  return { type: 'object', properties, required, additionalProperties: false };
}

/** The body of a request. */
export function body(properties: Record<string, Schema>, required: readonly string[] = []): { body: Schema } {
  return { body: object(properties, required) };
}

/** A "no" of the control API: answered with this status and message. */
export class ControlError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
    this.name = 'ControlError';
  }
}

/** The value, or 404 naming what was looked for. */
export function found<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new ControlError(404, `no such ${what}`);
  return value;
}
