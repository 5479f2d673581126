import type { DueRow } from './due-table';
import { ReconcileLoop, type Load } from './reconcile-loop';
import type { ReconcilerOptions } from './reconciler-options';

export type { Load } from './reconcile-loop';
export type { HeldReason } from './breaker';
export type { ReconcilerOptions, WorkedTurn } from './reconciler-options';
export { TurnAbandonedError, type Next, type Turn } from './turn';

/**
 * Brings about what the due rows of a table say: leases accounts, gives them turns, paces their calls, tries again, and records what became of each row.
 * The lease carries the pacing; that nothing is done on old facts rests on the compare-and-set of the row's turn. See docs/decisions/0042-reconcilers.md.
 */
export class Reconciler<Row extends DueRow> {
  private readonly loop: ReconcileLoop<Row>;

  constructor(options: ReconcilerOptions<Row>) {
    this.loop = new ReconcileLoop(options);
  }

  /** Begins to work what is due. */
  start(): void {
    this.loop.start();
  }

  /** Starts nothing more, lets turns end within `graceMs`, abandons the rest, and gives the accounts back. */
  stop(graceMs: number): Promise<void> {
    return this.loop.stop(graceMs);
  }

  /**
   * Rows this process has just recorded, as they stand: worked at once if it has or gets their account; else whoever has it finds them. Their hint and turn
   * must be those in the table.
   */
  wake(rows: readonly Row[]): void {
    this.loop.wake(rows);
  }

  /** The account's settings changed, or a team was enabled: what waits for that is due now, and a broken connection is tried at once. */
  resume(account: string): void {
    this.loop.settingsChanged(account);
  }

  /** Lets one call of a kind through per `everyMs`, the first one after that time, for an account this process holds; 0 ends that. */
  hold(account: string, kind: string, everyMs: number): void {
    this.loop.hold(account, kind, everyMs);
  }

  /** How much is in hand, for metrics. */
  get load(): Load {
    return this.loop.load;
  }
}
