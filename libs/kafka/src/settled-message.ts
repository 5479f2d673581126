/**
 * What became of a message:
 * - `recorded`: its handler recorded it;
 * - `dead-letter`: nobody could read it, or its handler failed at it again and again; it was set aside;
 * - `dropped`: a dead letter at which this happened: it is not set aside twice;
 * - `skipped`: a tombstone that nobody asked for.
 */
export type MessageOutcome = 'recorded' | 'dead-letter' | 'dropped' | 'skipped';

/** One message that is over, in the shape of one log line and one metric. */
export interface SettledMessage {
  unit: 'message';
  /** The topic without prefix; `topic` says the same, for log lines. */
  name: string;
  topic: string;
  partition: number;
  offset: string;
  outcome: MessageOutcome;
  reason?: string;
  /** From the first time its handler was called to its end. */
  durationMs: number;
  attempt: number;
  teamId?: string;
  opportunityId?: string;
  checkId?: string;
}

/** The ids an event carries, if it does. */
export function idsOf(event: object): Pick<SettledMessage, 'teamId' | 'opportunityId' | 'checkId'> {
  const { teamId, opportunityId, checkId } = event as Record<string, unknown>;
  return {
    ...(typeof teamId === 'string' ? { teamId } : {}),
    ...(typeof opportunityId === 'string' ? { opportunityId } : {}),
    ...(typeof checkId === 'string' ? { checkId } : {}),
  };
}
