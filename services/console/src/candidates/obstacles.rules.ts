/** What bears on whether a check is over. */
export interface CheckState {
  checkId: string;
  status: string;
  reason: string | null;
}

const OPEN = new Set(['requested', 'pending', 'analyzing', 'partial']);

/** Whether a check is not over yet, so that no other one is ordered for its candidate. */
export function isOpen({ status, reason }: CheckState): boolean {
  return OPEN.has(status) || needsAttention({ status, reason });
}

/** Whether a person must say what becomes of a check. */
export function needsAttention({ status, reason }: Pick<CheckState, 'status' | 'reason'>): boolean {
  return status === 'error' && reason === 'needs-attention';
}

/** Why each of the things an admin may do with a candidate can't be done now; `null` where it can. */
export interface Obstacles {
  order: string | null;
  look: string | null;
  settle: string | null;
}

const DISABLED = 'The integration is disabled: enable it first.';

/** What stands against ordering by hand, checking again and settling. */
export function obstaclesOf(enabled: boolean, checks: readonly CheckState[]): Obstacles {
  const attention = checks.some(needsAttention);
  const open = checks.some(isOpen);
  return {
    order: !enabled
      ? DISABLED
      : attention
        ? 'A check waits to be settled: settle it first.'
        : open
          ? 'A check is open: a candidate has one open check at a time.'
          : null,
    look: enabled ? null : DISABLED,
    settle: attention ? null : 'No check of this candidate needs attention.',
  };
}
