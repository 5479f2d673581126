import type { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';
import { publishedStatus } from './check-state.rules';
import type { CheckRow } from './check-row';

/** What others are told of a check as its row stands now, or `null` where there is nothing to tell. Holds ids, status and times only. */
export function statusEvent(row: CheckRow, occurredAt: string, shareResults: boolean): CheckStatusUpdated | null {
  const published = publishedStatus(row);
  if (!published) return null;
  return {
    teamId: row.teamId,
    opportunityId: row.opportunityId,
    checkId: row.id,
    transitionAt: row.transitionAt,
    version: row.version,
    status: published.status,
    servicesTotal: row.servicesTotal,
    servicesDone: row.servicesDone,
    reportReady: row.servicesDone > 0,
    occurredAt,
    ...(published.reason ? { reason: published.reason } : {}),
    ...(row.caseId ? { caseId: row.caseId } : {}),
    ...(row.caseStatus ? { caseStatus: row.caseStatus } : {}),
    ...(row.package ? { packageName: row.package.name } : {}),
    ...(shareResults && row.caseResult ? { result: row.caseResult } : {}),
  };
}
