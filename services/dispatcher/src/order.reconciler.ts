import { isDatabaseOutage } from '@lever-certn/database/database';
import { isDuplicate } from '@lever-certn/database/database-error';
import type { CertnCase } from '@lever-certn/certn/certn-case';
import type { CertnPackage } from '@lever-certn/certn/certn.client';
import type { RequestedPackage } from '@lever-certn/events/check-requested';
import type { Next, Turn } from '@lever-certn/reconcile/reconciler';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import type { Attention } from './attention';
import type { CaseReadReconciler } from './case-read.reconciler';
import { emailOf, tellStatus, throwIfKeyRefused, type CheckDesk, type WorkableTeam } from './check-desk';
import { agoNowMs, attemptKey, type CheckRow } from './check-row';
import type { FreshFacts } from './fresh-facts';
import type { LookupReconciler } from './lookup.reconciler';
import { orderFailure } from './order.rules';
import type { OrderHolds, OrderLeave } from './order-holds';

const SAME_EMAIL_MS = 15_000;
const FACTS_MS = 1_000;
const STORE_RETRY_MS = 500;
const NOT_MADE_MS = 1_000;
const FORBIDDEN_MS = 300_000;

/**
 * Arrives: a row in `requested`. Leaves: an order at Certn and the row with its case; or the row in `ordering`, to be looked up; or waiting, refused, in error.
 * Comes twice: the claim is a compare-and-set, one of them stops. Dies before the claim: nothing happened. After it: the row is in `ordering` and due
 * for the first lookup, like every attempt nobody knows the end of.
 */
export class OrderReconciler {
  constructor(
    private readonly desk: CheckDesk,
    private readonly facts: FreshFacts,
    private readonly reads: CaseReadReconciler,
    private readonly lookups: LookupReconciler,
    private readonly holds: OrderHolds,
    private readonly attention: Attention,
  ) {}

  /** Orders, if nothing stands against it. */
  async work(row: CheckRow, team: WorkableTeam, turn: Turn): Promise<Next> {
    const email = emailOf(this.desk, row);
    // They were there when the turn was given; the next look at the row asks.
    if (this.facts.areNeeded(row) || email === null) return { kind: 'again', inMs: FACTS_MS, reason: 'facts-old' };
    if (this.lookups.areNeededBeforeOrder(row)) return this.lookups.beforeOrder(row, team, turn);
    const leave = await this.holds.ask(row.account);
    if (leave.waitMs > 0) return { kind: 'again', inMs: leave.waitMs, reason: 'orders-held' };

    const { sendWithinMs, lookupsMs } = this.desk.timing;
    const maySend = within(sendWithinMs);
    switch (await this.desk.checks.claim(row, attemptKey(row), lookupsMs[0]!)) {
      case 'lost':
        this.holds.unused(row.account, leave);
        return { kind: 'settled' };
      case 'same-email':
        this.holds.unused(row.account, leave);
        return this.waitForSameEmail(row);
      case 'ours':
        break;
    }
    let found: CertnCase;
    try {
      found = await this.desk.certn.order(team.certn, { email, package: orderedPackage(row.package!) }, maySend);
    } catch (error) {
      return this.failed(row, team, turn, leave, error);
    }
    this.holds.clear(row.account);
    return this.made(row, team, found);
  }

  /** Certn has a case: it is stored and told, even if the database is away for a while. What can't be stored is found by the lookups. */
  private async made(row: CheckRow, team: WorkableTeam, found: CertnCase): Promise<Next> {
    for (;;) {
      try {
        return (await this.reads.show(row, found, team)) ? { kind: 'settled' } : await this.tooLate(row, found);
      } catch (error) {
        if (isDuplicate(error, 'case_id')) return this.attention.raise(row, 'case-of-another-check');
        const isOver = (agoNowMs(row, row.attemptedAgoMs) ?? 0) > this.desk.timing.lookupsMs[0]!;
        if (!isDatabaseOutage(error) || isOver) throw error;
        await new Promise((resolve) => setTimeout(resolve, STORE_RETRY_MS));
      }
    }
  }

