/** The kinds of "no" this API gives, each with the status it always has and its title. */
export const PROBLEMS = {
  'not-json': [400, 'The request can not be read'],
  invalid: [400, 'Fields of the request are not valid'],
  'sign-in-failed': [401, 'Sign-in failed'],
  'not-signed-in': [401, 'Not signed in'],
  'not-allowed': [403, 'Not allowed'],
  'password-change-needed': [403, 'A password of your own is needed first'],
  'local-sign-in-off': [403, 'Passwords are not used here'],
  'foreign-origin': [403, 'The request came from another site'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'Method not allowed'],
  conflict: [409, 'This is in the way'],
  'count-differs': [409, 'The number differs from what was confirmed'],
  'parts-missing': [409, 'Parts of the integration are missing'],
  'moved-meanwhile': [409, 'Candidates moved while the integration was paused'],
  'link-over': [410, 'This link can not be used any more'],
  'open-checks': [409, 'The team has open checks'],
  'stage-taken': [409, 'Another team already uses this stage'],
  'name-taken': [409, 'The name is taken'],
  'is-default': [409, 'This is the default package'],
  'key-reused': [409, 'The Idempotency-Key was used for something else'],
  'too-large': [413, 'The request is too large'],
  'not-json-type': [415, 'Only JSON is understood'],
  'key-refused': [422, 'The key was refused'],
  'permission-missing': [422, 'The key lacks a permission'],
  'other-account': [422, 'The key belongs to another account'],
  'stage-unknown': [422, 'No such stage'],
  'stage-ambiguous': [422, 'Several stages have this name'],
  'not-set-up': [409, 'The connection is not set up'],
  'sign-in-slowed': [429, 'Too many failed sign-ins'],
  'too-many': [429, 'Too many requests'],
  'vendor-refused': [502, 'The answer of the other service could not be used'],
  busy: [503, 'Too much to do right now'],
  'vendor-unavailable': [503, 'The other service can not be reached'],
  'temporarily-unavailable': [503, 'Not available right now'],
  unexpected: [500, 'Something went wrong'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemType = keyof typeof PROBLEMS;

/** What a problem says beside its type. */
export interface ProblemWords {
  /** What is wrong here, in one sentence. Never a secret, never a person's data. */
  detail?: string;
  /** What to do about it, in one sentence. */
  cure: string;
  /** Further members of the problem document. */
  more?: Record<string, unknown>;
  retryAfterSeconds?: number;
}

/** A "no" of this API; answered as an RFC 9457 problem document. */
export class Problem extends Error {
  readonly status: number;

  constructor(
    readonly type: ProblemType,
    readonly words: ProblemWords,
    options?: ErrorOptions,
  ) {
    super(words.detail ?? PROBLEMS[type][1], options);
    this.name = 'Problem';
    this.status = PROBLEMS[type][0];
  }

  /** The problem document. */
  document(): Record<string, unknown> {
    const { detail, cure, more } = this.words;
    return {
      type: `urn:lever-certn:problem:${this.type}`,
      title: PROBLEMS[this.type][1],
      status: this.status,
      ...(detail ? { detail } : {}),
      cure,
      ...more,
    };
  }
}

/** The same answer for what does not exist and for what is another team's. */
export function notFound(): Problem {
  return new Problem('not-found', { cure: 'Check the address, and that you are signed in as someone who may see it.' });
}
