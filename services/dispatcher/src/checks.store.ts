import { randomBytes } from 'node:crypto';
import { MicroBatch } from '@lever-certn/batching/micro-batch';
import type { Database } from '@lever-certn/database/database';
import { isDuplicate } from '@lever-certn/database/database-error';
import type { Outbox, OutboxEntry } from '@lever-certn/database/outbox';
import { rowsOf, toSqlTime, type Sql } from '@lever-certn/database/sql-rows';
import { isoTime } from '@lever-certn/events/fields';
import { agoNowMs, CHECK_COLUMNS, checkRowOf, type CheckCells, type CheckRow } from './check-row';
import { eachApart } from './each-apart';

/** What became of a claim: the attempt is ours; another check of this e-mail is being ordered; or the row is no longer as it was read. */
export type Claim = 'ours' | 'same-email' | 'lost';

/** What a turn made of a row. */
export interface Outcome {
  /** The row as the turn read it. */
  row: CheckRow;
  /** The row as it is to be. Its turn and hint are not taken from here. */
  next: CheckRow;
  /** When it is due again; `null`: not by itself. What arrived during the turn stays due. */
  dueInMs: number | null;
  /** Why it waits. */
  reason: string | null;
  /** The case was read just now. */
  wasRead?: boolean;
  /** The attempt was looked up just now. */
  wasLookedUp?: boolean;
  /** What others are to be told, in the same transaction. */
  event?: OutboxEntry;
}

const BATCH_ROWS = 200;
const MAX_WAITING = 20_000;
const WRITER_BYTES = 8;

/**
 * Table `checks`, as turns write it. Every write is a compare-and-set on the turn the row was read with: a process that was frozen, or lost the row
 * to another, is refused and told so. What arrives together becomes one multi-row transaction in one round trip, rows in key order; a row
 * that a unique key refuses fails alone.
 */
