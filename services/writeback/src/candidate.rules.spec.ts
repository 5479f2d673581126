import {
  CHECK_REASONS,
  CHECK_STATUSES,
  isNewer,
  statusTag,
  TAG_PROFILES,
  type TagProfile,
} from '@lever-certn/events/check-statuses.rules';
import { hasReportLink, isOpen, positionOf, reportLink, tagChange, tagColumn } from './candidate.rules';

const CLASSIC = ['CERTN - Pending', 'CERTN - Analyzing', 'CERTN - Partial', 'CERTN - Complete'];

describe('what is changed on an opportunity', () => {
  it.each<[string, string[], string | null, { add: string | null; remove: string[] }]>([
    ['nothing is there', [], 'CERTN - Pending', { add: 'CERTN - Pending', remove: [] }],
    ['it is there alone', ['CERTN - Pending'], 'CERTN - Pending', { add: null, remove: [] }],
    ['another of ours is there', ['CERTN - Pending'], 'CERTN - Partial', { add: 'CERTN - Partial', remove: ['CERTN - Pending'] }],
    [
      'all of ours are there',
      CLASSIC,
      'CERTN - Partial',
      { add: null, remove: CLASSIC.filter((tag) => tag !== 'CERTN - Partial') },
    ],
    [
      'one of the other profile is there',
      ['CERTN - In Progress'],
      'CERTN - Analyzing',
      { add: 'CERTN - Analyzing', remove: ['CERTN - In Progress'] },
    ],
    [
      'an error of ours is there',
      ['CERTN - ERROR (No Email)'],
      'CERTN - Pending',
      { add: 'CERTN - Pending', remove: ['CERTN - ERROR (No Email)'] },
    ],
    ['it is there in another spelling', [' certn - PENDING '], 'CERTN - Pending', { add: null, remove: [] }],
    [
      'it is there in two spellings',
      ['certn - pending', 'CERTN - Pending'],
      'CERTN - Pending',
      { add: null, remove: ['certn - pending'] },
    ],
    [
      'it is there in two wrong spellings',
      ['certn - pending', 'Certn - Pending'],
      'CERTN - Pending',
      { add: null, remove: ['Certn - Pending'] },
    ],
    [
      'another is there in another spelling',
      ['Certn - pending'],
      'CERTN - Partial',
      { add: 'CERTN - Partial', remove: ['Certn - pending'] },
    ],
    ['the same is listed twice', ['CERTN - Pending', 'CERTN - Pending'], 'CERTN - Pending', { add: null, remove: [] }],
    [
      'none is wanted',
      ['CERTN - Pending', 'Basic', 'CERTN - Complete'],
      null,
      { add: null, remove: ['CERTN - Pending', 'CERTN - Complete'] },
    ],
    ['none is wanted and none is there', ['Basic'], null, { add: null, remove: [] }],
    [
      'foreign tags look like ours',
      [
        'CERTN',
        'CERTN - ',
        'CERTN - Pending review',
        'CERTN-Pending',
        'Pending',
        'CERTN - ERROR',
        'CERTN - ERROR (Other)',
        'Basic',
      ],
      'CERTN - Pending',
      { add: 'CERTN - Pending', remove: [] },
    ],
  ])('when %s', (_, tags, wanted, change) => expect(tagChange(tags, wanted)).toEqual(change));

  const everyTag = (profile: TagProfile): string[] =>
    CHECK_STATUSES.flatMap((status) =>
      [undefined, ...CHECK_REASONS].flatMap((reason) =>
        [undefined, 'APPLICANT_STARTED'].map((caseStatus) =>
          tagColumn({ status, caseId: 'case', ...(reason ? { reason } : {}), ...(caseStatus ? { caseStatus } : {}) }, profile),
        ),
      ),
    );

  it('leaves exactly the wanted tag of ours and every foreign one, from any tags of either profile', () => {
    const all = [...new Set(TAG_PROFILES.flatMap(everyTag))];
    for (const wanted of all) {
      const { add, remove } = tagChange(['Basic', ...all, 'Posting'], wanted);
      const left = ['Basic', ...all, 'Posting'].filter((tag) => !remove.includes(tag));
      expect([...left, ...(add ? [add] : [])].sort()).toEqual(['Basic', 'Posting', wanted].sort());
    }
  });
});

describe('the tag of a check', () => {
  it('is none for a check that was cancelled before it was ordered', () => {
    expect(tagColumn({ status: 'cancelled', reason: 'left-stage' }, 'classic')).toBe('');
    expect(tagColumn({ status: 'cancelled', caseId: 'case-1' }, 'classic')).toBe('CERTN - Cancelled');
  });

  it('is what the profile says', () => {
    expect(tagColumn({ status: 'pending' }, 'current')).toBe(statusTag({ status: 'pending' }, 'current'));
  });
});

describe('the link of a check', () => {
  const link = reportLink('https://console.example.com', 'c-1');

  it('is the report of the check in the console', () => expect(link).toBe('https://console.example.com/reports/c-1'));

  it.each([[link], [` ${link}/ `], ['http://old.example.com/console/reports/c-1']])('is there as %j', (there) =>
    expect(hasReportLink(['https://example.com', there], 'c-1')).toBe(true),
  );

  it.each([['https://console.example.com/reports/c-11'], ['https://console.example.com/reports/'], ['c-1']])(
    'is not there as %j',
    (there) => expect(hasReportLink([there], 'c-1')).toBe(false),
  );
});

describe('the newest check', () => {
  it.each([
    [
      'a later transition',
      { transitionAt: '2026-03-02T12:00:00.001Z', version: 1 },
      { transitionAt: '2026-03-02T12:00:00.000Z', version: 9 },
    ],
    [
      'a later version',
      { transitionAt: '2026-03-02T12:00:00.000Z', version: 10 },
      { transitionAt: '2026-03-02T12:00:00.000Z', version: 9 },
    ],
    [
      'the largest version',
      { transitionAt: '2026-03-02T12:00:00.000Z', version: 2_147_483_647 },
      { transitionAt: '2026-03-02T12:00:00.000Z', version: 999_999_999 },
    ],
  ])('is the one with %s', (_, newer, older) => {
    expect(isNewer(newer, older)).toBe(true);
    expect(positionOf(newer) > positionOf(older)).toBe(true);
  });
});

describe('an open check', () => {
  it.each(CHECK_STATUSES.map((status) => [status]))('%s', (status) => {
    expect(isOpen(status, undefined)).toBe(['pending', 'analyzing', 'partial'].includes(status));
  });
  it('is one that needs attention, but no other error', () => {
    expect(CHECK_REASONS.filter((reason) => isOpen('error', reason))).toEqual(['needs-attention']);
  });
});
