import { applyCase, type FoundCase } from './case-facts.rules';
import { statusEvent } from './check-event.rules';
import type { CheckRow } from './check-row';
import { checkRow } from './check-row.fixture';

const found = (status: string, change: Partial<FoundCase> = {}): FoundCase => ({
  id: 'case',
  status,
  score: null,
  services: [{ id: 's1', status: 'IN_PROGRESS' }],
  modifiedMs: null,
  ...change,
});
const ordering = checkRow({ state: 'ordering', hasAttemptKey: true, attempt: 1 });
const shown = (status: string, row: CheckRow = ordering): CheckRow => applyCase(row, found(status), false).next;

describe('a case read for its check', () => {
  it('that is new to it is news, ends the attempt and lets go of the applicant', () => {
    const { next, isNews } = applyCase(ordering, found('CASE_ORDERED'), false);
    expect(isNews).toBe(true);
    expect(next).toMatchObject({
      state: 'pending',
      caseId: 'case',
      version: 1,
      hasAttemptKey: false,
      applicant: null,
      isOpen: true,
    });
    expect(next.serviceIds).toEqual(['s1']);
  });

  it('that says the same again is no news, though Certn touched it', () => {
    const { next, isNews } = applyCase(shown('APPLICANT_INVITED'), found('APPLICANT_INVITED', { modifiedMs: 1000 }), false);
    expect(isNews).toBe(false);
    expect(next).toMatchObject({ version: 1, caseModifiedAt: '1970-01-01T00:00:01.000Z' });
  });

  it.each<[string, Partial<FoundCase>]>([
    ['another word for the same status', { status: 'APPLICANT_OPENED' }],
    [
      'one more service',
      {
        services: [
          { id: 's1', status: 'IN_PROGRESS' },
          { id: 's2', status: 'IN_PROGRESS' },
        ],
      },
    ],
    ['another status', { status: 'IN_PROGRESS' }],
  ])('with %s is news', (_title, change) => {
    const { next, isNews } = applyCase(shown('APPLICANT_INVITED'), found('APPLICANT_INVITED', change), false);
    expect(isNews).toBe(true);
    expect(next.version).toBe(2);
  });

  it('closes the check, and reopened shows its status but stays closed', () => {
    const complete = shown('COMPLETE', shown('IN_PROGRESS'));
    expect(complete).toMatchObject({ state: 'complete', isOpen: false });
    expect(shown('IN_DISPUTE', complete)).toMatchObject({ state: 'analyzing', isOpen: false, version: 3 });
  });

  it('with a word we do not know keeps everything others see', () => {
    const before = shown('IN_PROGRESS');
    const { next, isNews, isUnknown } = applyCase(before, found('HOVERING', { services: [], score: 'CLEAR' }), true);
    expect({ isNews, isUnknown }).toEqual({ isNews: false, isUnknown: true });
    expect(next).toMatchObject({ state: 'analyzing', caseStatus: 'IN_PROGRESS', servicesTotal: 1, problem: 'unknown-status' });
    expect(shown('IN_PROGRESS', next).problem).toBeNull();
  });

  it('without a word when it is read is a problem too, and changes nothing that others see', () => {
    const { next, isNews, isUnknown } = applyCase(shown('IN_PROGRESS'), found('', { services: [] }), false);
    expect({ isNews, isUnknown }).toEqual({ isNews: false, isUnknown: true });
    expect(next).toMatchObject({ state: 'analyzing', caseStatus: 'IN_PROGRESS', servicesTotal: 1, problem: 'unknown-status' });
  });

  it('with such a word at its order is pending, since it exists', () => {
    expect(shown('HOVERING')).toMatchObject({ state: 'pending', caseStatus: 'HOVERING', problem: 'unknown-status', version: 1 });
  });

  it('without a word at its order is pending and no problem, and shows the word that is read then, though nobody knows it', () => {
    const made = shown('');
    expect(made).toMatchObject({ state: 'pending', caseStatus: null, problem: null });
    const { next, isNews, isUnknown } = applyCase(made, found('HOVERING'), false);
    expect({ isNews, isUnknown }).toEqual({ isNews: true, isUnknown: true });
    expect(next).toMatchObject({ state: 'pending', caseStatus: 'HOVERING', servicesTotal: 1, problem: 'unknown-status' });
  });

  it.each([
    [false, false],
    [true, true],
  ])('with a late score is news where the team shares results: %s', (shares, isNews) => {
    const complete = shown('COMPLETE');
    const late = applyCase(complete, found('COMPLETE', { score: 'CLEAR' }), shares);
    expect(late.isNews).toBe(isNews);
    expect(late.next.caseResult).toBe('clear');
  });

  it('remembers every service an event may name, and no service twice', () => {
    const more = found('IN_PROGRESS', {
      services: [
        { id: 's2', status: 'X' },
        { id: null, status: 'X' },
        { id: 's1', status: 'X' },
      ],
    });
    expect(applyCase(shown('IN_PROGRESS'), more, false).next.serviceIds).toEqual(['s1', 's2']);
  });
});

describe('what others are told', () => {
  const at = '2026-01-02T03:04:05.000Z';

  it('is ids, status, times, and nothing of the person', () => {
    const row = shown('APPLICANT_STARTED');
    expect(statusEvent({ ...row, email: 'ana@example.com' }, at, false)).toEqual({
      teamId: 'team',
      opportunityId: 'opportunity',
      checkId: 'check',
      transitionAt: row.transitionAt,
      version: 1,
      status: 'pending',
      servicesTotal: 1,
      servicesDone: 0,
      reportReady: false,
      occurredAt: at,
      caseId: 'case',
      caseStatus: 'APPLICANT_STARTED',
      packageName: 'Standard',
    });
  });

  it('has the result only where it is shared, and a report once a service is done', () => {
    const done = found('COMPLETE', { score: 'REVIEW', services: [{ id: 's1', status: 'COMPLETE' }] });
    const { next } = applyCase(ordering, done, true);
    expect(statusEvent(next, at, true)).toMatchObject({ result: 'review', reportReady: true, servicesDone: 1 });
    expect(statusEvent(next, at, false)).not.toHaveProperty('result');
  });

  it.each(['requested', 'ordering', 'already-open', 'superseded', 'erased'] as const)('is nothing of a check in %s', (state) => {
    expect(statusEvent(checkRow({ state }), at, true)).toBeNull();
  });

  it('is an error while a person is needed', () => {
    expect(statusEvent(checkRow({ state: 'needs-attention', version: 2 }), at, false)).toMatchObject({
      status: 'error',
      reason: 'needs-attention',
      version: 2,
    });
  });
});
