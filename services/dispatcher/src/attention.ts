import type { Next } from '@lever-certn/reconcile/reconciler';
import { tellStatus, type CheckDesk } from './check-desk';
import type { CheckRow } from './check-row';

/** Why a person must say whether a case exists. */
export type AttentionReason =
  'several-cases' | 'other-services' | 'unreadable-case' | 'unclear-too-often' | 'case-of-another-check' | 'no-email-to-look-up';

/** Sets checks aside for a person. */
export class Attention {
  constructor(private readonly desk: CheckDesk) {}

  /** The row waits in `needs-attention` until a person resolves it; the check stays open. */
  async raise(row: CheckRow, why: AttentionReason, unclear = row.unclear): Promise<Next> {
    const next: CheckRow = {
      ...row,
      state: 'needs-attention',
      statusReason: null,
      hasAttemptKey: false,
      lookups: 0,
      unclear,
      version: row.version + 1,
    };
    if (await tellStatus(this.desk, { row, next, dueInMs: null, reason: 'needs-attention', wasLookedUp: true }))
      this.desk.timeline.problem(row, 'raised', 'needs-attention', why);
    return { kind: 'settled' };
  }
}
