import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLE_END = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

/** An open check is shown whatever else is known, since it owns the tag. */
const OPEN = `check_status IN ('pending', 'analyzing', 'partial')`;
const STATUS_AT = 'LEFT(status_rank, 24)';
const REQUEST_AT = 'LEFT(request_rank, 24)';
/** A decision about a transition newer than every check. */
const DECIDED_LAST = `decision_transition > GREATEST(${STATUS_AT}, ${REQUEST_AT})`;
/** A check newer than the one whose status is known was asked for. */
const ASKED_LAST = `${REQUEST_AT} > ${STATUS_AT}`;
/** What was said of that check instead of ordering it. */
const ANSWERED = 'refusal_check_id <=> request_check_id AND request_check_id IS NOT NULL';

/** The one choice of which facts a candidate's row shows. */
function shown(check: string, decision: string, refusal: string, request: string): string {
  return `CASE WHEN ${OPEN} THEN ${check} WHEN ${DECIDED_LAST} THEN ${decision}
    WHEN ${ASKED_LAST} AND NOT (${ANSWERED}) THEN ${request} WHEN ${ASKED_LAST} AND refusal_outcome <> 'skipped' THEN ${refusal}
    WHEN status_rank <> '' THEN ${check} WHEN ${ANSWERED} THEN ${refusal} WHEN decision_rank <> '' THEN ${decision} ELSE ${request} END`;
}

/**
 * One row per opportunity. Facts come in any order and more than once, so each group of columns has a rank and takes only what ranks higher: the newest
 * request and the newest status by (transition, then time or version), the newest decision about the opportunity and the newest applicant by time, and what
 * was said of the newest check that was asked for and not ordered. What is shown is computed from them by the database. `applicant_words` holds keyed hashes
 * of the words of the name and of the whole address, each between spaces: searched by scanning a team, which costs less than an index that every webhook feeds.
 */
const CANDIDATES = `CREATE TABLE IF NOT EXISTS candidates (
  team_id VARCHAR(100) NOT NULL,
  opportunity_id VARCHAR(100) NOT NULL,
  moved_at DATETIME(3) NOT NULL,
  request_rank VARCHAR(60) NOT NULL DEFAULT '',
  request_check_id VARCHAR(100) NULL,
  request_package VARCHAR(200) NULL,
  request_problem VARCHAR(40) NULL,
  status_rank VARCHAR(60) NOT NULL DEFAULT '',
  status_check_id VARCHAR(100) NULL,
  status_package VARCHAR(200) NULL,
  check_status VARCHAR(20) NOT NULL DEFAULT '',
  check_reason VARCHAR(40) NULL,
  decision_rank VARCHAR(130) NOT NULL DEFAULT '',
  decision_transition CHAR(24) NOT NULL DEFAULT '',
  decision_outcome VARCHAR(60) NOT NULL DEFAULT '',
  decision_reason VARCHAR(100) NULL,
  refusal_rank VARCHAR(130) NOT NULL DEFAULT '',
  refusal_check_id VARCHAR(100) NULL,
  refusal_outcome VARCHAR(60) NOT NULL DEFAULT '',
  refusal_reason VARCHAR(100) NULL,
  applicant_rank CHAR(24) NOT NULL DEFAULT '',
  applicant TEXT NULL,
  applicant_record VARCHAR(100) NULL,
  applicant_words VARCHAR(500) NULL,
  status VARCHAR(60) GENERATED ALWAYS AS (${shown('check_status', 'decision_outcome', 'refusal_outcome', "'requested'")}) STORED,
  reason VARCHAR(100) GENERATED ALWAYS AS (${shown('check_reason', 'decision_reason', 'refusal_reason', 'request_problem')}) STORED,
  package_name VARCHAR(200) GENERATED ALWAYS AS (${shown('status_package', 'NULL', 'request_package', 'request_package')}) STORED,
  PRIMARY KEY (team_id, opportunity_id),
  KEY moved (team_id, moved_at, opportunity_id),
  KEY status (team_id, status, moved_at)
) ${TABLE_END}`;

/** One row per check: what was asked for, its status by version, and a decision that ended in no order. */
const CHECKS = `CREATE TABLE IF NOT EXISTS checks (
  check_id VARCHAR(100) NOT NULL PRIMARY KEY,
  team_id VARCHAR(100) NOT NULL,
  opportunity_id VARCHAR(100) NOT NULL,
  transition_at DATETIME(3) NOT NULL,
  request_rank CHAR(24) NOT NULL DEFAULT '',
  package_name VARCHAR(200) NULL,
  problem VARCHAR(40) NULL,
  asked_by VARCHAR(200) NULL,
  version INT UNSIGNED NOT NULL DEFAULT 0,
  status VARCHAR(20) NULL,
  reason VARCHAR(40) NULL,
  case_id VARCHAR(100) NULL,
  case_status VARCHAR(100) NULL,
  services_total INT UNSIGNED NULL,
  services_done INT UNSIGNED NULL,
  report_ready TINYINT NULL,
  result VARCHAR(10) NULL,
  occurred_at DATETIME(3) NULL,
  decision_rank VARCHAR(130) NOT NULL DEFAULT '',
  decision_outcome VARCHAR(60) NULL,
  decision_reason VARCHAR(100) NULL,
  KEY opportunity (team_id, opportunity_id)
) ${TABLE_END}`;

