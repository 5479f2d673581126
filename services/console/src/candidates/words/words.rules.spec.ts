import { CHECK_REASONS, TAG_PROFILES } from '@lever-certn/events/check-statuses.rules';
import type { TimelineFact } from '../facts.rules';
import { lineWords } from './line-words.rules';
import { hasWords, reasonLabel } from './reason-words.rules';
import { CANDIDATE_STATUSES, profileOf, statusChoices, statusLabel } from './status-words.rules';
import { VERDICTS, verdictWords } from './verdict-words.rules';

type Line = Omit<TimelineFact, 'teamId' | 'opportunityId'>;

const line = (over: Partial<Line>): Line => ({
  at: '2026-01-01T00:00:00.000Z',
  id: 'l',
  kind: 'attempt',
  outcome: 'waiting',
  source: 'resolver',
  checkId: null,
  vendor: null,
  step: null,
  reason: null,
  detail: null,
  attempt: null,
  nextTryAt: null,
  by: null,
  ...over,
});

test.each<[Partial<Line>, string]>([
  [{ kind: 'delivery', outcome: 'accepted', vendor: 'lever' }, 'Lever told of a move'],
  [
    { kind: 'delivery', outcome: 'repeat', vendor: 'lever' },
    'Lever sent the same webhook again: It was known already; nothing more was done.',
  ],
  [{ kind: 'delivery', outcome: 'too-old', vendor: 'lever' }, 'A webhook of Lever came: Signed more than 24 hours ago'],
  [{ kind: 'requested', outcome: 'wanted', detail: 'Packages A' }, 'Decided: order a check: Package: Packages A'],
  [{ kind: 'requested', outcome: 'wanted', by: 'user:1' }, 'Decided: order the check, as asked by hand'],
  [
    { kind: 'requested', outcome: 'problem', reason: 'no-email' },
    'A check is owed, and can not be ordered yet: No e-mail address',
  ],
  [
    { kind: 'requested', outcome: 'withdrawn', reason: 'left-stage' },
    'The check is no longer wanted: The candidate is not in the trigger stage',
  ],
  [
    { kind: 'decision', outcome: 'skipped', reason: 'before-enabled' },
    'No check was ordered: Moved before the integration was enabled',
  ],
  [{ kind: 'decision', outcome: 'waiting', reason: 'no-transition' }, 'The decision waits: Lever has not recorded the move'],
  [
    { kind: 'decision', outcome: 'failed', reason: 'confidential' },
    'It could not be decided whether a check is owed: Confidential, closed to the API key',
  ],
  [
    { kind: 'decision', outcome: 'failed', source: 'dispatcher', reason: 'case-of-another-email', detail: 'case-9' },
    'The case that a person named was not adopted: The case has another e-mail address · case-9',
  ],
  [{ kind: 'decision', outcome: 'ok', source: 'dispatcher', reason: 'case' }, 'The case that a person named was adopted'],
  [{ step: 'look', reason: 'unavailable' }, 'Reading the candidate in Lever did not work yet: Lever could not be reached'],
  [
    { step: 'order', outcome: 'failed', reason: 'rate-limited' },
    'Ordering the check at Certn did not work yet: Certn asked to wait',
  ],
  [
    { step: 'order', outcome: 'unclear', reason: 'ECONNRESET' },
    'It is not clear whether Certn took the order: Certn could not be reached (ECONNRESET) · The case is looked up before anything is ordered again',
  ],
  [{ step: 'order', outcome: 'failed', reason: 'rejected', detail: '422 invalid' }, 'Certn refused the order: 422 invalid'],
  [
    { step: 'order', outcome: 'failed', reason: 'rejected', detail: '400 package:does_not_exist' },
    'Certn refused the order: Certn does not know the id of the package: correct it under Packages, and order again · 400 package:does_not_exist',
  ],
  [{ step: 'lookup', outcome: 'failed', reason: 'no-case-found' }, 'Certn has no case yet; it is ordered again'],
  [{ step: 'tag', reason: 'unauthorized' }, 'Writing the tag in Lever did not work yet: The API key was refused'],
  [
    { kind: 'status', outcome: 'pending', detail: 'APPLICANT_OPENED' },
    'The applicant opened the invitation: Tag: CERTN - Pending',
  ],
  [{ kind: 'status', outcome: 'complete', detail: 'COMPLETE' }, 'The check is complete: Tag: CERTN - Complete'],
  [
    { kind: 'status', outcome: 'error', reason: 'declined', detail: 'APPLICANT_DECLINED' },
    'The check ended in an error: The applicant declined · Tag: CERTN - ERROR (Declined)',
  ],
  [
    { kind: 'status', outcome: 'cancelled', reason: 'left-stage' },
    'The check was cancelled: The candidate is not in the trigger stage',
  ],
  [{ kind: 'done', step: 'tag', outcome: 'ok', detail: 'CERTN - Pending' }, 'The tag was written in Lever: CERTN - Pending'],
  [{ kind: 'done', step: 'tag', outcome: 'removed' }, 'Our tag was removed in Lever'],
  [{ kind: 'done', step: 'link', outcome: 'ok' }, 'The link to the report was added in Lever'],
  [
    { kind: 'problem', outcome: 'raised', reason: 'needs-attention', detail: 'several-cases' },
    'Waits for a person: Nobody can tell whether Certn made a case · Several cases fit',
  ],
  [{ kind: 'problem', outcome: 'cleared', reason: 'case-not-visible' }, 'Solved: Certn no longer shows the case'],
  [{ kind: 'command', outcome: 'order', detail: 'agreed by phone' }, 'Ordered by hand: agreed by phone'],
  [{ kind: 'command', outcome: 'resolve', detail: 'drop' }, 'Settled by dropping the check'],
  [{ kind: 'command', outcome: 'report-opened' }, 'The report was opened'],
])('a line %j says: %s', (over, expected) => {
  const { title, text } = lineWords(line(over), 'classic');
  expect(text ? `${title}: ${text}` : title).toBe(expected);
});

