import type { CandidateFact, CheckFact, DeliveryFact, ProblemFact, StepFact, TimelineFact } from './facts.rules';

/** A statement with its `?` values; `VALUES ?` takes a list of rows. */
export interface Statement {
  sql: string;
  values: unknown[];
}

const FIRST_YEAR_MS = Date.UTC(2000, 0, 1);
const LAST_YEAR_MS = Date.UTC(2200, 0, 1);

/** A message carries a time that no calendar has; no database takes it, so the message is poison. */
export class UnreadableTimeError extends Error {
  constructor() {
    super('a time is not one of the calendar');
    this.name = 'UnreadableTimeError';
  }
}

/** An event's time as the database takes it. Faster than by way of `Date`, since events are many. @throws UnreadableTimeError */
export function sqlTime(iso: string): string {
  const epochMs = Date.parse(iso);
  if (!(epochMs >= FIRST_YEAR_MS && epochMs < LAST_YEAR_MS)) throw new UnreadableTimeError();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
}

const CANDIDATE_GROUPS: Record<string, readonly string[]> = {
  request: ['request_check_id', 'request_package', 'request_problem'],
  status: ['status_check_id', 'status_package', 'check_status', 'check_reason'],
  decision: ['decision_transition', 'decision_outcome', 'decision_reason'],
  refusal: ['refusal_check_id', 'refusal_outcome', 'refusal_reason'],
  applicant: ['applicant', 'applicant_record', 'applicant_words'],
};

/** Each group of columns takes a row's values only where they rank higher; the rank itself comes last, since assignments see those before them. */
const CANDIDATES = upsert(
  'candidates',
  [
    'team_id',
    'opportunity_id',
    'moved_at',
    'changed_at',
    ...Object.entries(CANDIDATE_GROUPS).flatMap(([group, columns]) => [`${group}_rank`, ...columns]),
  ],
  [
    'moved_at = GREATEST(moved_at, VALUES(moved_at))',
    'changed_at = GREATEST(changed_at, VALUES(changed_at))',
    ...Object.entries(CANDIDATE_GROUPS).flatMap(([group, columns]) =>
      takenIf(`VALUES(${group}_rank) > ${group}_rank`, [...columns, `${group}_rank`]),
    ),
  ],
);

/** One row per fact; facts of one candidate should be merged before. */
export function candidatesSql(facts: readonly CandidateFact[]): Statement {
  const rows = facts.map(({ teamId, opportunityId, movedAt, changedAt, request, status, decision, refusal, applicant }) => [
    teamId,
    opportunityId,
    sqlTime(movedAt),
    sqlTime(changedAt),
    ...(request ? [request.rank, request.checkId, request.package, request.problem] : ['', null, null, null]),
    ...(status ? [status.rank, status.checkId, status.package, status.status, status.reason] : ['', null, null, '', null]),
    ...(decision ? [decision.rank, decision.transition, decision.outcome, decision.reason] : ['', '', '', null]),
    ...(refusal ? [refusal.rank, refusal.checkId, refusal.outcome, refusal.reason] : ['', null, '', null]),
    ...(applicant ? [applicant.rank, applicant.envelope, applicant.recordId, applicant.words ?? null] : ['', null, null, null]),
  ]);
  return { sql: CANDIDATES, values: [rows] };
}

const CHECK_REQUEST = ['problem', 'asked_by', 'request_rank'];
const CHECK_STATUS = [
  'status',
  'reason',
  'case_id',
  'case_status',
  'services_total',
  'services_done',
  'report_ready',
  'result',
  'occurred_at',
  'version',
];
/** The earliest that was told. */
const CHECK_FIRSTS = ['ordered_at', 'tagged_at'];
const CHECK_DECISION = ['decision_outcome', 'decision_reason', 'decision_rank'];

const CHECKS = upsert(
  'checks',
  [
    'check_id',
    'team_id',
    'opportunity_id',
    'transition_at',
    'package_name',
    ...CHECK_REQUEST,
    ...CHECK_STATUS,
    ...CHECK_DECISION,
    ...CHECK_FIRSTS,
  ],
  [
    `transition_at = IF(VALUES(version) > 0 OR VALUES(request_rank) <> '', VALUES(transition_at), transition_at)`,
    'package_name = IF(VALUES(version) > version OR (version = 0 AND VALUES(request_rank) > request_rank), COALESCE(VALUES(package_name), package_name), package_name)',
    ...takenIf('VALUES(request_rank) > request_rank', CHECK_REQUEST),
    ...takenIf('VALUES(version) > version', CHECK_STATUS),
    ...takenIf('VALUES(decision_rank) > decision_rank', CHECK_DECISION),
    ...CHECK_FIRSTS.map((column) => `${column} = COALESCE(LEAST(${column}, VALUES(${column})), ${column}, VALUES(${column}))`),
  ],
);