/** What happened to a candidate, line by line, in the order in which it is read. */
const TIMELINE = `CREATE TABLE IF NOT EXISTS timeline (
  team_id VARCHAR(100) NOT NULL,
  opportunity_id VARCHAR(100) NOT NULL,
  at DATETIME(3) NOT NULL,
  id VARCHAR(120) NOT NULL,
  kind VARCHAR(20) NOT NULL,
  outcome VARCHAR(60) NOT NULL,
  source VARCHAR(40) NOT NULL,
  check_id VARCHAR(100) NULL,
  vendor VARCHAR(10) NULL,
  step VARCHAR(20) NULL,
  reason VARCHAR(100) NULL,
  detail VARCHAR(500) NULL,
  attempt INT UNSIGNED NULL,
  next_try_at DATETIME(3) NULL,
  PRIMARY KEY (team_id, opportunity_id, at, id)
) ${TABLE_END}`;

/** Webhooks and their verdicts. */
const DELIVERIES = `CREATE TABLE IF NOT EXISTS deliveries (
  team_id VARCHAR(100) NOT NULL,
  at DATETIME(3) NOT NULL,
  id VARCHAR(100) NOT NULL,
  opportunity_id VARCHAR(100) NULL,
  vendor VARCHAR(10) NULL,
  outcome VARCHAR(60) NOT NULL,
  reason VARCHAR(100) NULL,
  detail VARCHAR(500) NULL,
  times INT UNSIGNED NOT NULL,
  PRIMARY KEY (team_id, at, id),
  KEY opportunity (team_id, opportunity_id)
) ${TABLE_END}`;

const CONNECTIONS = `CREATE TABLE IF NOT EXISTS connections (
  team_id VARCHAR(100) NOT NULL,
  vendor VARCHAR(10) NOT NULL,
  state VARCHAR(10) NOT NULL,
  reason VARCHAR(100) NULL,
  checked_at DATETIME(3) NOT NULL,
  PRIMARY KEY (team_id, vendor)
) ${TABLE_END}`;

/** Problems that services raised, until they clear them. */
const RAISED_PROBLEMS = `CREATE TABLE IF NOT EXISTS raised_problems (
  team_id VARCHAR(100) NOT NULL,
  reason VARCHAR(100) NOT NULL,
  subject VARCHAR(100) NOT NULL,
  raised TINYINT NOT NULL,
  at DATETIME(3) NOT NULL,
  opportunity_id VARCHAR(100) NULL,
  check_id VARCHAR(100) NULL,
  vendor VARCHAR(10) NULL,
  detail VARCHAR(500) NULL,
  PRIMARY KEY (team_id, reason, subject),
  KEY raised (team_id, raised, at)
) ${TABLE_END}`;

/** The last outcome of each kind of write at a vendor, by which permissions are known without trying them. */
const STEPS_SEEN = `CREATE TABLE IF NOT EXISTS steps_seen (
  team_id VARCHAR(100) NOT NULL,
  step VARCHAR(20) NOT NULL,
  outcome VARCHAR(20) NOT NULL,
  at DATETIME(3) NOT NULL,
  PRIMARY KEY (team_id, step)
) ${TABLE_END}`;

/** Where each dead letter lies, and why. */
const DEAD_LETTERS = `CREATE TABLE IF NOT EXISTS dead_letters (
  id CHAR(36) NOT NULL PRIMARY KEY,
  team_id VARCHAR(100) NULL,
  topic VARCHAR(100) NOT NULL,
  partition_no INT UNSIGNED NOT NULL,
  offset_no VARCHAR(30) NOT NULL,
  group_name VARCHAR(100) NOT NULL,
  reason VARCHAR(500) NOT NULL,
  attempts INT UNSIGNED NOT NULL,
  at DATETIME(3) NOT NULL,
  letter_partition INT UNSIGNED NOT NULL,
  letter_offset VARCHAR(30) NOT NULL,
  KEY team (team_id, at),
  KEY at (at)
) ${TABLE_END}`;

/** The report last asked for of each check. */
const REPORTS = `CREATE TABLE IF NOT EXISTS reports (
  check_id VARCHAR(100) NOT NULL PRIMARY KEY,
  check_version INT UNSIGNED NOT NULL,
  file_id VARCHAR(200) NULL,
  state VARCHAR(10) NOT NULL,
  asked_at DATETIME(3) NOT NULL
) ${TABLE_END}`;

const TABLES = {
  candidates: CANDIDATES,
  checks: CHECKS,
  timeline: TIMELINE,
  deliveries: DELIVERIES,
  connections: CONNECTIONS,
  raised_problems: RAISED_PROBLEMS,
  steps_seen: STEPS_SEEN,
  dead_letters: DEAD_LETTERS,
  reports: REPORTS,
};

/** What the console remembers of what the other services told. */
export class ReadModel1764000000001 implements MigrationInterface {
  name = 'ReadModel1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const sql of Object.values(TABLES)) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(TABLES)) await runner.query(`DROP TABLE IF EXISTS ${table}`);
  }
}
