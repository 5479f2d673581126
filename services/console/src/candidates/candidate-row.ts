import { fromSqlTime } from '@lever-certn/database/sql-rows';
import { CHECK_STATUSES, type CheckReason, type CheckResult, type CheckStatus } from '@lever-certn/events/check-statuses.rules';
import type { SealedApplicant } from './applicant-index';

/** One row per opportunity. */
export interface Candidate {
  opportunityId: string;
  status: string;
  reason: string | null;
  packageName: string | null;
  checkId: string | null;
  movedAt: string;
  /** When anything was last told of it. */
  changedAt: string;
  /** What more is known of the check whose status the row shows; it decides the words of the tag. */
  check: { caseId: string | null; caseStatus: string | null; result: string | null; reportReady: boolean } | null;
  applicant: SealedApplicant | undefined;
}

/** What a candidate is read from: its row, and the check whose status is known. */
export const CANDIDATE_COLUMNS = `c.opportunity_id, c.status, c.reason, c.package_name, c.moved_at, c.changed_at, c.status_check_id, c.request_check_id,
  c.status_rank, c.request_rank, c.applicant, c.applicant_record, k.case_id, k.case_status, k.result, k.report_ready`;

const IS_CHECK_STATUS = new Set<string>(CHECK_STATUSES);

/** A candidate from a row of {@link CANDIDATE_COLUMNS}. */
export function toCandidate(teamId: string, row: Record<string, string | number | null>): Candidate {
  const text = (column: string): string | null => (row[column] as string | null) ?? null;
  const asked = (text('request_rank') ?? '').slice(0, 24) > (text('status_rank') ?? '').slice(0, 24);
  const showsRequest = row.status === 'requested' || row.status_check_id === null || (asked && row.status === 'failed');
  const applicant = text('applicant');
  const recordId = text('applicant_record');
  return {
    opportunityId: text('opportunity_id')!,
    status: text('status')!,
    reason: text('reason'),
    packageName: text('package_name'),
    checkId: showsRequest ? text('request_check_id') : text('status_check_id'),
    movedAt: fromSqlTime(text('moved_at')!),
    changedAt: fromSqlTime(text('changed_at')!),
    check: IS_CHECK_STATUS.has(text('status')!)
      ? {
          caseId: text('case_id'),
          caseStatus: text('case_status'),
          result: text('result'),
          reportReady: Number(row.report_ready ?? 0) === 1,
        }
      : null,
    applicant: applicant && recordId ? { teamId, recordId, envelope: applicant } : undefined,
  };
}

/** What the tag of a status is decided from. */
export function tagFactsOf(
  status: string,
  reason: string | null,
  check: { caseId: string | null; caseStatus: string | null; result: string | null } | null,
): { status: CheckStatus; reason?: CheckReason; caseId?: string; caseStatus?: string; result?: CheckResult } | undefined {
  if (!check || !IS_CHECK_STATUS.has(status)) return undefined;
  const { caseId, caseStatus, result } = check;
  return {
    status: status as CheckStatus,
    ...(reason ? { reason: reason as CheckReason } : {}),
    ...(caseId ? { caseId } : {}),
    ...(caseStatus ? { caseStatus } : {}),
    ...(result ? { result: result as CheckResult } : {}),
  };
}
