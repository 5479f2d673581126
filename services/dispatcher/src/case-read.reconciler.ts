import type { CertnCase } from '@lever-certn/certn/certn-case';
import type { Next, Turn } from '@lever-certn/reconcile/reconciler';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import { applyCase, isWhole } from './case-facts.rules';
import { isRunning } from './case-status.rules';
import { tellStatus, throwIfKeyRefused, type CheckDesk, type WorkableTeam } from './check-desk';
import type { CheckRow } from './check-row';
import type { Outcome } from './checks.store';

const NOT_VISIBLE = 'case-not-visible';

/**
 * Arrives: a row with a case that is due for reading: an event named it, it was taken from an answer that did not say all, or it runs and was not read for an
 * hour. Leaves: its status, where anything changed. Comes twice, or dies in the middle: only a read and one compare-and-set with the event.
 */
export class CaseReadReconciler {
  constructor(private readonly desk: CheckDesk) {}

  /** Reads the case and shows what it says. */
  async work(row: CheckRow, team: WorkableTeam, turn: Turn): Promise<Next> {
    let found: CertnCase;
    try {
      found = await this.desk.certn.case(team.certn, row.caseId!);
    } catch (error) {
      if (!(error instanceof VendorError) || (error.kind !== 'not-found' && error.kind !== 'forbidden')) throw error;
      if (error.kind === 'forbidden') await throwIfKeyRefused(this.desk, team, turn);
      return this.notVisible(row);
    }
    await this.show(row, { ...found, id: row.caseId! }, team, { wasRead: true });
    return { kind: 'settled' };
  }

  /**
   * Makes the row show a case as Certn has just answered it, and tells others: its status, and a word that nobody knows. A case that is new to the row and
   * does not say all is read at once; so is one of which an event came before (`unplaced_events`). `wasRead`: it is the answer to a reading.
   * @returns whether the row was still as it was read
   * @throws DatabaseError; a duplicate of key `case_id` where the case belongs to another check
   */
  async show(
    row: CheckRow,
    found: CertnCase,
    team: WorkableTeam,
    how: Pick<Outcome, 'wasRead' | 'wasLookedUp'> = {},
  ): Promise<boolean> {
    const { next, isNews, isUnknown } = applyCase(row, found, team.shareResults);
    const says = how.wasRead === true || isWhole(found);
    const outcome = { row, next, dueInMs: says ? this.readAgainMs(row, next, found, team) : 0, reason: null, ...how };
    const before = row.problem;
    if (!(await (isNews ? tellStatus(this.desk, outcome) : this.desk.checks.write(outcome)))) return false;
    if (before !== null && before !== next.problem) this.desk.timeline.problem(row, 'cleared', before);
    if (isUnknown && before !== next.problem) this.desk.timeline.problem(row, 'raised', 'unknown-status', found.status);
    return true;
  }

  /** A running case comes by itself; a complete one whose score Certn has not told yet once more, where the team shows scores. */
  private readAgainMs(row: CheckRow, next: CheckRow, found: CertnCase, team: WorkableTeam): number | null {
    const scoreLate = team.shareResults && next.state === 'complete' && next.caseResult === null && row.state !== 'complete';
    return isRunning(found.status) || scoreLate ? this.desk.timing.caseRereadMs : null;
  }

  /** Changes no status: the case may come back, and a person must see that it is gone. */
  private async notVisible(row: CheckRow): Promise<Next> {
    const isNew = row.problem !== NOT_VISIBLE;
    const dueInMs = isRunning(row.caseStatus) ? this.desk.timing.caseRereadMs : null;
    const next: CheckRow = { ...row, problem: NOT_VISIBLE };
    const written = await this.desk.checks.write({ row, next, dueInMs, reason: NOT_VISIBLE, wasRead: true });
    if (written && isNew) this.desk.timeline.problem(row, 'raised', NOT_VISIBLE);
    return { kind: 'settled' };
  }
}
