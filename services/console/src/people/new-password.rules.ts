/** Whose password it is to be. */
export interface PasswordOwner {
  email: string;
  name: string;
  /** The one it replaces, where that is known. */
  current?: string;
}

const MIN_DIFFERENT_CHARACTERS = 5;

/** What is wrong with a password that is long enough, in words that follow its name; `undefined` if nothing is. */
export function faultOfPassword(password: string, { email, name, current }: PasswordOwner): string | undefined {
  const folded = fold(password);
  if (current !== undefined && password === current) return 'must be another than before';
  if (folded.includes(fold(email)) || folded === fold(name)) return 'must not be your name or address';
  if (new Set(folded).size < MIN_DIFFERENT_CHARACTERS)
    return `must have at least ${MIN_DIFFERENT_CHARACTERS} different characters`;
  return undefined;
}

function fold(text: string): string {
  return text.normalize('NFC').trim().toLowerCase();
}
