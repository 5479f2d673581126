import { BatchFullError } from '@lever-certn/batching/micro-batch';
import type { ActivityLine } from '@lever-certn/events/activity';
import { isoTime } from '@lever-certn/events/fields';
import { factId } from '@lever-certn/events/identity.rules';
import type { ActivityLog, NewActivityLine } from '@lever-certn/kafka/activity-log';
import type { CheckRow } from './check-row';

/** What a check's line is about. */
type Subject = Pick<CheckRow, 'id' | 'teamId' | 'opportunityId' | 'transitionAt'>;

/** Why a try to order, look up or read ended as it did, or waits. */
export interface Attempt {
  /** The same for a repeat of the same line, as its time is; made of what it says if not given. */
  id?: string;
  /** Now if not given. */
  at?: string;
  step: 'order' | 'lookup' | 'read';
  outcome: 'failed' | 'waiting' | 'unclear';
  reason: string;
  detail?: string;
  attempt?: number;
  nextTryInMs?: number | null;
}

/** Lines of a candidate's timeline that no status tells. */
export class Timeline {
  constructor(
    private readonly activity: Pick<ActivityLog, 'add'>,
    private readonly log: { warn(line: object, message: string): void },
  ) {}

  /** A check that is never to be ordered. Resolves when the broker has the line; the same line again has the same id. */
  skipped(check: Subject, skipped: { reason: 'already-open' | 'superseded'; by: string }): Promise<void> {
    const { reason, by } = skipped;
    return this.activity.add(check.teamId, {
      ...lineOf(check),
      id: factId('activity', check.id, reason),
      kind: 'decision',
      outcome: 'skipped',
      reason,
      detail: `check ${by}`,
    });
  }

  /** A try that did not get where it should. */
  attempt(check: Subject, attempt: Attempt): void {
    const { id, at, step, outcome, reason, detail, attempt: number, nextTryInMs } = attempt;
    this.tell(check, {
      ...lineOf(check),
      ...(id === undefined ? {} : { id }),
      ...(at === undefined ? {} : { at }),
      kind: 'attempt',
      vendor: 'certn',
      step,
      outcome,
      reason,
      ...(detail ? { detail } : {}),
      ...(number ? { attempt: number } : {}),
      ...(typeof nextTryInMs === 'number' ? { nextTryAt: isoTime(Date.now() + nextTryInMs) } : {}),
    });
  }

  /** Something that waits for a person, or no longer does. */
  problem(check: Subject, outcome: 'raised' | 'cleared', reason: string, detail?: string): void {
    this.tell(check, { ...lineOf(check), kind: 'problem', vendor: 'certn', outcome, reason, ...(detail ? { detail } : {}) });
  }

  /** A person's command about a check was not carried out, since it needs none. Resolves when the broker has the line; the same line again has the same id. */
  refused(check: Subject, commandId: string): Promise<void> {
    const reason = 'not-needing-attention';
    const id = factId('activity', check.id, commandId, reason);
    return this.activity.add(check.teamId, { ...lineOf(check), id, kind: 'decision', outcome: 'failed', reason });
  }

  /** A person's command about a check was carried out, or not. */
  resolved(check: Subject, outcome: 'ok' | 'failed', reason: string, detail?: string): void {
    this.tell(check, { ...lineOf(check), kind: 'decision', outcome, reason, ...(detail ? { detail } : {}) });
  }

  /** A team's Certn connection works, or does not. */
  connection(teamId: string, outcome: 'ok' | 'broken', reason: string | null): void {
    const line = { at: isoTime(), kind: 'connection', vendor: 'certn', outcome, ...(reason ? { reason } : {}) } as const;
    this.tell({ teamId }, line);
  }

  private tell(check: { teamId: string; id?: string }, line: NewActivityLine): void {
    this.activity.add(check.teamId, line).catch((error: unknown) => {
      if (error instanceof BatchFullError) return;
      this.log.warn({ teamId: check.teamId, checkId: check.id, err: error }, 'a line of a timeline could not be told');
    });
  }
}

function lineOf(check: Subject): Pick<ActivityLine, 'at' | 'opportunityId' | 'checkId' | 'transitionAt'> {
  return { at: isoTime(), opportunityId: check.opportunityId, checkId: check.id, transitionAt: check.transitionAt };
}
