import { Problem } from './problem';

const MAX_KEY_CHARACTERS = 200;

/** What the API's documentation says of the header. */
export const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  required: false,
  description: 'A repeat with the same key gets the first answer.',
};

/** The key as it came. @throws Problem `invalid` for one that is empty or too long */
export function checkedKey(key: string | undefined): string | undefined {
  if (key === undefined || (key.length > 0 && key.length <= MAX_KEY_CHARACTERS)) return key;
  throw new Problem('invalid', {
    detail: 'The Idempotency-Key is empty or too long.',
    cure: `Send at most ${MAX_KEY_CHARACTERS} characters, like a UUID, or leave the header out.`,
    more: { errors: [{ field: 'Idempotency-Key', message: `1 to ${MAX_KEY_CHARACTERS} characters` }] },
  });
}
