import { fromSqlTime } from '@lever-certn/database/sql-rows';
import type { RequestedPackage } from '@lever-certn/events/check-requested';
import type { CheckReason, CheckResult } from '@lever-certn/events/check-statuses.rules';
import type { DueRow } from '@lever-certn/reconcile/due-table';
import type { CheckState } from './check-state.rules';

/** One row of `checks`, as a turn works on it. Times are ISO 8601; ages are by the database's clock when the row was read. */
export interface CheckRow extends DueRow {
  /** Why it waited, when it was read. */
  waitReason: string | null;
  opportunityId: string;
  transitionAt: string;
  byHand: boolean;
  state: CheckState;
  statusReason: CheckReason | null;
  /** Of the newest `check-status-updated`; 0 while there is none. */
  version: number;
  isOpen: boolean;
  blockedBy: string | null;
  package: RequestedPackage | null;
  /** Sealed; null once it is no longer needed. */
  applicant: string | null;
  /** The check id it was sealed for: another than this row's where the facts came with a later move. */
  applicantOf: string | null;
  emailHash: string | null;
  /** Opened, while the row is in the hands of the process that recorded it. Never written, never logged. */
  email?: string;
  decidedAt: string;
  newerFactsAt: string | null;
  settingsVersion: number;
  attempt: number;
  hasAttemptKey: boolean;
  attemptedAt: string | null;
  firstAttemptedAt: string | null;
  lookups: number;
  lookedUpAgoMs: number | null;
  attemptedAgoMs: number | null;
  unclear: number;
  caseId: string | null;
  caseStatus: string | null;
  caseResult: CheckResult | null;
  servicesTotal: number;
  servicesDone: number;
  serviceIds: readonly string[];
  caseModifiedAt: string | null;
  /** What waits for a person beside the status: `case-not-visible`, `unknown-status` … */
  problem: string | null;
  resolution: string | null;
  resolutionCaseId: string | null;
  erasing: boolean;
  traceparent: string | null;
  /** When this process read the row, by its monotonic clock. */
  readAtMs: number;
}

/** What {@link checkRowOf} needs selected from `checks`. */
export const CHECK_COLUMNS = `check_id, team_id, account, hint, turn, attempts, reason, opportunity_id, transition_at, by_hand, state, status_reason,
  version, is_open, blocked_by, package, applicant, applicant_of, email_hash, decided_at, newer_facts_at, settings_version,
  attempt, attempt_key IS NOT NULL AS has_attempt_key, attempted_at, first_attempted_at, lookups,
  TIMESTAMPDIFF(MICROSECOND, looked_up_at, UTC_TIMESTAMP(6)) DIV 1000 AS looked_up_ago,
  TIMESTAMPDIFF(MICROSECOND, attempted_at, UTC_TIMESTAMP(6)) DIV 1000 AS attempted_ago,
  unclear, case_id, case_status, case_result, services_total, services_done, service_ids, case_modified_at, problem,
  resolution, resolution_case_id, erasing, traceparent`;

/** A row as the driver gives it, with the columns of {@link CHECK_COLUMNS}. */
export type CheckCells = Record<string, string | number | null>;

/** Reads a row. */
export function checkRowOf(cells: CheckCells): CheckRow {
  const text = (name: string): string | null => (cells[name] === null ? null : String(cells[name]));
  const number = (name: string): number => Number(cells[name]);
  const time = (name: string): string | null => (cells[name] === null ? null : fromSqlTime(String(cells[name])));
  const packageJson = text('package');
  const serviceIds = text('service_ids');
  return {
    id: text('check_id')!,
    teamId: text('team_id')!,
    account: text('account')!,
    hint: number('hint'),
    turn: number('turn'),
    attempts: number('attempts'),
    waitReason: text('reason'),
    opportunityId: text('opportunity_id')!,
    transitionAt: time('transition_at')!,
    byHand: number('by_hand') === 1,
    state: text('state') as CheckState,
    statusReason: text('status_reason') as CheckReason | null,
    version: number('version'),
    isOpen: number('is_open') === 1,
    blockedBy: text('blocked_by'),
    package: packageJson === null ? null : (JSON.parse(packageJson) as RequestedPackage),
    applicant: text('applicant'),
    applicantOf: text('applicant_of'),
    emailHash: text('email_hash'),
    decidedAt: time('decided_at')!,
    newerFactsAt: time('newer_facts_at'),
    settingsVersion: number('settings_version'),
    attempt: number('attempt'),
    hasAttemptKey: number('has_attempt_key') === 1,
    attemptedAt: time('attempted_at'),
    firstAttemptedAt: time('first_attempted_at'),
    lookups: number('lookups'),
    lookedUpAgoMs: cells.looked_up_ago === null ? null : number('looked_up_ago'),
    attemptedAgoMs: cells.attempted_ago === null ? null : number('attempted_ago'),
    unclear: number('unclear'),
    caseId: text('case_id'),
    caseStatus: text('case_status'),
    caseResult: text('case_result') as CheckResult | null,
    servicesTotal: number('services_total'),
    servicesDone: number('services_done'),
    serviceIds: serviceIds === null ? [] : (JSON.parse(serviceIds) as string[]),
    caseModifiedAt: time('case_modified_at'),
    problem: text('problem'),
    resolution: text('resolution'),
    resolutionCaseId: text('resolution_case_id'),
    erasing: number('erasing') === 1,
    traceparent: text('traceparent'),
    readAtMs: performance.now(),
  };
}

/** What keeps a second attempt for the same e-mail at the same account out. */
export function attemptKey({ account, emailHash }: CheckRow): string {
  return `${account}:${emailHash}`;
}

/** How long ago something was that was `agoMs` ago when the row was read. */
export function agoNowMs(row: CheckRow, agoMs: number | null): number | null {
  return agoMs === null ? null : agoMs + (performance.now() - row.readAtMs);
}
