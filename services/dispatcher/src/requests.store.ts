import { randomBytes } from 'node:crypto';
import { MicroBatch } from '@lever-certn/batching/micro-batch';
import type { Database } from '@lever-certn/database/database';
import { isDuplicate } from '@lever-certn/database/database-error';
import type { Outbox, OutboxEntry } from '@lever-certn/database/outbox';
import { rowsOf, toSqlTime, type Sql } from '@lever-certn/database/sql-rows';
import { isoTime } from '@lever-certn/events/fields';
import { CHECK_COLUMNS, checkRowOf, type CheckCells, type CheckRow } from './check-row';
import { eachApart } from './each-apart';
import { planRequests, type IncomingRequest, type PlannedRow, type RequestOutcome, type RequestPlan } from './request-plan.rules';
import { statusEntry } from './status-entry';

/** What was recorded of a message: the outcome, and the rows that are now due, as stored. */
export interface RecordedRequest extends RequestOutcome {
  due: CheckRow[];
}

const BATCH_ROWS = 200;
const MAX_WAITING = 50_000;
const WRITER_BYTES = 8;
/** Rounds in which a batch may meet rows that others changed between its read and its write. */
const MAX_ROUNDS = 5;

interface Numbered {
  index: number;
  request: IncomingRequest;
}

/**
 * Table `checks`, as `check-requested` writes it. Messages that arrive together are one read of the opportunities' rows, one decision each, and one
 * transaction with the events. Two unique keys decide what two processes might both believe: a check has one row, an opportunity one
 * open check. Who is refused by them, or finds a row moved on, reads again and decides again.
 */