  private async failed(row: CheckRow, team: WorkableTeam, turn: Turn, leave: OrderLeave, error: unknown): Promise<Next> {
    if (!(error instanceof VendorError)) {
      this.holds.unclear(row.account, leave);
      throw error;
    }
    const failure = orderFailure(error);
    if (failure === 'unclear') return this.unclear(row, leave, error);
    if (error.code === 'too-late') {
      this.holds.unused(row.account, leave);
      await this.notMade(row, 0, 'too-late');
      return { kind: 'settled' };
    }
    if (error.kind !== 'unavailable') this.holds.clear(row.account);
    switch (failure) {
      case 'rejected':
        return this.rejected(row, error);
      case 'forbidden':
        await this.notMade(row, FORBIDDEN_MS, 'forbidden');
        return this.forbidden(row, team, turn);
      case 'later':
        await this.notMade(row, NOT_MADE_MS, error.kind);
        throw error;
    }
  }

  /** Nothing is written: the claim has made the row due for its first lookup, as it would be had the process died. */
  private unclear(row: CheckRow, leave: OrderLeave, error: VendorError): Next {
    this.holds.unclear(row.account, leave);
    this.desk.timeline.attempt(row, {
      step: 'order',
      outcome: 'unclear',
      reason: error.code ?? error.kind,
      attempt: row.attempt,
      nextTryInMs: this.desk.timing.lookupsMs[0]!,
    });
    return { kind: 'settled' };
  }

  /** Surely no case: the attempt never was. A row that was never unclear forgets when it was first tried. */
  private async notMade(row: CheckRow, dueInMs: number, reason: string): Promise<void> {
    const firstAttemptedAt = row.unclear === 0 ? null : row.firstAttemptedAt;
    const next: CheckRow = { ...row, state: 'requested', hasAttemptKey: false, lookups: 0, firstAttemptedAt };
    await this.desk.checks.write({ row, next, dueInMs, reason });
  }

  private async rejected(row: CheckRow, error: VendorError): Promise<Next> {
    const next: CheckRow = {
      ...row,
      state: 'error',
      statusReason: 'rejected',
      isOpen: false,
      hasAttemptKey: false,
      applicant: null,
      version: row.version + 1,
    };
    await tellStatus(this.desk, { row, next, dueInMs: null, reason: 'rejected' });
    const detail = [error.status, error.code].filter((part) => part !== undefined).join(' ');
    this.desk.timeline.attempt(row, { step: 'order', outcome: 'failed', reason: 'rejected', detail, attempt: row.attempt });
    return { kind: 'settled' };
  }

  /** 403: the key may not order. Where it may not read either, the connection is broken; else this waits for a better key. */
  private async forbidden(row: CheckRow, team: WorkableTeam, turn: Turn): Promise<Next> {
    await throwIfKeyRefused(this.desk, team, turn);
    this.desk.timeline.attempt(row, { step: 'order', outcome: 'failed', reason: 'forbidden', nextTryInMs: FORBIDDEN_MS });
    return { kind: 'settled' };
  }

  private waitForSameEmail(row: CheckRow): Next {
    if (row.attempts === 0 && row.waitReason !== SAME_EMAIL)
      this.desk.timeline.attempt(row, { step: 'order', outcome: 'waiting', reason: SAME_EMAIL, nextTryInMs: SAME_EMAIL_MS });
    return { kind: 'again', inMs: SAME_EMAIL_MS, reason: SAME_EMAIL };
  }

  /**
   * The answer came to a process that had lost the row. Where nobody else has found the case, a person must hear of it; until the row's own lookup finds it after
   * all, which the console knows by the case that the line and the status name.
   */
  private async tooLate(row: CheckRow, found: CertnCase): Promise<Next> {
    const owned = await this.desk.checks.ownedCases([found.id]);
    if (!owned.has(found.id)) this.desk.timeline.problem(row, 'raised', 'possible-double', `case ${found.id}`);
    return { kind: 'settled' };
  }
}

const SAME_EMAIL = 'same-email-under-way';

function orderedPackage(wanted: RequestedPackage): CertnPackage {
  return wanted.certnPackageId === undefined ? { services: wanted.services ?? [] } : { certnPackageId: wanted.certnPackageId };
}

/** Whether less than this time has gone by since now, by the steady clock and by the wall: a machine that slept knows it by one of them only. */
function within(ms: number): () => boolean {
  const steadyMs = performance.now();
  const wallMs = Date.now();
  return () => performance.now() - steadyMs <= ms && Date.now() - wallMs <= ms;
}
