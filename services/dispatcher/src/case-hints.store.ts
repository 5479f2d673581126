import { MicroBatch } from '@lever-certn/batching/micro-batch';
import type { Database } from '@lever-certn/database/database';
import { CHECK_COLUMNS, checkRowOf, type CheckCells, type CheckRow } from './check-row';

/** A case, or a service in one, that Certn says changed. */
export interface CaseHint {
  objectId: string;
  traceparent: string | null;
}

/** What a hint was for: the row it made due, and whether it may be read now; `null` where no check has that case. */
export interface HintedCheck {
  row: CheckRow;
  isDueNow: boolean;
}

const BATCH_ROWS = 200;
const MAX_WAITING = 50_000;
/** Longer than an order can be under way before its case is looked up. */
const KEPT_MINUTES = 60;
const MAX_FORGOTTEN = 1000;
/** No check has a longer one. */
const MAX_ID = 100;

/**
 * Table `checks`, as `case-updated` writes it: makes the row of a case due, found by the case's id or by that of one of its services, whichever team's it
 * is. Hints that arrive together are one read and one statement; a row is not due before the gap after its last read is over.
 */
export class CaseHintsStore {
  private readonly batch: MicroBatch<CaseHint, HintedCheck | null>;

  constructor(
    private readonly database: Database,
    private readonly readGapMs: number,
  ) {
    this.batch = new MicroBatch('case hints', { maxItems: BATCH_ROWS, maxWaiting: MAX_WAITING }, (hints) =>
      this.recordAll(hints),
    );
  }

  /** Twice: due once more. @throws DatabaseError */
  record(hint: CaseHint): Promise<HintedCheck | null> {
    return this.batch.add(hint);
  }

  /** Resolves when everything handed over is written. */
  drained(): Promise<void> {
    return this.batch.drained();
  }

  private async recordAll(hints: CaseHint[]): Promise<(HintedCheck | null)[]> {
    const checkIds = await this.place([...new Set(hints.map(({ objectId }) => objectId))]);
    const ids = [...new Set(checkIds.values())].sort();
    if (ids.length === 0) return hints.map(() => null);
    const [, rows] = await this.database.script(
      `UPDATE checks SET hint = hint + 1,
         due_at = GREATEST(UTC_TIMESTAMP(6), COALESCE(TIMESTAMPADD(MICROSECOND, ?, case_read_at), UTC_TIMESTAMP(6)))
       WHERE check_id IN (?) AND state <> 'erased' ORDER BY check_id;
       SELECT due_at <= UTC_TIMESTAMP(6) AS is_due, ${CHECK_COLUMNS} FROM checks WHERE check_id IN (?) AND state <> 'erased'`,
      [this.readGapMs * 1000, ids, ids],
    );
    const hinted = new Map(
      (rows as CheckCells[]).map((cells): [string, HintedCheck] => [
        String(cells.check_id),
        { row: checkRowOf(cells), isDueNow: cells.is_due === 1 },
      ]),
    );
    return hints.map(({ objectId, traceparent }) => {
      const found = hinted.get(checkIds.get(objectId) ?? '');
      if (!found) return null;
      return { ...found, row: { ...found.row, traceparent: traceparent ?? found.row.traceparent } };
    });
  }

  /**
   * The check each of these belongs to. What belongs to none is kept in `unplaced_events`, for an order whose answer is still on its way, and looked for once
   * more after that, with locks: a row that was being stored meanwhile has not seen what was kept, but is there once its transaction ends.
   */
  private async place(objectIds: readonly string[]): Promise<Map<string, string>> {
    const checkIds = await this.checksOf(objectIds);
    const unplaced = objectIds.filter((id) => !checkIds.has(id) && id.length <= MAX_ID).sort();
    if (unplaced.length === 0) return checkIds;
    const marks = unplaced.map(() => '(?, UTC_TIMESTAMP(6))').join(', ');
    await this.database.run(
      `INSERT INTO unplaced_events (object_id, at) VALUES ${marks} ON DUPLICATE KEY UPDATE at = VALUES(at)`,
      unplaced,
    );
    const late = await this.checksOf(unplaced, 'LOCK IN SHARE MODE');
    await this.database.run('DELETE FROM unplaced_events WHERE at < UTC_TIMESTAMP(6) - INTERVAL ? MINUTE ORDER BY at LIMIT ?', [
      KEPT_MINUTES,
      MAX_FORGOTTEN,
    ]);
    return new Map([...checkIds, ...late]);
  }

  private async checksOf(objectIds: readonly string[], lock = ''): Promise<Map<string, string>> {
    const rows = await this.database.query<{ object_id: string; check_id: string }>(
      `(SELECT case_id AS object_id, check_id FROM checks WHERE case_id IN (?) ${lock})
       UNION ALL (SELECT service_id, check_id FROM case_services WHERE service_id IN (?) ${lock})`,
      [objectIds, objectIds],
    );
    return new Map(rows.map((row) => [row.object_id, row.check_id]));
  }
}
