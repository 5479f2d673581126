import type { Database } from '@lever-certn/database/database';
import { fromSqlTime, toSqlTime } from '@lever-certn/database/sql-rows';
import type { TimelineFact } from './facts.rules';

/** One check of an opportunity. `version` 0: nothing was heard of it yet. */
export interface Check {
  checkId: string;
  teamId: string;
  opportunityId: string;
  transitionAt: string;
  status: string;
  reason: string | null;
  version: number;
  caseId: string | null;
  caseStatus: string | null;
  packageName: string | null;
  servicesTotal: number | null;
  servicesDone: number | null;
  reportReady: boolean;
  result: string | null;
  occurredAt: string | null;
  orderedBy: string | null;
}

/** One line of a timeline. */
export type TimelineLine = Omit<TimelineFact, 'teamId' | 'opportunityId'>;

const MAX_LINES = 500;
const MAX_CHECKS_OF_SEVERAL = 5000;

/** Reads the checks of candidates and their timelines. */
export class CandidatesStore {
  constructor(private readonly database: Database) {}

  /** The checks of an opportunity, newest first. */
  async checks(teamId: string, opportunityId: string): Promise<Check[]> {
    const rows = await this.database.query<Record<string, unknown>>(
      'SELECT * FROM checks WHERE team_id = ? AND opportunity_id = ? ORDER BY transition_at DESC, check_id LIMIT 100',
      [teamId, opportunityId],
    );
    return rows.map(toCheck);
  }

  /** The checks of several opportunities, by opportunity, newest first. */
  async checksOf(teamId: string, opportunityIds: readonly string[]): Promise<Map<string, Check[]>> {
    const byOpportunity = new Map<string, Check[]>(opportunityIds.map((id) => [id, []]));
    if (opportunityIds.length === 0) return byOpportunity;
    const rows = await this.database.query<Record<string, unknown>>(
      'SELECT * FROM checks WHERE team_id = ? AND opportunity_id IN (?) ORDER BY transition_at DESC, check_id LIMIT ?',
      [teamId, opportunityIds, MAX_CHECKS_OF_SEVERAL],
    );
    for (const check of rows.map(toCheck)) byOpportunity.get(check.opportunityId)?.push(check);
    return byOpportunity;
  }

  async check(checkId: string): Promise<Check | undefined> {
    return (await this.database.query<Record<string, unknown>>('SELECT * FROM checks WHERE check_id = ?', [checkId])).map(
      toCheck,
    )[0];
  }

  /** Whether the opportunity of a check has a newer one. */
  async newerThan(check: Check): Promise<boolean> {
    const rows = await this.database.query(
      'SELECT 1 FROM checks WHERE team_id = ? AND opportunity_id = ? AND transition_at > ? AND version > 0 LIMIT 1',
      [check.teamId, check.opportunityId, toSqlTime(check.transitionAt)],
    );
    return rows.length > 0;
  }

  /** What happened to an opportunity, webhooks included, newest last; the last 500 lines. */
  async timeline(teamId: string, opportunityId: string): Promise<TimelineLine[]> {
    const [lines, deliveries] = await Promise.all([
      this.database.query<Record<string, unknown>>(
        `SELECT at, id, kind, outcome, source, check_id, vendor, step, reason, detail, attempt, next_try_at, by_whom FROM timeline
         WHERE team_id = ? AND opportunity_id = ? ORDER BY at DESC, id DESC LIMIT ?`,
        [teamId, opportunityId, MAX_LINES],
      ),
      this.database.query<Record<string, unknown>>(
        `SELECT at, id, 'delivery' kind, outcome, 'ingress' source, NULL check_id, vendor, NULL step, reason, detail, NULL attempt, NULL next_try_at, NULL by_whom
         FROM deliveries WHERE team_id = ? AND opportunity_id = ? ORDER BY at DESC LIMIT ?`,
        [teamId, opportunityId, MAX_LINES],
      ),
    ]);
    return [...lines, ...deliveries].map(toLine).sort(inOrder).slice(-MAX_LINES);
  }
}

function toCheck(row: Record<string, unknown>): Check {
  const version = Number(row.version);
  const isHeardOf = version > 0;
  const refused = row.decision_outcome as string | null;
  return {
    checkId: row.check_id as string,
    teamId: row.team_id as string,
    opportunityId: row.opportunity_id as string,
    transitionAt: fromSqlTime(row.transition_at as string),
    status: isHeardOf ? (row.status as string) : (refused ?? 'requested'),
    reason: (isHeardOf ? row.reason : refused ? row.decision_reason : row.problem) as string | null,
    version,
    caseId: row.case_id as string | null,
    caseStatus: row.case_status as string | null,
    packageName: row.package_name as string | null,
    servicesTotal: row.services_total as number | null,
    servicesDone: row.services_done as number | null,
    reportReady: Number(row.report_ready ?? 0) === 1,
    result: row.result as string | null,
    occurredAt: row.occurred_at === null ? null : fromSqlTime(row.occurred_at as string),
    orderedBy: row.asked_by as string | null,
  };
}

function toLine(row: Record<string, unknown>): TimelineLine {
  return {
    at: fromSqlTime(row.at as string),
    id: row.id as string,
    kind: row.kind as string,
    outcome: row.outcome as string,
    source: row.source as string,
    checkId: row.check_id as string | null,
    vendor: row.vendor as string | null,
    step: row.step as string | null,
    reason: row.reason as string | null,
    detail: row.detail as string | null,
    attempt: row.attempt as number | null,
    nextTryAt: row.next_try_at === null ? null : fromSqlTime(row.next_try_at as string),
    by: row.by_whom as string | null,
  };
}

/** Lines of the same moment in the order in which things come about. */
const KINDS = ['delivery', 'command', 'attempt', 'decision', 'requested', 'status', 'done', 'problem'];

function inOrder(a: TimelineLine, b: TimelineLine): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind);
}