/** One row per fact; facts of one check should be merged before. */
export function checksSql(facts: readonly CheckFact[]): Statement {
  const rows = facts.map(({ checkId, teamId, opportunityId, transitionAt, request, status, decision, orderedAt, taggedAt }) => [
    checkId,
    teamId,
    opportunityId,
    sqlTime(transitionAt),
    status?.packageName ?? request?.package ?? null,
    request?.problem ?? null,
    request?.by ?? null,
    request?.rank ?? '',
    status?.status ?? null,
    status?.reason ?? null,
    status?.caseId ?? null,
    status?.caseStatus ?? null,
    status?.servicesTotal ?? null,
    status?.servicesDone ?? null,
    status ? (status.reportReady ? 1 : 0) : null,
    status?.result ?? null,
    status ? sqlTime(status.occurredAt) : null,
    status?.version ?? 0,
    decision?.outcome ?? null,
    decision?.reason ?? null,
    decision?.rank ?? '',
    orderedAt === undefined ? null : sqlTime(orderedAt),
    taggedAt === undefined ? null : sqlTime(taggedAt),
  ]);
  return { sql: CHECKS, values: [rows] };
}

/** A line that is there already stays as it is. */
export function timelineSql(facts: readonly TimelineFact[]): Statement {
  const rows = facts.map((fact) => [
    fact.teamId,
    fact.opportunityId,
    sqlTime(fact.at),
    fact.id,
    fact.kind,
    fact.outcome,
    fact.source,
    fact.checkId,
    fact.vendor,
    fact.step,
    fact.reason,
    fact.detail,
    fact.attempt,
    fact.nextTryAt === null ? null : sqlTime(fact.nextTryAt),
    fact.by,
  ]);
  return {
    sql: 'INSERT IGNORE INTO timeline (team_id, opportunity_id, at, id, kind, outcome, source, check_id, vendor, step, reason, detail, attempt, next_try_at, by_whom) VALUES ?',
    values: [rows],
  };
}

export function deliveriesSql(facts: readonly DeliveryFact[]): Statement {
  const rows = facts.map((fact) => [
    fact.teamId,
    sqlTime(fact.at),
    fact.id,
    fact.opportunityId,
    fact.vendor,
    fact.outcome,
    fact.reason,
    fact.detail,
    fact.times,
  ]);
  return {
    sql: 'INSERT IGNORE INTO deliveries (team_id, at, id, opportunity_id, vendor, outcome, reason, detail, times) VALUES ?',
    values: [rows],
  };
}

const NEWER = 'VALUES(at) >= at';

const PROBLEMS = upsert(
  'raised_problems',
  ['team_id', 'reason', 'subject', 'raised', 'at', 'opportunity_id', 'check_id', 'vendor', 'detail'],
  takenIf(NEWER, ['raised', 'detail', 'opportunity_id', 'check_id', 'vendor', 'at']),
);

export function problemsSql(facts: readonly ProblemFact[]): Statement {
  const rows = facts.map((fact) => [
    fact.teamId,
    fact.reason,
    fact.subject,
    fact.raised ? 1 : 0,
    sqlTime(fact.at),
    fact.opportunityId,
    fact.checkId,
    fact.vendor,
    fact.detail,
  ]);
  return { sql: PROBLEMS, values: [rows] };
}

const STEPS = upsert('steps_seen', ['team_id', 'step', 'outcome', 'at'], takenIf(NEWER, ['outcome', 'at']));

export function stepsSql(facts: readonly StepFact[]): Statement {
  return { sql: STEPS, values: [facts.map(({ teamId, step, outcome, at }) => [teamId, step, outcome, sqlTime(at)])] };
}

function upsert(table: string, columns: readonly string[], assignments: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES ? ON DUPLICATE KEY UPDATE ${assignments.join(', ')}`;
}

function takenIf(condition: string, columns: readonly string[]): string[] {
  return columns.map((column) => `${column} = IF(${condition}, VALUES(${column}), ${column})`);
}
