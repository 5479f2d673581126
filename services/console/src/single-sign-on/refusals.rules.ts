/** Why somebody who comes back from the provider is not signed in. The sign-in page says it in words. */
export const SIGN_IN_REFUSALS = [
  'not-begun-here',
  'already-used',
  'declined',
  'unproved',
  'unavailable',
  'disabled',
  'no-role',
  'no-email',
] as const;
export type SignInRefusal = (typeof SIGN_IN_REFUSALS)[number];

/** What is wrong and what to do about it. */
export function wordsOfRefusal(refusal: SignInRefusal): { detail: string; cure: string } {
  switch (refusal) {
    case 'not-begun-here':
      return { detail: 'This sign-in was not begun in this browser, or more than 10 minutes ago.', cure: 'Sign in again.' };
    case 'already-used':
      return { detail: 'This sign-in was used already.', cure: 'Sign in again.' };
    case 'declined':
      return {
        detail: 'The identity provider did not sign you in.',
        cure: 'Sign in again, or ask the people who run it for access.',
      };
    case 'unproved':
      return {
        detail: 'What the identity provider answered does not prove who you are.',
        cure: 'Sign in again; if it stays, tell the operators the time at which it happened.',
      };
    case 'unavailable':
      return {
        detail: 'The identity provider can not be reached, or refuses the console.',
        cure: 'Try again in a minute; if it stays, tell the operators the time at which it happened.',
      };
    case 'disabled':
      return { detail: 'Your account here is disabled.', cure: 'Ask an owner of the installation or an admin of your team.' };
    case 'no-role':
      return {
        detail: 'You are in no group that has a role here.',
        cure: 'Ask the people who run the identity provider to add you to one, and sign in again.',
      };
    case 'no-email':
      return {
        detail: 'The identity provider does not tell your e-mail address.',
        cure: 'Ask the people who run it to give the console the claim `email`.',
      };
  }
}

/** The refusal in the address of the sign-in page, if it is one. */
export function refusalIn(value: unknown): SignInRefusal | undefined {
  return SIGN_IN_REFUSALS.find((refusal) => refusal === value);
}
