import type { CheckRow } from './check-row';
import { isOpenState, publishedStatus, type CheckState } from './check-state.rules';
import { meaningOf } from './case-status.rules';

/** A case as Certn answers it, as far as a check shows it. */
export interface FoundCase {
  id: string;
  status: string;
  score: string | null;
  services: readonly { id: string | null; status: string }[];
  modifiedMs: number | null;
}

/** The row a freshly read case makes of a check. */
export interface CaseApplied {
  next: CheckRow;
  /** Something that others see changed; `next` then has the next version. */
  isNews: boolean;
  /** Certn said a word we do not know: the status stays as it was. */
  isUnknown: boolean;
}

const MAX_SERVICE_IDS = 200;

/**
 * Makes a check show its case. A closed check whose case Certn reopened changes its status and stays closed for the unique key; `result` counts as
 * news only where the team shares results.
 */
export function applyCase(row: CheckRow, found: FoundCase, shareResults: boolean): CaseApplied {
  const meaning = meaningOf(found);
  const hadCase = row.caseId === found.id;
  // An order's answer without a status says nothing; a reading follows.
  const isUnknown = meaning.status === null && (hadCase || found.status !== '');
  const keepsStatus = isUnknown && hadCase && row.caseStatus !== null && publishedStatus(row) !== null;
  const state: CheckState = keepsStatus ? row.state : (meaning.status ?? 'pending');
  const shown = keepsStatus ? row : { ...meaning, caseStatus: found.status || null, statusReason: meaning.reason };
  const next: CheckRow = {
    ...row,
    state,
    statusReason: shown.statusReason,
    isOpen: row.isOpen && isOpenState(state),
    hasAttemptKey: false,
    applicant: null,
    caseId: found.id,
    caseStatus: shown.caseStatus,
    caseResult: keepsStatus ? row.caseResult : meaning.result,
    servicesTotal: shown.servicesTotal,
    servicesDone: shown.servicesDone,
    serviceIds: serviceIds(row, found),
    caseModifiedAt: found.modifiedMs === null ? row.caseModifiedAt : new Date(found.modifiedMs).toISOString(),
    problem: isUnknown ? 'unknown-status' : null,
    resolution: null,
    resolutionCaseId: null,
  };
  const isNews =
    !hadCase || SHOWN.some((field) => row[field] !== next[field]) || (shareResults && row.caseResult !== next.caseResult);
  if (isNews) next.version = row.version + 1;
  return { next, isNews, isUnknown };
}

/** Whether a case says all that a reading would. Certn's answer to an order is known to name the case's id and little else for sure. */
export function isWhole(found: FoundCase): boolean {
  return found.status !== '' && found.services.length > 0 && found.services.every(({ id }) => id !== null);
}

const SHOWN = ['state', 'statusReason', 'caseStatus', 'servicesTotal', 'servicesDone'] as const;

function serviceIds(row: CheckRow, found: FoundCase): readonly string[] {
  const ids = found.services.flatMap(({ id }) => (id === null ? [] : [id]));
  const fresh = ids.filter((id) => !row.serviceIds.includes(id));
  return fresh.length === 0 ? row.serviceIds : [...row.serviceIds, ...fresh].slice(-MAX_SERVICE_IDS);
}
