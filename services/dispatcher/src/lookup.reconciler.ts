import { isDuplicate } from '@lever-certn/database/database-error';
import type { CertnCase } from '@lever-certn/certn/certn-case';
import { PAGE_LIMIT } from '@lever-certn/certn/certn.client';
import type { Next, Turn } from '@lever-certn/reconcile/reconciler';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import type { Attention } from './attention';
import { CREATED_SLACK_MS, judgeLookup, type LookupVerdict } from './case-match.rules';
import type { CaseReadReconciler } from './case-read.reconciler';
import { emailOf, throwIfKeyRefused, type CheckDesk, type WorkableTeam } from './check-desk';
import { agoNowMs, type CheckRow } from './check-row';
import { afterUnclear, nextLookupInMs } from './order.rules';

/** Pages of cases of one e-mail; where there are more, nobody can say what is not among them. */
const MAX_PAGES = 10;
const RACE_MS = 1_000;
/** A lookup this old says little of a case that the search shows late. */
const LOOKUP_FRESH_MS = 60_000;

type Sighting = { verdict: LookupVerdict; found: CertnCase[] };

/**
 * Arrives: a row in `ordering`, whose attempt nobody knows the end of. Leaves: the case it made, adopted; or the row in `requested` again; or
 * in `needs-attention`. Comes twice, or dies in the middle: only reads at Certn, then one compare-and-set; a case belongs to one check by a unique key.
 */
export class LookupReconciler {
  constructor(
    private readonly desk: CheckDesk,
    private readonly reads: CaseReadReconciler,
    private readonly attention: Attention,
  ) {}

  /** Looks an attempt up if that is due. */
  async work(row: CheckRow, team: WorkableTeam, turn: Turn): Promise<Next> {
    const { lookupsMs } = this.desk.timing;
    const agoMs = agoNowMs(row, row.attemptedAgoMs) ?? Infinity;
    const waitMs = nextLookupInMs(row.lookups, agoMs, lookupsMs) ?? 0;
    if (waitMs > 0) return { kind: 'again', inMs: waitMs, reason: 'ordering' };
    const { verdict, found } = await this.lookUp(row, team, turn);
    const thenMs = nextLookupInMs(row.lookups + 1, agoMs, lookupsMs);
    switch (verdict.kind) {
      case 'adopt':
        return this.adopt(
          row,
          team,
          found.find(({ id }) => id === verdict.caseId)!,
        );
      case 'needs-attention':
        return this.attention.raise(row, verdict.why, row.unclear + 1);
      case 'unreadable':
        return thenMs === null ? this.attention.raise(row, 'unreadable-case', row.unclear + 1) : this.lookAgain(row, thenMs);
      case 'none':
        return thenMs === null ? this.orderAgain(row) : this.lookAgain(row, thenMs);
    }
  }

  /** Whether an order that follows an unclear one has to be looked up once more first: the search may have shown its case since. */
  areNeededBeforeOrder(row: CheckRow): boolean {
    if (row.unclear === 0) return false;
    const agoMs = agoNowMs(row, row.lookedUpAgoMs);
    return agoMs === null || agoMs > LOOKUP_FRESH_MS;
  }

  /** That lookup: finds the case after all, or lets the row be ordered. */
  async beforeOrder(row: CheckRow, team: WorkableTeam, turn: Turn): Promise<Next> {
    const { verdict, found } = await this.lookUp(row, team, turn);
    switch (verdict.kind) {
      case 'adopt':
        return this.adopt(
          row,
          team,
          found.find(({ id }) => id === verdict.caseId)!,
        );
      case 'needs-attention':
        return this.attention.raise(row, verdict.why);
      case 'unreadable':
        return this.attention.raise(row, 'unreadable-case');
      case 'none':
        await this.desk.checks.write({ row, next: row, dueInMs: 0, reason: null, wasLookedUp: true });
        return { kind: 'settled' };
    }
  }

  private async lookUp(row: CheckRow, team: WorkableTeam, turn: Turn): Promise<Sighting> {
    const email = emailOf(this.desk, row);
    if (email === null || row.package === null) return { verdict: { kind: 'unreadable' }, found: [] };
    const firstAttemptedMs = Date.parse(row.firstAttemptedAt ?? row.attemptedAt ?? row.decidedAt);
    const filter = { email, createdAfterMs: firstAttemptedMs - CREATED_SLACK_MS };
    let pages = 0;
    const beforePage = async (): Promise<void> => {
      if (pages++ > 0) await turn.token('read');
    };
    let found: CertnCase[];
    try {
      found = await this.desk.certn.cases(team.certn, { ...filter, maxPages: MAX_PAGES, beforePage });
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      if (error.kind === 'forbidden') await throwIfKeyRefused(this.desk, team, turn);
      if (error.code !== PAGE_LIMIT) throw error;
      return { verdict: { kind: 'unreadable' }, found: [] };
    }
    const owned = await this.desk.checks.ownedCases(found.map(({ id }) => id));
    return { verdict: judgeLookup(found, { email, package: row.package, firstAttemptedMs }, owned), found };
  }

  private async adopt(row: CheckRow, team: WorkableTeam, found: CertnCase): Promise<Next> {
    try {
      await this.reads.show(row, found, team, { wasLookedUp: true });
      return { kind: 'settled' };
    } catch (error) {
      if (!isDuplicate(error, 'case_id')) throw error;
      return { kind: 'again', inMs: RACE_MS, reason: 'case-taken' };
    }
  }

  private async lookAgain(row: CheckRow, inMs: number): Promise<Next> {
    const next: CheckRow = { ...row, lookups: row.lookups + 1 };
    await this.desk.checks.write({ row, next, dueInMs: inMs, reason: 'ordering', wasLookedUp: true });
    return { kind: 'settled' };
  }

  private async orderAgain(row: CheckRow): Promise<Next> {
    const unclear = row.unclear + 1;
    const after = afterUnclear(unclear, this.desk.timing.unclearRetriesMs);
    if (after.kind === 'needs-attention') return this.attention.raise(row, 'unclear-too-often', unclear);
    const next: CheckRow = { ...row, state: 'requested', hasAttemptKey: false, lookups: 0, unclear };
    const { inMs } = after;
    if (await this.desk.checks.write({ row, next, dueInMs: inMs, reason: 'unclear', wasLookedUp: true }))
      this.desk.timeline.attempt(row, {
        step: 'lookup',
        outcome: 'failed',
        reason: 'no-case-found',
        attempt: row.attempt,
        nextTryInMs: inMs,
      });
    return { kind: 'settled' };
  }
}