export class ChecksStore {
  private readonly claims: MicroBatch<{ row: CheckRow; attemptKey: string; dueInMs: number }, Claim | Error>;
  private readonly outcomes: MicroBatch<Outcome, WrittenRow | Error | null>;

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly readGapMs: number,
  ) {
    const limits = { maxItems: BATCH_ROWS, maxWaiting: MAX_WAITING };
    this.claims = new MicroBatch('orders claimed', limits, (claims) => this.claimAll(claims));
    this.outcomes = new MicroBatch('checks written', { ...limits, concurrency: 2 }, (outcomes) => this.writeAll(outcomes));
  }

  /**
   * Begins an attempt to order: only if the row is as it was read, has no case and no newer facts, and no other attempt for this e-mail is
   * unfinished at the account. On `ours` the given row is moved along to what is stored.
   */
  async claim(row: CheckRow, attemptKey: string, dueInMs: number): Promise<Claim> {
    const claim = await this.claims.add({ row, attemptKey, dueInMs });
    if (claim instanceof Error) throw claim;
    if (claim !== 'ours') return claim;
    row.turn += 1;
    row.attempt += 1;
    row.state = 'ordering';
    row.hasAttemptKey = true;
    row.lookups = 0;
    row.firstAttemptedAt ??= isoTime();
    row.attemptedAgoMs = 0;
    row.readAtMs = performance.now();
    return claim;
  }

  /**
   * Writes what a turn made of a row, with its event, and publishes that. True: the given row is moved along to what is stored. False: the row had
   * moved on, and nothing was written.
   * @throws DatabaseError; a duplicate of key `case_id` where the case belongs to another check
   */
  async write(outcome: Outcome): Promise<boolean> {
    const written = await this.outcomes.add(outcome);
    if (written instanceof Error) throw written;
    if (written === null) return false;
    if (outcome.event) void this.outbox.published([outcome.event]);
    moveAlong(outcome, written);
    return true;
  }

  /** Which of these cases belong to a check of any team. */
  async ownedCases(caseIds: readonly string[]): Promise<Set<string>> {
    if (caseIds.length === 0) return new Set();
    const rows = await this.database.query<{ case_id: string }>('SELECT case_id FROM checks WHERE case_id IN (?)', [caseIds]);
    return new Set(rows.map((row) => row.case_id));
  }

  /** The row as it is now. */
  async read(checkId: string): Promise<CheckRow | null> {
    const [cells] = await this.database.query<CheckCells>(`SELECT ${CHECK_COLUMNS} FROM checks WHERE check_id = ?`, [checkId]);
    return cells ? checkRowOf(cells) : null;
  }

  /** Attempts of an account whose end nobody knows. */
  async unclearAttempts(account: string, olderThanMs: number): Promise<number> {
    const [row] = await this.database.query<{ count: number | string }>(
      `SELECT COUNT(*) AS count FROM checks WHERE account = ? AND state = 'ordering' AND attempted_at < UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND`,
      [account, olderThanMs * 1000],
    );
    return Number(row?.count ?? 0);
  }

  /** Resolves when everything handed over is written. */
  async drained(): Promise<void> {
    await Promise.all([this.claims.drained(), this.outcomes.drained()]);
  }

  private async claimAll(claims: { row: CheckRow; attemptKey: string; dueInMs: number }[]): Promise<(Claim | Error)[]> {
    const first = new Map<string, string>();
    for (const { row, attemptKey } of claims) if (!first.has(attemptKey)) first.set(attemptKey, row.id);
    const tried = sortedById(claims.filter(({ row, attemptKey }) => first.get(attemptKey) === row.id));
    const ours = await eachApart(
      tried,
      ({ row }) => row.id,
      (some) => this.claimSome(some),
    );
    const missed = claims.filter(({ row }) => ours.get(row.id) !== true).map(({ attemptKey }) => attemptKey);
    const busy = await this.busyKeys(missed);
    return claims.map(({ row, attemptKey }) => {
      const claim = ours.get(row.id);
      if (claim instanceof Error && !isDuplicate(claim, 'attempt_key')) return claim;
      return claim === true ? 'ours' : busy.has(attemptKey) ? 'same-email' : 'lost';
    });
  }

  private async claimSome(claims: readonly { row: CheckRow; attemptKey: string; dueInMs: number }[]): Promise<Map<string, true>> {
    const writer = randomBytes(WRITER_BYTES);
    const v = rowsOf(
      ['id ascii', 'turn', 'attempt', 'attempt_key', 'due_us'],
      claims.map(({ row, attemptKey, dueInMs }) => [row.id, row.turn, row.attempt, attemptKey, dueInMs * 1000]),
    );
    const [, mine] = await this.database.script(
      `UPDATE (${v.sql}) v STRAIGHT_JOIN checks c ON c.check_id = v.id LEFT JOIN checks busy ON busy.attempt_key = v.attempt_key
       SET c.state = 'ordering', c.attempt = v.attempt + 1, c.attempt_key = v.attempt_key, c.turn = v.turn + 1, c.writer = ?,
         c.attempted_at = UTC_TIMESTAMP(6), c.first_attempted_at = COALESCE(c.first_attempted_at, UTC_TIMESTAMP(6)), c.lookups = 0,
         c.due_at = TIMESTAMPADD(MICROSECOND, v.due_us, UTC_TIMESTAMP(6)), c.reason = 'ordering', c.attempts = 0
       WHERE c.turn = v.turn AND c.attempt = v.attempt AND c.state = 'requested' AND c.case_id IS NULL AND busy.check_id IS NULL
         AND v.attempt_key = CONCAT(c.account, ':', c.email_hash) AND (c.newer_facts_at IS NULL OR c.newer_facts_at <= c.decided_at);
       SELECT check_id FROM checks WHERE check_id IN (?) AND writer = ?`,
      [...v.values, writer, claims.map(({ row }) => row.id), writer],
    );
    return new Map((mine as { check_id: string }[]).map((row) => [row.check_id, true]));
  }

  private async busyKeys(attemptKeys: readonly string[]): Promise<Set<string>> {
    if (attemptKeys.length === 0) return new Set();
    const sql = 'SELECT attempt_key FROM checks WHERE attempt_key IN (?)';
    const rows = await this.database.query<{ attempt_key: string }>(sql, [attemptKeys]);
    return new Set(rows.map((row) => row.attempt_key));
  }

  private async writeAll(outcomes: Outcome[]): Promise<(WrittenRow | Error | null)[]> {
    const written = await eachApart(
      sortedById(outcomes),
      ({ row }) => row.id,
      (some) => this.writeSome(some),
    );
    return outcomes.map(({ row }) => written.get(row.id) ?? null);
  }

  private async writeSome(outcomes: readonly Outcome[]): Promise<Map<string, WrittenRow>> {
    const writer = randomBytes(WRITER_BYTES);
    const v = rowsOf(OUTCOME_COLUMNS, outcomes.map(outcomeValues));
    const events = outcomes.flatMap(({ event }) => event ?? []);
    const services = outcomes.flatMap(({ row, next }) => newServices(row, next).map((id) => [id, row.id]));
    const script: Sql[] = [
      { sql: updateOutcomes(v.sql), values: [...v.values, writer, this.readGapMs * 1000] },
      ...(events.length > 0 ? [this.outbox.insertSql(events, { ...WRITTEN_BY, writer })] : []),
      ...(services.length > 0 ? [insertServices(services)] : []),
      {
        sql: `SELECT check_id, hint, erasing FROM checks WHERE check_id IN (?) AND writer = ?`,
        values: [outcomes.map(({ row }) => row.id), writer],
      },
    ];
    const results = await this.database.script(
      script.map(({ sql }) => sql).join(';\n'),
      script.flatMap(({ values }) => values),
    );
    return new Map((results.at(-1) as WrittenRow[]).map((row) => [row.check_id, row]));
  }
}

const WRITTEN_BY = { table: 'checks', idColumn: 'check_id', writerColumn: 'writer' };