export class RequestsStore {
  private readonly batch: MicroBatch<IncomingRequest, RecordedRequest | Error>;

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    const limits = { maxItems: BATCH_ROWS, maxWaiting: MAX_WAITING };
    this.batch = new MicroBatch('requests recorded', limits, (requests) => this.recordAll(requests));
  }

  /** Records a message by the decision table. A repeat changes nothing. @throws DatabaseError */
  async record(request: IncomingRequest): Promise<RecordedRequest> {
    const recorded = await this.batch.add(request);
    if (recorded instanceof Error) throw recorded;
    return recorded;
  }

  /** Resolves when everything handed over is written. */
  drained(): Promise<void> {
    return this.batch.drained();
  }

  private async recordAll(requests: IncomingRequest[]): Promise<(RecordedRequest | Error)[]> {
    const numbered = requests.map((request, index) => ({ index, request }));
    const recorded = await eachApart(
      numbered,
      ({ index }) => String(index),
      (some) => this.recordSome(some),
    );
    return requests.map((_, index) => recorded.get(String(index)) ?? new Error('a request was left out'));
  }

  private async recordSome(requests: readonly Numbered[]): Promise<Map<string, RecordedRequest>> {
    const recorded = new Map<string, RecordedRequest>();
    let left = requests;
    for (let round = 1; left.length > 0; round += 1) {
      const known = await this.readRows(left.map(({ request }) => request));
      const plan = planRequests(
        left.map(({ request }) => request),
        known,
        isoTime(),
      );
      const stored = await this.write(plan, round);
      const again: Numbered[] = [];
      left.forEach((numbered, position) => {
        const outcome = plan.outcomes[position]!;
        const rows = outcome.touched.map((id) => stored?.get(id));
        if (stored === null || rows.some((row) => row === undefined)) again.push(numbered);
        else
          recorded.set(String(numbered.index), {
            ...outcome,
            due: rows.filter((row) => row?.state === 'requested') as CheckRow[],
          });
      });
      if (again.length > 0 && round >= MAX_ROUNDS)
        throw new Error(`${again.length} requests kept meeting rows that others changed`);
      left = again;
    }
    return recorded;
  }

  private async readRows(requests: readonly IncomingRequest[]): Promise<CheckRow[]> {
    const places = new Map(
      requests.map(({ teamId, opportunityId }) => [JSON.stringify([teamId, opportunityId]), [teamId, opportunityId]]),
    );
    const v = rowsOf(['team', 'opportunity'], [...places.values()]);
    const cells = await this.database.query<CheckCells>(
      `SELECT ${CHECK_COLUMNS} FROM (${v.sql}) v STRAIGHT_JOIN checks c ON c.team_id = v.team AND c.opportunity_id = v.opportunity`,
      v.values,
    );
    return cells.map(checkRowOf);
  }

  /**
   * Answers the rows that were written, as stored (`null`: only told that newer facts exist); those that had moved on are missing. `null` alone: a unique
   * key refused the whole.
   */
  private async write(plan: RequestPlan, round: number): Promise<Map<string, CheckRow | null> | null> {
    const { inserts, updates, lookFirst } = plan;
    const ids = [...inserts, ...updates].map(({ row }) => row.id).concat(lookFirst.map(({ id }) => id));
    if (ids.length === 0) return new Map();
    const writer = randomBytes(WRITER_BYTES);
    const entries = [...inserts, ...updates].flatMap(({ row, events }) =>
      events.map((event) => statusEntry(event, row.traceparent)),
    );
    const guarded = [...updates.map(({ row }) => row.id), ...lookFirst.map(({ id }) => id)];
    const script: Sql[] = [
      ...(inserts.length > 0 ? [insertRows(inserts, writer)] : []),
      ...(updates.length > 0 ? [updateRows(updates, writer)] : []),
      ...(lookFirst.length > 0 ? [markRows(lookFirst)] : []),
      ...(entries.length > 0 ? [this.outbox.insertSql(entries, { ...WRITTEN_BY, writer })] : []),
      ...(guarded.length > 0
        ? [{ sql: 'SELECT check_id, hint, writer <=> ? AS ours FROM checks WHERE check_id IN (?)', values: [writer, guarded] }]
        : []),
    ];
    let results: unknown[];
    try {
      results = await this.database.script(
        script.map(({ sql }) => sql).join(';\n'),
        script.flatMap(({ values }) => values),
      );
    } catch (error) {
      if (!isDuplicate(error) || round >= MAX_ROUNDS) throw error;
      return null;
    }
    const found = guarded.length > 0 ? (results.at(-1) as { check_id: string; hint: number; ours: number }[]) : [];
    const rows = storedRows(plan, new Map(found.map((row) => [row.check_id, row])));
    this.publish(entries.filter((entry) => rows.has(entry.aggregateId)));
    return rows;
  }

  private publish(entries: OutboxEntry[]): void {
    if (entries.length > 0) void this.outbox.published(entries);
  }
}

/** The rows as they are stored now: what was inserted as planned, what was guarded only if it was not refused. */
function storedRows(
  { inserts, updates, lookFirst }: RequestPlan,
  found: ReadonlyMap<string, { hint: number; ours: number }>,
): Map<string, CheckRow | null> {
  const rows = new Map<string, CheckRow | null>(inserts.map(({ row }) => [row.id, row]));
  for (const { row } of updates) {
    const stored = found.get(row.id);
    if (stored?.ours === 1) rows.set(row.id, { ...row, turn: row.turn + 1, hint: stored.hint, attempts: 0 });
  }
  for (const { id } of lookFirst) if (found.has(id) && !rows.has(id)) rows.set(id, null);
  const readAtMs = performance.now();
  for (const row of rows.values()) if (row) row.readAtMs = readAtMs;
  return rows;
}

const WRITTEN_BY = { table: 'checks', idColumn: 'check_id', writerColumn: 'writer' };

