import { isOpen, type CheckState } from '../candidates/obstacles.rules';

/** What is known here of a check of someone who stands in the stage. */
export interface StandingCheck extends CheckState {
  transitionAt: string;
}

/** When someone came into a stage last, as far as Lever tells. */
export function movedInAt(
  stageChanges: readonly { toStageId: string; updatedAtMs: number }[] | null,
  stageId: string,
): string | null {
  const times = (stageChanges ?? []).filter(({ toStageId }) => toStageId === stageId).map(({ updatedAtMs }) => updatedAtMs);
  return times.length === 0 ? null : new Date(Math.max(...times)).toISOString();
}

/**
 * The check that someone has for standing there: an open one, or one that was made since they came in. A check of an earlier stay counts only where nobody
 * knows when they came.
 */
export function checkOfStay(checks: readonly StandingCheck[], sinceIso: string | null): StandingCheck | undefined {
  return checks.find(isOpen) ?? checks.find(({ transitionAt }) => sinceIso === null || transitionAt >= sinceIso);
}
