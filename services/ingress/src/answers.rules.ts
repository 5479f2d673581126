/** Everything that may become of a webhook, in the order in which it is decided. */
export const OUTCOMES = [
  'unknown-integration',
  'wrong-method',
  'wrong-content-type',
  'too-large',
  'not-a-json-object',
  'too-deep',
  'forbidden-key',
  'malformed',
  'verify-connection',
  'no-secret-yet',
  'signature-wrong',
  'too-old',
  'too-early',
  'token-of-another',
  'settings-unread',
  'over-rate',
  'too-much-waiting',
  'broker-away',
  'stopping',
  'repeat',
  'not-for-us',
  'accepted',
  'challenge-refused',
  'challenge-answered',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** How an outcome is told to the vendor. */
export interface Answer {
  status: number;
  /** For the person who looks into the vendor's log of deliveries; absent where there is nothing to say. */
  detail?: string;
  retryAfterSeconds?: number;
}

/** The answer to each outcome. */
export const ANSWERS: Readonly<Record<Outcome, Answer>> = {
  'unknown-integration': {
    status: 404,
    detail: 'There is no such integration. Copy the webhook URL from the console again.',
  },
  'wrong-method': { status: 405, detail: 'This URL takes other methods; see the Allow header.' },
  'wrong-content-type': { status: 415, detail: 'Send plain application/json.' },
  'too-large': { status: 413, detail: 'The body is larger than a webhook ever is.' },
  'not-a-json-object': { status: 400, detail: 'The body is not a JSON object.' },
  'too-deep': { status: 400, detail: 'The body is nested too deep.' },
  'forbidden-key': { status: 400, detail: 'The body has a key that no webhook has.' },
  malformed: { status: 400, detail: 'A field of the body is missing or of the wrong type.' },
  'verify-connection': { status: 202 },
  'no-secret-yet': { status: 202 },
  'signature-wrong': {
    status: 401,
    detail: 'The signature does not fit. Copy the signature token of this webhook into the console again.',
  },
  'too-old': { status: 401, detail: 'The webhook was signed more than 24 hours ago.' },
  'too-early': { status: 401, detail: 'The webhook was signed more than 5 minutes in the future.' },
  'token-of-another': { status: 401, detail: 'The token of this webhook was used for something else before.' },
  'settings-unread': { status: 503, detail: 'Settings are not read yet. Try again.', retryAfterSeconds: 2 },
  'over-rate': { status: 503, detail: 'Too many webhooks of this integration. Try again.', retryAfterSeconds: 1 },
  'too-much-waiting': { status: 503, detail: 'Too much is waiting to be stored. Try again.', retryAfterSeconds: 2 },
  'broker-away': { status: 503, detail: 'The webhook could not be stored. Try again.', retryAfterSeconds: 5 },
  stopping: { status: 503, detail: 'This process is stopping. Try again.', retryAfterSeconds: 1 },
  repeat: { status: 202 },
  'not-for-us': { status: 202 },
  accepted: { status: 202 },
  'challenge-refused': { status: 400, detail: 'The challenge is missing or is not plain text.' },
  'challenge-answered': { status: 200 },
};

/** What became of one webhook. */
export interface Verdict {
  outcome: Outcome;
  reason?: string;
  opportunityId?: string;
  /** Instead of the outcome's own. */
  retryAfterSeconds?: number;
}
