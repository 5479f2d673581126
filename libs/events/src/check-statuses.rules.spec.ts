import { isNewer, isStatusTag, statusTag, type CheckReason, type TagFacts } from './check-statuses.rules';

const ordered = { caseId: 'case-1' };

describe('the tag a check wants', () => {
  it.each<[string, TagFacts, string | null, string | null]>([
    ['ordered', { status: 'pending', ...ordered, caseStatus: 'APPLICANT_INVITED' }, 'CERTN - Pending', 'CERTN - Submitted'],
    [
      'started by the applicant',
      { status: 'pending', ...ordered, caseStatus: 'APPLICANT_STARTED' },
      'CERTN - Pending',
      'CERTN - Applicant Started',
    ],
    ['under way, nothing done', { status: 'analyzing', ...ordered }, 'CERTN - Analyzing', 'CERTN - In Progress'],
    ['under way, something done', { status: 'partial', ...ordered }, 'CERTN - Partial', 'CERTN - In Progress'],
    ['complete', { status: 'complete', ...ordered }, 'CERTN - Complete', 'CERTN - Complete'],
    [
      'complete and clear, shared',
      { status: 'complete', ...ordered, result: 'clear' },
      'CERTN - Complete',
      'CERTN - Complete (Clear)',
    ],
    [
      'complete and to review, shared',
      { status: 'complete', ...ordered, result: 'review' },
      'CERTN - Complete',
      'CERTN - Complete (Review)',
    ],
    ['cancelled at Certn', { status: 'cancelled', ...ordered }, 'CERTN - Cancelled', 'CERTN - Cancelled'],
    ['cancelled before it was ordered', { status: 'cancelled', reason: 'left-stage' }, null, null],
  ])('%s', (_, facts, classic, current) => {
    expect([statusTag(facts, 'classic'), statusTag(facts, 'current')]).toEqual([classic, current]);
  });

  it.each<[CheckReason, string]>([
    ['no-email', 'No Email'],
    ['several-packages', 'Several Packages'],
    ['no-package', 'No Package'],
    ['package-inactive', 'Package Inactive'],
    ['invite-undeliverable', 'Invite Undeliverable'],
    ['invite-expired', 'Invite Expired'],
    ['declined', 'Declined'],
    ['rejected', 'Rejected'],
    ['needs-attention', 'Needs Attention'],
  ])('error %s is the same in both profiles, and ours', (reason, word) => {
    const facts = { status: 'error', reason } as const;
    expect([statusTag(facts, 'classic'), statusTag(facts, 'current')]).toEqual([
      `CERTN - ERROR (${word})`,
      `CERTN - ERROR (${word})`,
    ]);
    expect(isStatusTag(`CERTN - ERROR (${word})`)).toBe(true);
  });
});

describe('which tags are ours', () => {
  it.each(['CERTN - Pending', ' certn - pending ', 'CERTN - In Progress', 'CERTN - Complete (Review)', 'CERTN - Cancelled'])(
    '"%s" is',
    (tag) => {
      expect(isStatusTag(tag)).toBe(true);
    },
  );

  it.each(['CERTN', 'CERTN - Something Else', 'Pending', 'Packages A'])('"%s" is not', (tag) => {
    expect(isStatusTag(tag)).toBe(false);
  });
});

describe('the newer of two checks of one opportunity', () => {
  const early = '2026-01-01T00:00:00.000Z';
  const late = '2026-01-02T00:00:00.000Z';
  it.each([
    ['a later transition', { transitionAt: late, version: 1 }, { transitionAt: early, version: 9 }, true],
    ['an earlier transition', { transitionAt: early, version: 9 }, { transitionAt: late, version: 1 }, false],
    ['a later version of the same', { transitionAt: early, version: 2 }, { transitionAt: early, version: 1 }, true],
    ['the same', { transitionAt: early, version: 1 }, { transitionAt: early, version: 1 }, false],
  ])('%s', (_, a, b, newer) => {
    expect(isNewer(a, b)).toBe(newer);
  });
});
