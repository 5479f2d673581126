import { ANSWERS, OUTCOMES, type Outcome } from './answers.rules';

const STATUS: Record<Outcome, number> = {
  'unknown-integration': 404,
  'wrong-method': 405,
  'wrong-content-type': 415,
  'too-large': 413,
  'not-a-json-object': 400,
  'too-deep': 400,
  'forbidden-key': 400,
  malformed: 400,
  'verify-connection': 202,
  'no-secret-yet': 202,
  'signature-wrong': 401,
  'too-old': 401,
  'too-early': 401,
  'token-of-another': 401,
  'settings-unread': 503,
  'over-rate': 503,
  'too-much-waiting': 503,
  'broker-away': 503,
  stopping: 503,
  repeat: 202,
  'not-for-us': 202,
  accepted: 202,
  'challenge-refused': 400,
  'challenge-answered': 200,
};

describe('the table of answers', () => {
  it.each(OUTCOMES)('answers %s as the design says, and says of 503 alone when to try again', (outcome) => {
    const { status, retryAfterSeconds, detail } = ANSWERS[outcome];
    expect(status).toBe(STATUS[outcome]);
    expect(retryAfterSeconds !== undefined).toBe(status === 503);
    expect(detail !== undefined).toBe(status >= 400);
  });
});
