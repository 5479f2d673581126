import {
  REQUEST_PROBLEMS,
  type CheckReason,
  type CheckStatus,
  type RequestProblem,
} from '@lever-certn/events/check-statuses.rules';

/**
 * Where a check's row stands. Beyond the statuses other systems see:
 * - `requested`: to be ordered; `ordering`: an attempt is under way, or nobody knows yet how it ended;
 * - `needs-attention`: a person must say whether a case exists (seen outside as status `error`, reason `needs-attention`);
 * - `already-open`, `superseded`: never to be ordered, and said nowhere but in the timeline;
 * - `erased`: only the ids are left.
 */
export const CHECK_STATES = [
  'requested',
  'ordering',
  'needs-attention',
  'pending',
  'analyzing',
  'partial',
  'complete',
  'error',
  'cancelled',
  'already-open',
  'superseded',
  'erased',
] as const;
export type CheckState = (typeof CHECK_STATES)[number];

const OPEN: ReadonlySet<CheckState> = new Set(['requested', 'ordering', 'needs-attention', 'pending', 'analyzing', 'partial']);
const CURABLE: ReadonlySet<string> = new Set(REQUEST_PROBLEMS);

/** Whether a check that stands there keeps others of its opportunity from being ordered. */
export function isOpenState(state: CheckState): boolean {
  return OPEN.has(state);
}

/** Whether a later look may cure the check: nothing was ordered, because of what was found in Lever or in the settings. */
export function isCurable(check: { state: CheckState; statusReason: CheckReason | null }): boolean {
  return check.state === 'error' && check.statusReason !== null && CURABLE.has(check.statusReason);
}

/** The status others see, and its reason; `null` where they see none yet, or never will. */
export function publishedStatus(check: {
  state: CheckState;
  statusReason: CheckReason | null;
}): { status: CheckStatus; reason?: CheckReason } | null {
  switch (check.state) {
    case 'requested':
    case 'ordering':
    case 'already-open':
    case 'superseded':
    case 'erased':
      return null;
    case 'needs-attention':
      return { status: 'error', reason: 'needs-attention' };
    case 'pending':
    case 'analyzing':
    case 'partial':
    case 'complete':
    case 'error':
    case 'cancelled':
      return { status: check.state, ...(check.statusReason ? { reason: check.statusReason } : {}) };
  }
}

/** A problem as a value that may be absent. */
export type ProblemOrNone = RequestProblem | null;
