import { isDuplicate } from '@lever-certn/database/database-error';
import type { CertnCase } from '@lever-certn/certn/certn-case';
import type { Next, Turn } from '@lever-certn/reconcile/reconciler';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import type { CaseReadReconciler } from './case-read.reconciler';
import { emailOf, throwIfKeyRefused, type CheckDesk, type WorkableTeam } from './check-desk';
import type { CheckRow } from './check-row';
import { sameEmail } from './email.rules';

type Refusal = 'case-not-readable' | 'case-of-another-email' | 'case-of-another-check';

/**
 * Arrives: a row in `needs-attention` for which a person has named the case. Leaves: the case adopted, if the team's key can read it, it is of this
 * e-mail and of no other check; else a line that says which of these it is not. Comes twice, or dies in the middle: a read and one compare-and-set.
 */
export class ResolutionReconciler {
  constructor(
    private readonly desk: CheckDesk,
    private readonly reads: CaseReadReconciler,
  ) {}

  async work(row: CheckRow, team: WorkableTeam, turn: Turn): Promise<Next> {
    let found: CertnCase;
    try {
      found = await this.desk.certn.case(team.certn, row.resolutionCaseId!);
    } catch (error) {
      if (!(error instanceof VendorError) || !['not-found', 'forbidden', 'rejected'].includes(error.kind)) throw error;
      if (error.kind === 'forbidden') await throwIfKeyRefused(this.desk, team, turn);
      return this.refuse(row, 'case-not-readable');
    }
    if (!sameEmail(found.email, emailOf(this.desk, row))) return this.refuse(row, 'case-of-another-email');
    try {
      if (!(await this.reads.show(row, found, team, { wasRead: true }))) return { kind: 'settled' };
    } catch (error) {
      if (isDuplicate(error, 'case_id')) return this.refuse(row, 'case-of-another-check');
      throw error;
    }
    this.desk.timeline.resolved(row, 'ok', 'case');
    this.desk.timeline.problem(row, 'cleared', 'needs-attention');
    return { kind: 'settled' };
  }

  private async refuse(row: CheckRow, why: Refusal): Promise<Next> {
    const next: CheckRow = { ...row, resolution: null, resolutionCaseId: null };
    if (await this.desk.checks.write({ row, next, dueInMs: null, reason: 'needs-attention' }))
      this.desk.timeline.resolved(row, 'failed', why, row.resolutionCaseId ?? undefined);
    return { kind: 'settled' };
  }
}
