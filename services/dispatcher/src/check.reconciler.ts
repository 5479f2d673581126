import type { Next, Turn } from '@lever-certn/reconcile/reconciler';
import { inSpan } from '@lever-certn/service/tracing';
import { CaseReadReconciler } from './case-read.reconciler';
import { Attention } from './attention';
import { pausedBy, type CheckDesk, type WorkableTeam } from './check-desk';
import type { CheckRow } from './check-row';
import type { ErasureStore } from './erasure.store';
import type { FreshFacts } from './fresh-facts';
import { LookupReconciler } from './lookup.reconciler';
import type { OrderHolds } from './order-holds';
import { OrderReconciler } from './order.reconciler';
import { ResolutionReconciler } from './resolution.reconciler';

/** Reasons a row waits without costing the account anything. */
export const FACTS_OLD = 'facts-old';
export const ACCOUNT_CHANGING = 'account-changing';

/**
 * Arrives: a row of `checks` that is due. What is owed follows from where it stands: it is ordered, looked up, read, or adopted as a person said. Each of
 * those says beside its code what happens when it comes twice or dies in the middle.
 */
export class CheckReconciler {
  private readonly reads: CaseReadReconciler;
  private readonly lookups: LookupReconciler;
  private readonly orders: OrderReconciler;
  private readonly resolutions: ResolutionReconciler;

  constructor(
    private readonly desk: CheckDesk,
    private readonly facts: FreshFacts,
    holds: OrderHolds,
    private readonly erasures: ErasureStore,
  ) {
    const attention = new Attention(desk);
    this.reads = new CaseReadReconciler(desk);
    this.lookups = new LookupReconciler(desk, this.reads, attention);
    this.orders = new OrderReconciler(desk, facts, this.reads, this.lookups, holds, attention);
    this.resolutions = new ResolutionReconciler(desk, this.reads);
  }

  /** Why the row waits without costing anything. */
  paused(row: CheckRow): string | null {
    return pausedBy(this.desk, row) ?? (row.state === 'requested' && this.facts.areNeeded(row) ? FACTS_OLD : null);
  }

  /** Which part of the account's calls the first call of the row's turn belongs to. */
  kindOf(row: CheckRow): 'order' | 'read' {
    return row.state === 'requested' && !this.lookups.areNeededBeforeOrder(row) ? 'order' : 'read';
  }

  /** One turn. The loop compares the turn it gave with the one in the table, so a row that was written keeps the one it came with. */
  work(row: CheckRow, turn: Turn): Promise<Next> {
    const given = row.turn;
    return inSpan(`check ${row.state}`, { traceparent: row.traceparent ?? undefined }, async () => {
      const next = await this.turnOf(row, turn);
      if (next.kind === 'settled') row.turn = given;
      return next;
    });
  }

  private turnOf(row: CheckRow, turn: Turn): Promise<Next> {
    const team = this.desk.settings.team(row.teamId) as WorkableTeam;
    switch (row.state) {
      case 'ordering':
        return this.lookups.work(row, team, turn);
      case 'requested':
        return row.erasing ? this.erase(row) : this.orders.work(row, team, turn);
      case 'needs-attention':
        if (row.erasing) return this.erase(row);
        return row.resolution === 'case' ? this.resolutions.work(row, team, turn) : Promise.resolve({ kind: 'done' });
      case 'pending':
      case 'analyzing':
      case 'partial':
      case 'complete':
      case 'error':
      case 'cancelled':
        if (row.erasing) return this.erase(row);
        return row.caseId === null ? Promise.resolve({ kind: 'done' }) : this.reads.work(row, team, turn);
      case 'already-open':
      case 'superseded':
      case 'erased':
        return Promise.resolve({ kind: 'done' });
    }
  }

  private async erase(row: CheckRow): Promise<Next> {
    await this.erasures.erase([row]);
    return { kind: 'settled' };
  }
}
