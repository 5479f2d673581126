/** What a person does about a reason. The reasons are those of check statuses, of looks, of attempts and of raised problems. */
const CURES: Record<string, string> = {
  'no-email':
    'Add an e-mail address to the candidate in Lever; the check then starts by itself with the next sweep, or at once when the candidate is moved into the stage again.',
  'several-packages':
    'The tags of the candidate name several packages: remove all but one in Lever; the check then starts by itself with the next sweep.',
  'no-package':
    'No tag names a package and the team has no default package: choose one under Packages, or tag the candidate with the name of a package.',
  'package-inactive': 'The tag names a package that is not active: activate it, or change the tag in Lever.',
  'invite-undeliverable': 'Certn could not deliver the invitation: correct the e-mail address in Lever, and order again.',
  'invite-expired': 'The applicant did not answer in time: order again, or ask them first.',
  declined: 'The applicant declined: talk to them, and order again if they agree.',
  rejected: 'Certn refused the order: see the detail in the timeline, correct the package or the address, and order again.',
  'needs-attention': 'Look in Certn for a case with this address; then settle the check: name the case, order again, or drop it.',
  'no-transition':
    'Lever did not tell when the candidate entered the stage: move the candidate out of the stage and in again, or order by hand.',
  confidential:
    'This candidate is confidential and closed to the API key: make a key with access to confidential data in Lever, or order in Certn by hand.',
  'unknown-check': 'Order by hand if the candidate still needs the check.',
  'before-enabled': 'The candidate stood in the stage before the integration was enabled: order by hand if the check is wanted.',
  disabled: 'The integration was disabled: enable it, and order by hand if the check is wanted.',
  'connection-broken':
    'The connection to Lever is broken: test it and save a working key; everything that waits goes on by itself.',
  unauthorized: 'The API key is refused: test the connection and save a working key; everything that waits goes on by itself.',
  forbidden: 'The API key lacks a permission: test the connection to see which.',
  'not-allowed': 'The API key may not change tags or links: make a new key in Lever with those permissions.',
  'perform-as': 'Lever does not accept the user that changes are attributed to: check it in the Lever integration.',
  unavailable: 'The other service can not be reached: nothing is to be done, it goes on by itself.',
  'rate-limited': 'The other service asks to wait: nothing is to be done, it goes on by itself.',
  'case-not-visible':
    'Certn no longer shows this case to the API key: check in Certn that it still exists and that the key is of its account.',
  'unknown-status': 'Certn uses a status this version does not know: the tag stays as it is; tell the operators.',
  'possible-double':
    'A case in Certn fits this check and belongs to none: look whether one of the two must be cancelled in Certn.',
  'dead-letters': 'Messages could not be read: an owner of the installation looks at them and sends them again.',
};

const DEFAULT_CURE = 'See the timeline of the candidate for what happened.';

/** What to do about a reason; always something. */
export function cureOf(reason: string | null): string {
  return (reason === null ? undefined : CURES[reason]) ?? DEFAULT_CURE;
}

/** Whether a candidate's state is one that a person has to do something about. */
export function isProblem(status: string): boolean {
  return status === 'error' || status === 'failed';
}
