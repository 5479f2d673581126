import type { CheckReason, CheckResult, CheckStatus } from '@lever-certn/events/check-statuses.rules';

/** What the status of a check is made from: Certn's own words. */
export interface CaseFacts {
  status: string;
  score: string | null;
  services: readonly { status: string }[];
}

/** What a case means for its check. */
export interface CaseMeaning {
  /** `null`: Certn said a word we do not know; the status stays what it was. */
  status: CheckStatus | null;
  reason: CheckReason | null;
  /** Superseded and cancelled services do not count. */
  servicesTotal: number;
  servicesDone: number;
  /** Of a complete case, as far as Certn has told. */
  result: CheckResult | null;
}

type Stage = 'waiting' | 'working' | 'complete' | 'cancelled' | 'invite-undeliverable' | 'invite-expired' | 'declined';

/** Every word of a case we know (CertnCentric's `overall_status`; `APPLICANT_DECLINED` as the portal's help names it). */
const STAGES: Readonly<Record<string, Stage>> = {
  DRAFT: 'waiting',
  CASE_ORDERED: 'waiting',
  APPLICANT_INVITED: 'waiting',
  APPLICANT_OPENED: 'waiting',
  APPLICANT_STARTED: 'waiting',
  APPLICANT_SUBMITTED: 'working',
  IN_PROGRESS: 'working',
  APPLICANT_ACTION_REQUIRED: 'working',
  CLIENT_ACTION_REQUIRED: 'working',
  IN_DISPUTE: 'working',
  COMPLETE: 'complete',
  CANCELLED: 'cancelled',
  INVITE_UNDELIVERABLE: 'invite-undeliverable',
  APPLICANT_EXPIRED: 'invite-expired',
  APPLICANT_DECLINED: 'declined',
};

const NOT_COUNTED: ReadonlySet<string> = new Set(['SUPERSEDED', 'CANCELLED']);
const DONE = 'COMPLETE';

/** What a freshly read case means. Never a ladder: a case may go backwards, and its check with it. */
export function meaningOf(found: CaseFacts): CaseMeaning {
  const counted = found.services.filter((service) => !NOT_COUNTED.has(service.status));
  const servicesDone = counted.filter((service) => service.status === DONE).length;
  return {
    ...statusOf(Object.hasOwn(STAGES, found.status) ? STAGES[found.status] : undefined, servicesDone),
    servicesTotal: counted.length,
    servicesDone,
    result: found.status === DONE && found.score !== null ? (found.score === 'CLEAR' ? 'clear' : 'review') : null,
  };
}

function statusOf(stage: Stage | undefined, servicesDone: number): { status: CheckStatus | null; reason: CheckReason | null } {
  switch (stage) {
    case 'waiting':
      return { status: 'pending', reason: null };
    case 'working':
      return { status: servicesDone > 0 ? 'partial' : 'analyzing', reason: null };
    case 'complete':
    case 'cancelled':
      return { status: stage, reason: null };
    case 'invite-undeliverable':
    case 'invite-expired':
    case 'declined':
      return { status: 'error', reason: stage };
    case undefined:
      return { status: null, reason: null };
  }
}

/** Whether Certn still works on a case, or waits for somebody, so that it is read again by itself. An unknown word counts as running. */
export function isRunning(caseStatus: string | null): boolean {
  const stage = caseStatus !== null && Object.hasOwn(STAGES, caseStatus) ? STAGES[caseStatus] : undefined;
  return stage === undefined || stage === 'waiting' || stage === 'working';
}
