import { VendorError, type VendorFailure } from '@lever-certn/vendor-http/vendor-error';
import type { Database } from '@lever-certn/database/database';
import type { DueTable } from './due-table';
import { Reconciler, type Next, type ReconcilerOptions, type Turn, type WorkedTurn } from './reconciler';
import { count, newSchema, openWork, until, workTable, type WorkRow } from './work-table.fixture';

/** Long enough that nothing is found by looking unless a test wants it. */
export const NEVER_MS = 60_000;
/** A limit that holds nothing up. */
export const FAST = { count: 100_000, windowMs: 1_000, burst: 10_000, perDay: null };

/** A reconciler, and what it did. */
export interface Started {
  reconciler: Reconciler<WorkRow>;
  called: string[];
  turns: WorkedTurn<WorkRow>[];
  troubles: unknown[];
}

/** A row as it stands in the table. */
export interface StoredRow {
  due_in_ms: number | null;
  attempts: number;
  reason: string | null;
  turn: number;
  hint: number;
}

export const done = (): Next => ({ kind: 'done' });

export function vendorError(kind: VendorFailure['kind'], more: Partial<VendorFailure> = {}): VendorError {
  return new VendorError({ vendor: 'lever', route: 'GET /opportunities/:id', kind, made: 'not-made', ...more });
}

export function fails(kind: VendorFailure['kind'], more: Partial<VendorFailure> = {}): never {
  throw vendorError(kind, more);
}

/** A schema of its own for one spec, and reconcilers that end with each test. */
export class Bed {
  readonly schema = newSchema();
  database!: Database;
  table!: DueTable<WorkRow>;
  readonly running: Reconciler<WorkRow>[] = [];

  constructor(private readonly connections = 6) {}

  async open(): Promise<void> {
    this.database = await openWork(this.schema, this.connections);
  }

  async close(): Promise<void> {
    await this.database.run(`DROP DATABASE ${this.schema}`);
    await this.database.close();
  }

  async clear(): Promise<void> {
    this.table = workTable(this.database);
    for (const name of ['work', 'account_leases']) await this.database.run(`DELETE FROM ${name}`);
  }

  async stopAll(): Promise<void> {
    for (const reconciler of this.running.splice(0)) await reconciler.stop(100);
  }

  start(work: (row: WorkRow, turn: Turn) => Promise<Next> | Next, more: Partial<ReconcilerOptions<WorkRow>> = {}): Started {
    const noted = { called: [] as string[], turns: [] as WorkedTurn<WorkRow>[], troubles: [] as unknown[] };
    const reconciler = new Reconciler<WorkRow>({
      name: 'work',
      table: this.table,
      database: this.database,
      limit: FAST,
      pollMs: 50,
      work: async (row, turn) => {
        noted.called.push(row.id);
        return await work(row, turn);
      },
      onTurn: (turn) => noted.turns.push(turn),
      onTrouble: (error) => noted.troubles.push(error),
      ...more,
    });
    this.running.push(reconciler);
    reconciler.start();
    return { reconciler, ...noted };
  }

  left(): Promise<number> {
    return count(this.database, 'work WHERE due_at IS NOT NULL');
  }

  leftOf(account: string): Promise<number> {
    return count(this.database, 'work WHERE account = ? AND due_at IS NOT NULL', [account]);
  }

  allDone(): Promise<void> {
    return until('all rows are done', async () => (await this.left()) === 0);
  }

  async stored(id: string): Promise<StoredRow> {
    const [row] = await this.database.query<StoredRow & { due_in_us: string | number | null }>(
      'SELECT TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), due_at) AS due_in_us, attempts, reason, turn, hint FROM work WHERE id = ?',
      [id],
    );
    const { due_in_us, ...same } = row!;
    return { ...same, due_in_ms: due_in_us === null ? null : Number(due_in_us) / 1_000 };
  }

  hintAt(id: string): Promise<unknown> {
    return this.database.run('UPDATE work SET hint = hint + 1, due_at = UTC_TIMESTAMP(6) WHERE id = ?', [id]);
  }
}
