import { isRunning, meaningOf, type CaseMeaning } from './case-status.rules';

const services = (...statuses: string[]) => statuses.map((status) => ({ status }));
const meaning = (status: string, ...statuses: string[]) => meaningOf({ status, score: null, services: services(...statuses) });

/** Every word of Certn, without a finished service and with one. */
const TABLE: [string, CaseMeaning['status'], CaseMeaning['status'], CaseMeaning['reason'], boolean][] = [
  ['DRAFT', 'pending', 'pending', null, true],
  ['CASE_ORDERED', 'pending', 'pending', null, true],
  ['APPLICANT_INVITED', 'pending', 'pending', null, true],
  ['APPLICANT_OPENED', 'pending', 'pending', null, true],
  ['APPLICANT_STARTED', 'pending', 'pending', null, true],
  ['APPLICANT_SUBMITTED', 'analyzing', 'partial', null, true],
  ['IN_PROGRESS', 'analyzing', 'partial', null, true],
  ['APPLICANT_ACTION_REQUIRED', 'analyzing', 'partial', null, true],
  ['CLIENT_ACTION_REQUIRED', 'analyzing', 'partial', null, true],
  ['IN_DISPUTE', 'analyzing', 'partial', null, true],
  ['COMPLETE', 'complete', 'complete', null, false],
  ['CANCELLED', 'cancelled', 'cancelled', null, false],
  ['INVITE_UNDELIVERABLE', 'error', 'error', 'invite-undeliverable', false],
  ['APPLICANT_EXPIRED', 'error', 'error', 'invite-expired', false],
  ['APPLICANT_DECLINED', 'error', 'error', 'declined', false],
  ['SOMETHING_NEW', null, null, null, true],
  ['toString', null, null, null, true],
  ['', null, null, null, true],
];

describe('what a case means', () => {
  it.each(TABLE)('%s: %s, with a finished service %s, reason %s, running %s', (word, none, some, reason, running) => {
    expect(meaning(word, 'IN_PROGRESS')).toMatchObject({ status: none, reason, servicesDone: 0, servicesTotal: 1 });
    expect(meaning(word, 'IN_PROGRESS', 'COMPLETE')).toMatchObject({ status: some, reason, servicesDone: 1, servicesTotal: 2 });
    expect(isRunning(word)).toBe(running);
  });

  it('leaves superseded and cancelled services out of the total', () => {
    expect(meaning('IN_PROGRESS', 'SUPERSEDED', 'CANCELLED', 'COMPLETE', 'IN_PROGRESS')).toMatchObject({
      status: 'partial',
      servicesTotal: 2,
      servicesDone: 1,
    });
    expect(meaning('IN_PROGRESS', 'SUPERSEDED')).toMatchObject({ status: 'analyzing', servicesTotal: 0, servicesDone: 0 });
  });

  it('counts only COMPLETE as done, whatever other words services have', () => {
    expect(meaning('IN_PROGRESS', 'AWAITING_APPLICANT_SUBMISSION', 'IN_DISPUTE', 'NEW_WORD')).toMatchObject({ servicesDone: 0 });
  });

  it.each<[string, string | null, CaseMeaning['result']]>([
    ['COMPLETE', 'CLEAR', 'clear'],
    ['COMPLETE', 'REVIEW', 'review'],
    ['COMPLETE', 'REJECT', 'review'],
    ['COMPLETE', 'NOT_APPLICABLE', 'review'],
    ['COMPLETE', 'RESTRICTED', 'review'],
    ['COMPLETE', 'NEW_SCORE', 'review'],
    ['COMPLETE', null, null],
    ['IN_PROGRESS', 'CLEAR', null],
    ['CANCELLED', 'CLEAR', null],
  ])('%s with score %s has result %s', (status, score, result) => {
    expect(meaningOf({ status, score, services: [] }).result).toBe(result);
  });

  it('goes backwards with the case', () => {
    expect(meaning('COMPLETE', 'COMPLETE').status).toBe('complete');
    expect(meaning('IN_DISPUTE', 'COMPLETE').status).toBe('partial');
    expect(meaning('IN_DISPUTE', 'IN_DISPUTE').status).toBe('analyzing');
  });

  it('reads a case without services', () => {
    expect(meaning('IN_PROGRESS')).toEqual({
      status: 'analyzing',
      reason: null,
      servicesTotal: 0,
      servicesDone: 0,
      result: null,
    });
    expect(isRunning(null)).toBe(true);
  });
});
