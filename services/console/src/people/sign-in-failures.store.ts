import type { Database } from '@lever-certn/database/database';
import { FAILURES_FORGOTTEN_AFTER_MS, type FailureCount } from './sign-in-delays.rules';

/** Rows of one table at most: whoever tries addresses without end fills it no further. */
const MAX_ROWS = 100_000;
const SWEPT_AT_ONCE = 20_000;
const KNOWN_DAYS = 30;

/** Failed sign-ins and known places, shared by all copies of the console and kept over restarts; by keyed hashes only. */
export class SignInFailuresStore {
  constructor(private readonly database: Database) {}

  /** The counts there are, by id. */
  async counts(ids: readonly string[]): Promise<Map<string, FailureCount>> {
    const rows = await this.database.query<Record<'failures' | 'turn' | 'rested' | 'wait', number | string> & { id: string }>(
      `SELECT id, failures, turn, TIMESTAMPDIFF(MICROSECOND, last_at, UTC_TIMESTAMP(6)) rested,
         TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), free_at) wait FROM sign_in_failures WHERE id IN (?)`,
      [ids],
    );
    return new Map(
      rows.map((row) => [
        row.id,
        {
          failures: Number(row.failures),
          turn: Number(row.turn),
          restedMs: Number(row.rested) / 1000,
          waitMs: Number(row.wait) / 1000,
        },
      ]),
    );
  }

  /** Counts a failure, if nobody else changed the count since it was read. */
  async take(id: string, seen: FailureCount | undefined, next: { failures: number; delayMs: number }): Promise<boolean> {
    const written = seen
      ? await this.database.run(
          `UPDATE sign_in_failures SET failures = ?, turn = turn + 1, last_at = UTC_TIMESTAMP(6),
             free_at = UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND WHERE id = ? AND turn = ?`,
          [next.failures, next.delayMs * 1000, id, seen.turn],
        )
      : await this.database.run(
          `INSERT IGNORE INTO sign_in_failures (id, failures, last_at, free_at)
           VALUES (?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) + INTERVAL ? MICROSECOND)`,
          [id, next.failures, next.delayMs * 1000],
        );
    return written.affectedRows === 1;
  }

  /** Takes one failure back that was counted before it was known whether it is one. */
  async giveBack(id: string): Promise<void> {
    await this.database.run(
      `UPDATE sign_in_failures SET failures = GREATEST(failures, 1) - 1, turn = turn + 1, free_at = UTC_TIMESTAMP(6) WHERE id = ?`,
      [id],
    );
  }

  /** Forgets the failures of one id. */
  async forget(id: string): Promise<void> {
    await this.database.run('DELETE FROM sign_in_failures WHERE id = ?', [id]);
  }

  async isKnown(placeId: string): Promise<boolean> {
    const rows = await this.database.query('SELECT id FROM known_places WHERE id = ?', [placeId]);
    return rows.length > 0;
  }

  /** Remembers from where an account was signed in to. */
  async remember(placeId: string): Promise<void> {
    await this.database.run(
      'INSERT INTO known_places (id, seen_at) VALUES (?, UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE seen_at = UTC_TIMESTAMP(6)',
      [placeId],
    );
  }

  /** Forgets what is old, and of too much the oldest. */
  async sweep(): Promise<void> {
    await this.database.run(
      `DELETE FROM sign_in_failures WHERE last_at < UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND LIMIT ${SWEPT_AT_ONCE}`,
      [FAILURES_FORGOTTEN_AFTER_MS * 1000],
    );
    await this.database.run(
      `DELETE FROM known_places WHERE seen_at < UTC_TIMESTAMP(6) - INTERVAL ${KNOWN_DAYS} DAY LIMIT ${SWEPT_AT_ONCE}`,
    );
    await this.shorten('sign_in_failures', 'last_at');
    await this.shorten('known_places', 'seen_at');
  }

  private async shorten(table: string, time: string): Promise<void> {
    const rows = await this.database.query<{ n: number | string }>(`SELECT COUNT(*) n FROM ${table}`);
    const over = Math.min(Number(rows[0]?.n ?? 0) - MAX_ROWS, SWEPT_AT_ONCE);
    if (over > 0) await this.database.run(`DELETE FROM ${table} ORDER BY ${time} LIMIT ${over}`);
  }
}