function insertRows(planned: readonly PlannedRow[], writer: Buffer): Sql {
  const values = planned.map(({ row, events }) => [
    row.id,
    row.teamId,
    row.opportunityId,
    toSqlTime(row.transitionAt),
    row.byHand ? 1 : 0,
    row.account,
    row.state === 'requested' ? 1 : 0,
    row.state,
    row.statusReason,
    row.version,
    toldAt(events),
    row.isOpen ? 1 : null,
    row.blockedBy,
    row.package === null ? null : JSON.stringify(row.package),
    row.applicant,
    row.applicantOf,
    row.emailHash,
    toSqlTime(row.decidedAt),
    row.newerFactsAt === null ? null : toSqlTime(row.newerFactsAt),
    row.settingsVersion,
    row.traceparent,
    writer,
  ]);
  const marks = `(?, ?, ?, ?, ?, ?, IF(?, UTC_TIMESTAMP(6), NULL), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6))`;
  return {
    sql: `INSERT INTO checks (check_id, team_id, opportunity_id, transition_at, by_hand, account, due_at, state, status_reason, version, status_at, is_open, blocked_by,
      package, applicant, applicant_of, email_hash, decided_at, newer_facts_at, settings_version, traceparent, writer, created_at)
      VALUES ${planned.map(() => marks).join(', ')}`,
    values: values.flat(),
  };
}

function updateRows(planned: readonly PlannedRow[], writer: Buffer): Sql {
  const v = rowsOf(
    [
      'id ascii',
      'turn',
      'account',
      'due',
      'state',
      'status_reason',
      'version',
      'told_at',
      'is_open',
      'blocked_by',
      'package',
      'applicant',
      'applicant_of',
      'email_hash',
      'decided_at',
      'newer_facts_at',
      'settings_version',
      'traceparent',
    ],
    planned.map(({ row, events }) => [
      row.id,
      row.turn,
      row.account,
      row.state === 'requested' ? 1 : 0,
      row.state,
      row.statusReason,
      row.version,
      toldAt(events),
      row.isOpen ? 1 : null,
      row.blockedBy,
      row.package === null ? null : JSON.stringify(row.package),
      row.applicant,
      row.applicantOf,
      row.emailHash,
      toSqlTime(row.decidedAt),
      row.newerFactsAt === null ? null : toSqlTime(row.newerFactsAt),
      row.settingsVersion,
      row.traceparent,
    ]),
  );
  return {
    sql: `UPDATE (${v.sql}) v STRAIGHT_JOIN checks c ON c.check_id = v.id
      SET c.turn = v.turn + 1, c.hint = c.hint + 1, c.writer = ?, c.account = v.account, c.due_at = IF(v.due, UTC_TIMESTAMP(6), NULL), c.attempts = 0, c.reason = NULL,
        c.state = v.state, c.status_reason = v.status_reason, c.version = v.version, c.status_at = COALESCE(v.told_at, c.status_at),
        c.is_open = v.is_open, c.blocked_by = v.blocked_by, c.package = v.package, c.applicant = v.applicant, c.applicant_of = v.applicant_of, c.email_hash = v.email_hash,
        c.decided_at = v.decided_at, c.newer_facts_at = v.newer_facts_at, c.settings_version = v.settings_version, c.traceparent = v.traceparent
      WHERE c.turn = v.turn`,
    values: [...v.values, writer],
  };
}

/** Neither turn nor writer move: an order under way must not be refused because newer facts exist. */
function markRows(marks: readonly { id: string; at: string }[]): Sql {
  const v = rowsOf(
    ['id ascii', 'newer_facts_at'],
    marks.map(({ id, at }) => [id, toSqlTime(at)]),
  );
  return {
    sql: `UPDATE (${v.sql}) v STRAIGHT_JOIN checks c ON c.check_id = v.id
      SET c.newer_facts_at = IF(c.newer_facts_at IS NULL OR c.newer_facts_at < v.newer_facts_at, v.newer_facts_at, c.newer_facts_at)`,
    values: v.values,
  };
}

/** The time the last event tells: whoever publishes the row again tells the same. */
function toldAt(events: PlannedRow['events']): string | null {
  const last = events.at(-1);
  return last === undefined ? null : toSqlTime(last.occurredAt);
}
