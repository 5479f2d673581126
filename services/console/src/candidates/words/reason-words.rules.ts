/** Reasons in plain words: of checks, looks, attempts and raised problems. Short enough to stand beside a status. */
const WORDS: Record<string, string> = {
  'no-email': 'No e-mail address',
  'several-packages': 'Tags name several packages',
  'no-package': 'No package',
  'package-inactive': 'The package is not active',
  'invite-undeliverable': 'The invitation could not be delivered',
  'invite-expired': 'The applicant did not answer in time',
  declined: 'The applicant declined',
  rejected: 'Refused',
  'needs-attention': 'Nobody can tell whether Certn made a case',
  'left-stage': 'The candidate is not in the trigger stage',
  archived: 'The candidate is archived',
  gone: 'The candidate is no longer in Lever',
  'not-contactable': 'Data protection does not allow contact',
  dropped: 'A person dropped the check',
  disabled: 'The integration was disabled',
  'before-enabled': 'Moved before the integration was enabled',
  confidential: 'Confidential, closed to the API key',
  'no-transition': 'Lever has not recorded the move',
  'unknown-check': 'The check is not known',
  'connection-broken': 'The connection to Lever is broken',
  'command-stale': 'The order came too late to be carried out',
  'already-open': 'Another check of the candidate is open',
  superseded: 'A newer move counts',
  unavailable: 'It could not be reached',
  'rate-limited': 'It asked to wait',
  unauthorized: 'The API key was refused',
  forbidden: 'The API key lacks a permission',
  'not-found': 'It was not found',
  'not-allowed': 'The API key may not change tags or links',
  'perform-as': 'The user that changes are attributed to was not accepted',
  'same-email-under-way': 'Another order to the same address is under way',
  'too-late': 'The order could not be sent in time',
  'no-case-found': 'No case with this address was found',
  timeout: 'There was no answer in time',
  unreadable: 'The answer could not be read',
  'several-cases': 'Several cases fit',
  'other-services': 'A case with this address has other services',
  'unreadable-case': 'A case that may fit could not be read',
  'unclear-too-often': 'Too many orders ended without a clear answer',
  'case-of-another-check': 'The case belongs to another check',
  'case-not-readable': 'The API key can not read the case',
  'case-of-another-email': 'The case has another e-mail address',
  'no-email-to-look-up': 'There is no address to look the case up by',
  'case-not-visible': 'Certn no longer shows the case',
  'unknown-status': 'Certn uses a status that is not known here',
  'possible-double': 'A case may have been made twice',
  'dead-letters': 'Messages could not be read',
  'certn-webhook-secret': 'The secret of the Certn webhook is missing',
  'certn-key-expires': 'The Certn key ends soon',
  'certn-key-expired': 'The Certn key has ended',
  broken: 'The connection does not work',
  requested: 'A check was asked for and not ordered yet',
  waiting: 'The candidate waits',
};

/** A reason in plain words; what has none is shown as it is written, with spaces. */
export function reasonLabel(reason: string): string;
export function reasonLabel(reason: string | null): string | null;
export function reasonLabel(reason: string | null): string | null {
  if (reason === null) return null;
  const words = Object.hasOwn(WORDS, reason) ? WORDS[reason] : undefined;
  return words ?? reason.charAt(0).toUpperCase() + reason.slice(1).replaceAll('-', ' ');
}

/** Whether a reason has words of its own. */
export function hasWords(reason: string): boolean {
  return Object.hasOwn(WORDS, reason);
}
