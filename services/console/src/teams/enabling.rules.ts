/** What enabling is decided from. Times are epoch milliseconds. */
export interface EnablingFacts {
  enabled: boolean;
  stageId: string;
  /** The stage that `activeSinceMs` belongs to. */
  activeStageId: string | undefined;
  activeSinceMs: number | undefined;
  pausedAtMs: number | undefined;
  /** Lever's clock. */
  clockMs: number;
  includeSinceMs: number | undefined;
}

/**
 * What enabling does:
 * - `nothing`: it is enabled already;
 * - `begin`: first time, or another stage: who stands there already is not ordered for;
 * - `go-on`: after a pause; those who moved since `includeSinceMs` are looked at, since nobody did while it was disabled;
 * - `ask`: after a pause, where a person must say whether the moves meanwhile count, if there were any.
 */
export type Enabling =
  | { kind: 'nothing' }
  | { kind: 'begin'; activeSinceMs: number }
  | { kind: 'go-on'; activeSinceMs: number; includeSinceMs: number }
  | { kind: 'ask'; sinceMs: number; nowMs: number }
  | { kind: 'refused'; field: 'includeSince'; why: 'not-paused' | 'too-early' | 'ahead' };

/**
 * Lever's clock is the `Date` of its answer and tells whole seconds: who moved in the very second in which it was enabled stood there already, as far as
 * anyone can tell, and is offered in the console. To order for them would be the worse mistake.
 */
export const CLOCK_STEP_MS = 1000;

/** Decides what enabling does. Only where it begins, or where a person leaves moves out, does `activeSince` change. */
export function enablingOf(facts: EnablingFacts): Enabling {
  const { activeSinceMs, clockMs, includeSinceMs, pausedAtMs } = facts;
  if (activeSinceMs === undefined || facts.stageId !== facts.activeStageId)
    return includeSinceMs === undefined ? { kind: 'begin', activeSinceMs: clockMs + CLOCK_STEP_MS } : refused('not-paused');
  if (facts.enabled) return { kind: 'nothing' };
  if (includeSinceMs === undefined) return { kind: 'ask', sinceMs: pausedAtMs ?? activeSinceMs, nowMs: nowOf(facts) };
  if (includeSinceMs > nowOf(facts)) return refused('ahead');
  if (includeSinceMs < activeSinceMs) return refused('too-early');
  const countsAll = pausedAtMs === undefined || includeSinceMs <= pausedAtMs;
  return { kind: 'go-on', activeSinceMs: countsAll ? activeSinceMs : includeSinceMs, includeSinceMs };
}

/**
 * The time that leaves out everyone who moved during the pause: Lever's now, or just after the pause began, since the pause is timed by our clock.
 */
export function nowOf({ clockMs, pausedAtMs }: Pick<EnablingFacts, 'clockMs' | 'pausedAtMs'>): number {
  return Math.max(clockMs + CLOCK_STEP_MS, (pausedAtMs ?? 0) + 1);
}

function refused(why: 'not-paused' | 'too-early' | 'ahead'): Enabling {
  return { kind: 'refused', field: 'includeSince', why };
}
