import type { CertnCase } from '@lever-certn/certn/certn-case';
import type { Next, Turn } from '@lever-certn/reconcile/reconciler';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import { applyCase } from './case-facts.rules';
import { isRunning } from './case-status.rules';
import { tellStatus, type CheckDesk, type WorkableTeam } from './check-desk';
import type { CheckRow } from './check-row';

const NOT_VISIBLE = 'case-not-visible';
/** So long others wait to hear of a case that was just stored for its first reading; then they hear what is known. */
const TELL_WITHIN_MS = 1_000;

/**
 * Arrives: a row with a case that is due for reading: an event named it, it was just stored or adopted, or it runs and was not read for an hour. Leaves: its
 * status, where anything changed. Comes twice, or dies in the middle: only a read and one compare-and-set with the event.
 */
export class CaseReadReconciler {
  constructor(private readonly desk: CheckDesk) {}

  /** Reads a case that was stored in the turn under way. The row is due for it, so that it is read whatever becomes of this turn. */
  async next(row: CheckRow, team: WorkableTeam, turn: Turn): Promise<Next> {
    if (row.erasing) return { kind: 'settled' };
    const reading = turn.token('read').then(() => this.desk.certn.case(team.certn, row.caseId!));
    if (!(await endsWithin(TELL_WITHIN_MS, reading))) await this.tellStored(row);
    return this.show(row, team, reading);
  }

  /** Reads the case and shows what it says. */
  work(row: CheckRow, team: WorkableTeam): Promise<Next> {
    return this.show(row, team, this.desk.certn.case(team.certn, row.caseId!));
  }

  private async show(row: CheckRow, team: WorkableTeam, reading: Promise<CertnCase>): Promise<Next> {
    let found: CertnCase;
    try {
      found = await reading;
    } catch (error) {
      if (error instanceof VendorError && (error.kind === 'not-found' || error.kind === 'forbidden')) return this.notVisible(row);
      if (error instanceof VendorError) await this.tellStored(row);
      throw error;
    }
    const { next, isNews, isUnknown } = applyCase(row, { ...found, id: row.caseId! }, team.shareResults);
    const outcome = { row, next, dueInMs: this.readAgainMs(row, next, found, team), reason: null, wasRead: true };
    const before = row.problem;
    if (!(await (isNews ? tellStatus(this.desk, outcome) : this.desk.checks.write(outcome)))) return { kind: 'settled' };
    if (before !== null && before !== next.problem) this.desk.timeline.problem(row, 'cleared', before);
    if (isUnknown && before !== next.problem) this.desk.timeline.problem(row, 'raised', 'unknown-status', found.status);
    return { kind: 'settled' };
  }

  /** A running case comes by itself; a complete one whose score Certn has not told yet once more, where the team shows scores. */
  private readAgainMs(row: CheckRow, next: CheckRow, found: CertnCase, team: WorkableTeam): number | null {
    const scoreLate = team.shareResults && next.state === 'complete' && next.caseResult === null && row.state !== 'complete';
    return isRunning(found.status) || scoreLate ? this.desk.timing.caseRereadMs : null;
  }

  /** An order that was made is not kept silent because its case can't be read yet. */
  private async tellStored(row: CheckRow): Promise<void> {
    if (row.state !== 'ordered') return;
    const next: CheckRow = { ...row, state: 'pending', version: row.version + 1 };
    await tellStatus(this.desk, { row, next, dueInMs: 0, reason: null });
  }

  /** Changes no status: the case may come back, and a person must see that it is gone. */
  private async notVisible(row: CheckRow): Promise<Next> {
    await this.tellStored(row);
    const isNew = row.problem !== NOT_VISIBLE;
    const dueInMs = isRunning(row.caseStatus) ? this.desk.timing.caseRereadMs : null;
    const next: CheckRow = { ...row, problem: NOT_VISIBLE };
    const written = await this.desk.checks.write({ row, next, dueInMs, reason: NOT_VISIBLE, wasRead: true });
    if (written && isNew) this.desk.timeline.problem(row, 'raised', NOT_VISIBLE);
    return { kind: 'settled' };
  }
}

/** Whether the work is over, well or badly, within that time. */
async function endsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, ms, false)));
  const over = work.then(
    () => true,
    () => true,
  );
  return Promise.race([over, late]).finally(() => clearTimeout(timer));
}