test('a line of a kind nobody knows still says something', () => {
  expect(lineWords(line({ kind: 'new-kind', reason: 'new-reason' }), 'classic')).toEqual({
    title: 'New kind',
    text: 'New reason',
  });
});

test('a status line has the tag of the team’s profile', () => {
  expect(lineWords(line({ kind: 'status', outcome: 'analyzing' }), 'current').text).toBe('Tag: CERTN - In Progress');
});

test('every reason of a check has words of its own', () => {
  expect(CHECK_REASONS.filter((reason) => !hasWords(reason))).toEqual([]);
  expect(reasonLabel('a-new-reason')).toBe('A new reason');
  expect(reasonLabel('constructor')).toBe('Constructor');
});

test('every verdict has words that are not its code', () => {
  for (const verdict of VERDICTS) expect(verdictWords(verdict).label).not.toBe(verdict.replaceAll('-', ' '));
  expect(verdictWords('brand-new')).toEqual({ label: 'brand new', cure: null });
});

describe.each(TAG_PROFILES)('the filter by status, %s', (profile) => {
  test('offers every status once, and each word once', () => {
    const choices = statusChoices(profile);
    expect(choices.flatMap(({ statuses }) => statuses).sort()).toEqual([...CANDIDATE_STATUSES].sort());
    expect(new Set(choices.map(({ label }) => label)).size).toBe(choices.length);
  });
});

test('what was cancelled before it was ordered wants no tag and still has a word', () => {
  expect(statusLabel('cancelled', { status: 'cancelled' }, 'classic')).toBe('Cancelled');
  expect(statusLabel('cancelled', { status: 'cancelled', caseId: 'c' }, 'classic')).toBe('CERTN - Cancelled');
  expect(profileOf('nonsense')).toBe('classic');
});
