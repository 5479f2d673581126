import { randomBytes } from 'node:crypto';
import { MicroBatch } from '@lever-certn/batching/micro-batch';
import type { Database } from '@lever-certn/database/database';
import { isDuplicate } from '@lever-certn/database/database-error';
import type { Outbox, OutboxEntry } from '@lever-certn/database/outbox';
import { rowsOf, toSqlTime, type Sql } from '@lever-certn/database/sql-rows';
import { isoTime } from '@lever-certn/events/fields';
import { agoNowMs, attemptKey, CHECK_COLUMNS, checkRowOf, type CheckCells, type CheckRow } from './check-row';
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
  /** The command of a person that this carries out: it is answered in the same transaction. */
  commandId?: string;
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
    this.outcomes = new MicroBatch('checks written', limits, (outcomes) => this.writeAll(outcomes));
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
   * @throws DatabaseError; a duplicate of key `case_id` where the case belongs to another check, of `PRIMARY` where the command was answered meanwhile
   */
  async write(outcome: Outcome): Promise<boolean> {
    const written = await this.outcomes.add(outcome);
    if (written instanceof Error) throw written;
    if (written === null) return false;
    if (outcome.event && written.erasing === 0) void this.outbox.published([outcome.event]);
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

  /**
   * Whether a command about a check was carried out or refused. Ask after the check was read: what carries a command out moves the turn, so a write of
   * the row as it was read is refused if that came in between.
   */
  async isAnswered(checkId: string, commandId: string): Promise<boolean> {
    const sql = 'SELECT 1 FROM answered_commands WHERE check_id = ? AND command_id = ?';
    return (await this.database.query(sql, [checkId, commandId])).length > 0;
  }

  /** Remembers that a command about a check was refused, so that it is never carried out. */
  async refused(checkId: string, commandId: string): Promise<void> {
    await this.database.run('INSERT IGNORE INTO answered_commands (check_id, command_id) VALUES (?, ?)', [checkId, commandId]);
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
    const { affectedRows } = await this.database.run(
      `UPDATE (${v.sql}) v STRAIGHT_JOIN checks c ON c.check_id = v.id LEFT JOIN checks busy ON busy.attempt_key = v.attempt_key
       SET c.state = 'ordering', c.attempt = v.attempt + 1, c.attempt_key = v.attempt_key, c.turn = v.turn + 1, c.writer = ?,
         c.attempted_at = UTC_TIMESTAMP(6), c.first_attempted_at = COALESCE(c.first_attempted_at, UTC_TIMESTAMP(6)), c.lookups = 0,
         c.due_at = TIMESTAMPADD(MICROSECOND, v.due_us, UTC_TIMESTAMP(6)), c.reason = 'ordering', c.attempts = 0
       WHERE c.turn = v.turn AND c.attempt = v.attempt AND c.state = 'requested' AND c.case_id IS NULL AND busy.check_id IS NULL
         AND v.attempt_key = CONCAT(c.account, ':', c.email_hash) AND (c.newer_facts_at IS NULL OR c.newer_facts_at <= c.decided_at)`,
      [...v.values, writer],
    );
    if (affectedRows === claims.length) return new Map(claims.map(({ row }) => [row.id, true]));
    const mine = await this.database.query<{ check_id: string }>(
      'SELECT check_id FROM checks WHERE check_id IN (?) AND writer = ?',
      [claims.map(({ row }) => row.id), writer],
    );
    return new Map(mine.map((row) => [row.check_id, true]));
  }

  private async busyKeys(attemptKeys: readonly string[]): Promise<Set<string>> {
    if (attemptKeys.length === 0) return new Set();
    const sql = 'SELECT attempt_key FROM checks WHERE attempt_key IN (?)';
    const rows = await this.database.query<{ attempt_key: string }>(sql, [attemptKeys]);
    return new Set(rows.map((row) => row.attempt_key));
  }

  private async writeAll(outcomes: Outcome[]): Promise<(WrittenRow | Error | null)[]> {
    // Of two outcomes of one row the first stands, as if they had come one after the other.
    const first = new Map<string, Outcome>();
    for (const outcome of outcomes) if (!first.has(outcome.row.id)) first.set(outcome.row.id, outcome);
    const written = await eachApart(
      sortedById([...first.values()]),
      ({ row }) => row.id,
      (some) => this.writeSome(some),
    );
    return outcomes.map((outcome) => (first.get(outcome.row.id) === outcome ? (written.get(outcome.row.id) ?? null) : null));
  }

  private async writeSome(outcomes: readonly Outcome[]): Promise<Map<string, WrittenRow>> {
    const writer = randomBytes(WRITER_BYTES);
    const events = outcomes.flatMap(({ event }) => event ?? []);
    const services = outcomes.flatMap(({ row, next }) => newServices(row, next).map((id): [string, string] => [id, row.id]));
    const answered = outcomes.flatMap(({ row, commandId }): [string, string][] => (commandId ? [[row.id, commandId]] : []));
    const cases = outcomes.flatMap(({ row, next }) => (row.caseId === null && next.caseId !== null ? [next.caseId] : []));
    const script: Sql[] = [
      outcomesSql(outcomes, writer, this.readGapMs),
      ...(events.length > 0 ? [this.outbox.insertSql(events, { ...WRITTEN_BY, writer })] : []),
      ...(services.length > 0 ? [insertServices(services)] : []),
      ...(answered.length > 0 ? [insertAnswered(answered, writer)] : []),
      ...dueByEarlyEvents(
        cases,
        services.map(([id]) => id),
        writer,
        this.readGapMs,
      ),
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

/** Others are told of rows that were really written, and nothing more of a person who is to be forgotten. */
const WRITTEN_BY = { table: 'checks', idColumn: 'check_id', writerColumn: 'writer', tellIf: 'w.erasing = 0' };

/** What a row is found by and guarded with, and what it would need if it were not there. */
const FIXED =
  'check_id, turn, hint, writer, team_id, opportunity_id, account, transition_at, decided_at, settings_version, created_at';
/** Set as they are given. */
const SET = [
  'state',
  'status_reason',
  'version',
  'lookups',
  'unclear',
  'case_id',
  'case_status',
  'case_result',
  'services_total',
  'services_done',
  'service_ids',
  'case_modified_at',
  'problem',
  'resolution',
  'resolution_case_id',
  'reason',
];
/** Emptied where nothing is given, else left as they are. */
const KEPT = ['is_open', 'attempt_key', 'first_attempted_at', 'applicant'];
/** Left as they are where nothing is given. */
const NEWER = ['status_at', 'looked_up_at', 'case_read_at'];
const OURS = 'writer = VALUES(writer)';

const OUTCOME_MARKS = `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6), ${'?, '.repeat(SET.length + KEPT.length)}?, ${'IF(?, UTC_TIMESTAMP(6), NULL), '.repeat(2)}
  UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND)`;

/**
 * One statement for outcomes of many rows: each row is there, so that its INSERT becomes an UPDATE, and where the row has another turn than it was read with, nothing is set.
 * An UPDATE that joins a list of values costs three times as much for few rows, since the server keeps long texts on disk on the way (docs/decisions/0072).
 * A row that was hinted at during the turn stays due, but a case just read is not read again before its gap is over. What is to be erased is due.
 */
function outcomesSql(outcomes: readonly Outcome[], writer: Buffer, readGapMs: number): Sql {
  const ifOurs = (column: string, value: string): string => `${column} = IF(${OURS}, ${value}, ${column})`;
  const gap = 'IF(VALUES(case_read_at) IS NULL, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND)';
  const due = `IF(erasing = 1, UTC_TIMESTAMP(6), IF(hint = VALUES(hint), VALUES(due_at), GREATEST(COALESCE(due_at, UTC_TIMESTAMP(6)), ${gap})))`;
  return {
    sql: `INSERT INTO checks (${FIXED}, ${[...SET, ...KEPT, ...NEWER].join(', ')}, due_at) VALUES ${outcomes.map(() => OUTCOME_MARKS).join(', ')}
      ON DUPLICATE KEY UPDATE writer = IF(check_id = VALUES(check_id) AND turn = VALUES(turn), VALUES(writer), writer), ${ifOurs('turn', 'turn + 1')}, ${ifOurs('attempts', '0')},
      ${ifOurs('due_at', due)},
      ${SET.map((column) => ifOurs(column, `VALUES(${column})`)).join(', ')},
      ${KEPT.map((column) => ifOurs(column, `IF(VALUES(${column}) IS NULL, NULL, ${column})`)).join(', ')},
      ${NEWER.map((column) => ifOurs(column, `COALESCE(VALUES(${column}), ${column})`)).join(', ')}`,
    values: [...outcomes.flatMap((outcome) => outcomeValues(outcome, writer)), readGapMs * 1000],
  };
}

function outcomeValues({ row, next, dueInMs, reason, wasRead, wasLookedUp, event }: Outcome, writer: Buffer): unknown[] {
  return [
    row.id,
    row.turn,
    row.hint,
    writer,
    row.teamId,
    row.opportunityId,
    row.account,
    toSqlTime(row.transitionAt),
    toSqlTime(row.decidedAt),
    row.settingsVersion,
    next.state,
    next.statusReason,
    next.version,
    next.lookups,
    next.unclear,
    next.caseId,
    next.caseStatus,
    next.caseResult,
    next.servicesTotal,
    next.servicesDone,
    next.serviceIds.length > 0 ? JSON.stringify(next.serviceIds) : null,
    next.caseModifiedAt === null ? null : toSqlTime(next.caseModifiedAt),
    next.problem,
    next.resolution,
    next.resolutionCaseId,
    reason,
    next.isOpen ? 1 : null,
    next.hasAttemptKey ? attemptKey(next) : null,
    next.firstAttemptedAt === null ? null : toSqlTime(next.firstAttemptedAt),
    next.applicant,
    toldAt(event),
    wasLookedUp ? 1 : 0,
    wasRead ? 1 : 0,
    dueInMs === null ? null : Math.round(dueInMs * 1000),
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
function insertServices(services: readonly [string, string][]): Sql {
  const sorted = [...services].sort(([a], [b]) => (a < b ? -1 : 1));
  return { sql: 'INSERT IGNORE INTO case_services (service_id, check_id) VALUES ?', values: [sorted] };
}

/** Only of rows that were really written: a command whose write was refused is still to be carried out. */
function insertAnswered(answered: readonly [string, string][], writer: Buffer): Sql {
  const v = rowsOf(['id ascii', 'command'], answered);
  const sql = `INSERT INTO answered_commands (check_id, command_id)
    SELECT c.check_id, v.command FROM (${v.sql}) v STRAIGHT_JOIN checks c ON c.check_id = v.id WHERE c.writer = ?`;
  return { sql, values: [...v.values, writer] };
}

/**
 * What an event has named before the row had it is due for reading, once the gap after its last reading is over. Whoever records such an event looks for
 * the row once more after that, waiting for a transaction like this one (case-hints.store.ts): one of the two sees the other. By the primary key, since a server
 * that reads the whole small table instead waits for events of strangers.
 */
function dueByEarlyEvents(caseIds: readonly string[], serviceIds: readonly string[], writer: Buffer, readGapMs: number): Sql[] {
  const afterGap = 'COALESCE(c.case_read_at + INTERVAL ? MICROSECOND, UTC_TIMESTAMP(6))';
  const due = `SET c.due_at = GREATEST(UTC_TIMESTAMP(6), ${afterGap}), c.hint = c.hint + 1 WHERE e.object_id IN (?) AND c.writer = ?`;
  const gapUs = readGapMs * 1000;
  const byCase = 'STRAIGHT_JOIN checks c ON c.case_id = e.object_id';
  const byService =
    'STRAIGHT_JOIN case_services s ON s.service_id = e.object_id STRAIGHT_JOIN checks c ON c.check_id = s.check_id';
  const named = 'UPDATE unplaced_events e FORCE INDEX (PRIMARY)';
  return [
    ...(caseIds.length > 0 ? [{ sql: `${named} ${byCase} ${due}`, values: [gapUs, caseIds, writer] }] : []),
    ...(serviceIds.length > 0 ? [{ sql: `${named} ${byService} ${due}`, values: [gapUs, serviceIds, writer] }] : []),
  ];
}

function sortedById<Item extends { row: CheckRow }>(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => (a.row.id < b.row.id ? -1 : 1));
}