const OUTCOME_COLUMNS = [
  'id ascii',
  'turn',
  'hint',
  'state',
  'status_reason',
  'version',
  'told_at',
  'is_open',
  'keep_attempt',
  'keep_first_attempt',
  'keep_applicant',
  'lookups',
  'looked_up',
  'unclear',
  'case_id',
  'case_status',
  'case_result',
  'services_total',
  'services_done',
  'service_ids',
  'case_modified_at',
  'case_read',
  'problem',
  'resolution',
  'resolution_case_id',
  'due_us',
  'reason',
];

/** A row that was hinted at during the turn stays due, but a case just read is not read again before its gap is over. */
function updateOutcomes(derived: string): string {
  return `UPDATE (${derived}) v STRAIGHT_JOIN checks c ON c.check_id = v.id
    SET c.turn = v.turn + 1, c.writer = ?, c.attempts = 0, c.reason = v.reason,
      c.due_at = IF(c.hint = v.hint, TIMESTAMPADD(MICROSECOND, v.due_us, UTC_TIMESTAMP(6)),
        GREATEST(COALESCE(c.due_at, UTC_TIMESTAMP(6)), TIMESTAMPADD(MICROSECOND, v.case_read * ?, UTC_TIMESTAMP(6)))),
      c.state = v.state, c.status_reason = v.status_reason, c.version = v.version,
      c.status_at = COALESCE(v.told_at, c.status_at),
      c.open_key = IF(v.is_open, c.open_key, NULL),
      c.attempt_key = IF(v.keep_attempt, c.attempt_key, NULL),
      c.first_attempted_at = IF(v.keep_first_attempt, c.first_attempted_at, NULL),
      c.applicant = IF(v.keep_applicant, c.applicant, NULL),
      c.lookups = v.lookups, c.looked_up_at = IF(v.looked_up, UTC_TIMESTAMP(6), c.looked_up_at), c.unclear = v.unclear,
      c.case_id = v.case_id, c.case_status = v.case_status, c.case_result = v.case_result,
      c.services_total = v.services_total, c.services_done = v.services_done, c.service_ids = v.service_ids,
      c.case_modified_at = v.case_modified_at, c.case_read_at = IF(v.case_read, UTC_TIMESTAMP(6), c.case_read_at),
      c.problem = v.problem, c.resolution = v.resolution, c.resolution_case_id = v.resolution_case_id
    WHERE c.turn = v.turn`;
}

function outcomeValues({ row, next, dueInMs, reason, wasRead, wasLookedUp, event }: Outcome): unknown[] {
  return [
    row.id,
    row.turn,
    row.hint,
    next.state,
    next.statusReason,
    next.version,
    toldAt(event),
    next.isOpen ? 1 : 0,
    next.hasAttemptKey ? 1 : 0,
    next.firstAttemptedAt === null && row.firstAttemptedAt !== null ? 0 : 1,
    next.applicant === null ? 0 : 1,
    next.lookups,
    wasLookedUp ? 1 : 0,
    next.unclear,
    next.caseId,
    next.caseStatus,
    next.caseResult,
    next.servicesTotal,
    next.servicesDone,
    next.serviceIds.length > 0 ? JSON.stringify(next.serviceIds) : null,
    next.caseModifiedAt === null ? null : toSqlTime(next.caseModifiedAt),
    wasRead ? 1 : 0,
    next.problem,
    next.resolution,
    next.resolutionCaseId,
    dueInMs === null ? null : Math.round(dueInMs * 1000),
    reason,
  ];
}

/** What of a written row is not known before. */
interface WrittenRow {
  check_id: string;
  hint: number;
  erasing: number;
}

function moveAlong({ row, next, wasLookedUp }: Outcome, { hint, erasing }: WrittenRow): void {
  const attemptedAgoMs = agoNowMs(row, row.attemptedAgoMs);
  const lookedUpAgoMs = wasLookedUp ? 0 : agoNowMs(row, row.lookedUpAgoMs);
  const { turn } = row;
  Object.assign(row, next, { turn: turn + 1, hint, attempts: 0, erasing: erasing === 1, attemptedAgoMs, lookedUpAgoMs });
  row.readAtMs = performance.now();
}

/** The time the event tells: whoever publishes the row again tells the same. */
function toldAt(entry: OutboxEntry | undefined): string | null {
  return entry?.context.time === undefined ? null : toSqlTime(entry.context.time);
}

function newServices(row: CheckRow, next: CheckRow): string[] {
  return next.serviceIds.filter((id) => !row.serviceIds.includes(id));
}

/** A service of a row that was refused stays harmless: it only makes that row due. */
function insertServices(services: readonly (readonly [string, string] | string[])[]): Sql {
  const sorted = [...services].sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
  return { sql: 'INSERT IGNORE INTO case_services (service_id, check_id) VALUES ?', values: [sorted] };
}

function sortedById<Item extends { row: CheckRow }>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => (a.row.id < b.row.id ? -1 : 1));
}
