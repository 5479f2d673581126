import type { Case, CertnCheck, CertnEvent } from './certn-account';

/** What may happen to a case: the applicant's part, Certn's part, and what goes wrong. */
export const CASE_ACTIONS = [
  'open',
  'start',
  'submit',
  'begin',
  'complete-service',
  'complete',
  'decline',
  'expire',
  'bounce',
  'resend',
  'cancel',
  'dispute',
  'ask-applicant',
  'ask-client',
] as const;
export type CaseAction = (typeof CASE_ACTIONS)[number];

export interface CaseStep {
  action: CaseAction;
  /** Which check; the first unfinished one unless named (id or type). */
  check?: string;
  /** CLEAR unless named. */
  score?: string;
}

/** Tells the world of a change; `check` where it is one of a check. */
export type Announce = (about: Case, event: CertnEvent, check?: CertnCheck) => void;

const CLOSED = new Set(['COMPLETE', 'CANCELLED', 'SUPERSEDED']);

const STATUS_OF: Partial<Record<CaseAction, string>> = {
  open: 'APPLICANT_OPENED',
  start: 'APPLICANT_STARTED',
  submit: 'APPLICANT_SUBMITTED',
  begin: 'IN_PROGRESS',
  decline: 'APPLICANT_DECLINED',
  expire: 'APPLICANT_EXPIRED',
  bounce: 'INVITE_UNDELIVERABLE',
  resend: 'APPLICANT_INVITED',
  cancel: 'CANCELLED',
  dispute: 'IN_DISPUTE',
  'ask-applicant': 'APPLICANT_ACTION_REQUIRED',
  'ask-client': 'CLIENT_ACTION_REQUIRED',
};

/** Moves cases along as Certn would. Any step is allowed in any state, since statuses may also go backwards. */
export class CaseProgress {
  constructor(private readonly announce: Announce) {}

  take(about: Case, { action, check, score = 'CLEAR' }: CaseStep): void {
    if (action === 'complete-service') return this.completeService(about, check, score);
    if (action === 'complete') return this.completeAll(about, score);
    if (action === 'submit') this.setChecks(about, 'IN_PROGRESS');
    if (action === 'cancel') this.setChecks(about, 'CANCELLED');
    if (action === 'resend') about.account.mail(about, 'A reminder of your background check');
    this.setStatus(about, STATUS_OF[action] as string);
  }

  /** Sets the case's own status, whatever it was; says nothing if nothing changed. */
  setStatus(about: Case, status: string, score: string | null = about.score): void {
    if (about.status === status && about.score === score) return;
    about.status = status;
    about.score = score;
    touch(about);
    this.announce(about, 'CASE_STATUS_CHANGED');
  }

  /** Sets one check, by its id or type. Answers whether there is such a one. */
  setCheck(about: Case, idOrType: string, status: string, score: string | null = null): boolean {
    const check = findCheck(about, idOrType);
    if (!check) return false;
    check.status = status;
    check.score = score;
    touch(about);
    this.announce(about, 'CHECK_STATUS_CHANGED', check);
    return true;
  }

  private setChecks(about: Case, status: string): void {
    for (const check of about.checks) if (!CLOSED.has(check.status)) this.setCheck(about, check.id, status);
  }

  private completeService(about: Case, named: string | undefined, score: string): void {
    const check = named === undefined ? about.checks.find((one) => !CLOSED.has(one.status)) : findCheck(about, named);
    if (!check) return;
    this.setCheck(about, check.id, 'COMPLETE', score);
    if (about.checks.every((one) => CLOSED.has(one.status))) this.setStatus(about, 'COMPLETE', worstScore(about.checks));
    else this.setStatus(about, 'IN_PROGRESS');
  }

  private completeAll(about: Case, score: string): void {
    for (const check of about.checks) if (!CLOSED.has(check.status)) this.setCheck(about, check.id, 'COMPLETE', score);
    this.setStatus(about, 'COMPLETE', worstScore(about.checks) ?? score);
  }
}

/** The step a case would take by itself, or `null` if it has come to its end. */
export function nextStep(about: Case): { by: 'applicant' | 'services'; step: CaseStep } | null {
  switch (about.status) {
    case 'APPLICANT_INVITED':
      return { by: 'applicant', step: { action: 'open' } };
    case 'APPLICANT_OPENED':
      return { by: 'applicant', step: { action: 'start' } };
    case 'APPLICANT_STARTED':
      return { by: 'applicant', step: { action: 'submit' } };
    case 'APPLICANT_SUBMITTED':
      return { by: 'services', step: { action: 'begin' } };
    case 'IN_PROGRESS':
      return { by: 'services', step: { action: 'complete-service' } };
    default:
      return null;
  }
}

function findCheck(about: Case, idOrType: string): CertnCheck | undefined {
  return about.checks.find((one) => one.id === idOrType || one.type === idOrType);
}

function worstScore(checks: readonly CertnCheck[]): string | null {
  const scores = checks.map((check) => check.score).filter((score) => score !== null);
  return ['REJECT', 'REVIEW', 'CLEAR'].find((score) => scores.includes(score)) ?? scores[0] ?? null;
}

/** `modified` always grows, so that a list tells what changed. */
function touch(about: Case): void {
  about.modifiedMs = Math.max(Date.now(), about.modifiedMs + 1);
}
