/** What became of a webhook, for people: a few words, and what to do where somebody has to. */
export interface VerdictWords {
  label: string;
  cure: string | null;
}

const NOTHING_TO_DO: Record<string, string> = {
  accepted: 'Accepted',
  repeat: 'A repeat of one we had',
  'not-for-us': 'Not about the trigger stage',
  'verify-connection': 'Lever’s “Verify Connection”',
  'challenge-answered': 'Certn’s challenge, answered',
  'settings-unread': 'Asked to try again: just started',
  'over-rate': 'Asked to try again: too many at once',
  'too-much-waiting': 'Asked to try again: too much waited',
  'broker-away': 'Asked to try again: could not be stored',
  stopping: 'Asked to try again: just stopping',
};

const TO_DO: Record<string, VerdictWords> = {
  'no-secret-yet': {
    label: 'No signature is set yet',
    cure: 'Save the signature of this webhook under Lever Integration; what came until then is found by the next sweep.',
  },
  'signature-wrong': {
    label: 'The signature does not fit',
    cure: 'Copy the signature token of this webhook again and save it as Webhook Signature. If it fits, somebody else called the address: nothing was done.',
  },
  'too-old': { label: 'Signed more than 24 hours ago', cure: 'Nothing was done with it; a sweep finds what it told of.' },
  'too-early': {
    label: 'Signed in the future',
    cure: 'The clock of this installation is wrong: tell the operators.',
  },
  'token-of-another': {
    label: 'Its token was used for another candidate',
    cure: 'Somebody sent a copy of a webhook with another candidate in it: nothing was done.',
  },
  malformed: {
    label: 'A field is missing',
    cure: 'Whoever sends this is not Lever or Certn, or they have changed: tell the operators.',
  },
  'challenge-refused': {
    label: 'The challenge could not be read',
    cure: 'Save the webhook in Certn once more, so that it asks again.',
  },
  'wrong-method': { label: 'Not a webhook: another method', cure: 'Check that the whole webhook URL was copied.' },
  'wrong-content-type': { label: 'Not a webhook: not JSON', cure: 'Check that the whole webhook URL was copied.' },
  'too-large': { label: 'Larger than a webhook ever is', cure: 'Whoever sends this is not Lever or Certn.' },
  'not-a-json-object': { label: 'Not a webhook: no JSON object', cure: 'Whoever sends this is not Lever or Certn.' },
  'too-deep': { label: 'Not a webhook: nested too deep', cure: 'Whoever sends this is not Lever or Certn.' },
  'forbidden-key': { label: 'Not a webhook: a key that no webhook has', cure: 'Whoever sends this is not Lever or Certn.' },
};

/** The words of a verdict. */
export function verdictWords(outcome: string): VerdictWords {
  return TO_DO[outcome] ?? { label: NOTHING_TO_DO[outcome] ?? outcome.replaceAll('-', ' '), cure: null };
}

/** Verdicts in the order in which a person looks for them. */
export const VERDICTS: readonly string[] = [...Object.keys(NOTHING_TO_DO), ...Object.keys(TO_DO)];
