import createClient from 'openapi-fetch';
import { isAttended, UNATTENDED_HEADER } from '../live/attention';
import type { paths } from './schema';

/** A "no" of the API, in its words (RFC 9457): what is wrong, and what to do about it. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    /** The last part of the problem's type, such as `stage-unknown`; `unreachable` when no answer came. */
    readonly kind: string,
    readonly title: string,
    readonly detail: string | undefined,
    readonly cure: string,
    /** Further members of the problem, such as `missing` or `stages`. */
    readonly more: Record<string, unknown>,
  ) {
    super(detail ?? title);
    this.name = 'ApiProblem';
  }
}

const client = createClient<paths>();
client.use({
  onRequest: ({ request }) => {
    if (!isAttended()) request.headers.set(UNATTENDED_HEADER, '1');
  },
});

/** Whether a "no" may pass by itself: the console was not reached, or failed. */
export function isPassing(error: unknown): error is ApiProblem {
  return error instanceof ApiProblem && (error.status === 0 || error.status >= 500);
}

/** Whether there is no such thing, or none for this person. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 404;
}

/** The API, typed from its OpenAPI document. Give its calls to {@link answer}. */
export const api = client;

interface Result<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What a call answers. @throws ApiProblem for a refusal, and when the console can't be reached */
export async function answer<T>(call: Promise<Result<T>>): Promise<T> {
  let result: Result<T>;
  try {
    result = await call;
  } catch (cause) {
    throw Object.assign(unreachable(), { cause });
  }
  if (result.response.ok) return result.data as T;
  throw problemOf(result.response.status, result.error);
}

function problemOf(status: number, body: unknown): ApiProblem {
  const members = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const { type, title, detail, cure, status: _status, ...more } = members;
  const kind = typeof type === 'string' ? type.split(':').at(-1)! : 'unexpected';
  return new ApiProblem(
    status,
    kind,
    typeof title === 'string' ? title : 'The console can not answer right now',
    typeof detail === 'string' ? detail : undefined,
    typeof cure === 'string' ? cure : 'Try again in a moment. If it stays like this, tell the people who run this console.',
    more,
  );
}

function unreachable(): ApiProblem {
  return new ApiProblem(
    0,
    'unreachable',
    'The console can not be reached',
    undefined,
    'Check your connection. If it stays like this, tell the people who run this console.',
    {},
  );
}
