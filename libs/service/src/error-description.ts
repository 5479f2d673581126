/** What may be told of an error: never its own fields, which in drivers hold statements, bodies and addresses. */
export interface ErrorDescription {
  type: string;
  code?: string;
  message?: string;
  frames: string[];
  cause?: ErrorDescription;
}

const MAX_FRAMES = 12;
const MAX_DEPTH = 3;
const MAX_MESSAGE_CHARACTERS = 500;
/** Errors of the language quote the value they stumbled over (`"jane@…" is not valid JSON`), so their words are left out. */
const QUOTING = new Set(['SyntaxError', 'TypeError', 'RangeError', 'URIError']);

/** Describes an error for a log line. `withMessage` only for errors whose words are known to hold no data. */
export function describeError(error: unknown, withMessage: boolean, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, frames: [] };
  const code = (error as { code?: unknown }).code;
  const plain = withMessage && !QUOTING.has(error.name);
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    ...(plain ? { message: error.message.slice(0, MAX_MESSAGE_CHARACTERS) } : {}),
    frames: framesOf(error),
    ...(error.cause !== undefined && depth < MAX_DEPTH ? { cause: describeError(error.cause, withMessage, depth + 1) } : {}),
  };
}

function framesOf(error: Error): string[] {
  return (error.stack ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^at .*:\d+:\d+\)?$/.test(line))
    .slice(0, MAX_FRAMES);
}
