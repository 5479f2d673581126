import type { Command } from '@lever-certn/events/command';
import type { CheckRequested } from '@lever-certn/events/check-requested';
import type { CaseHint, CaseHintsStore } from './case-hints.store';
import { tellStatus, type CheckDesk } from './check-desk';
import type { CheckRow } from './check-row';
import type { ErasureStore } from './erasure.store';
import type { RequestIntake } from './request-intake';
import type { RequestsStore } from './requests.store';

const MAX_ROUNDS = 5;

/** Where everything that arrives is recorded. */
export class DispatchDesk {
  constructor(
    private readonly desk: CheckDesk,
    private readonly intake: RequestIntake,
    private readonly requests: RequestsStore,
    private readonly hints: CaseHintsStore,
    private readonly erasures: ErasureStore,
    private readonly wake: (rows: CheckRow[]) => void,
    /** Told of events of cases that belong to no check. */
    private readonly unknownCase: () => void,
  ) {}

  /** Records what is asked for by the decision table, and works what is due by it. A check that is never to be ordered is told of before this resolves. */
  async take(event: CheckRequested, traceparent: string | undefined): Promise<void> {
    const recorded = await this.requests.record(this.intake.read(event, traceparent));
    if (recorded.due.length > 0) this.wake(recorded.due);
    if (recorded.skipped) await this.desk.timeline.skipped({ ...event, id: event.checkId }, recorded.skipped);
  }

  /** Makes the check of a case due for reading. */
  async caseChanged(hint: CaseHint): Promise<void> {
    const hinted = await this.hints.record(hint);
    if (!hinted) this.unknownCase();
    else if (hinted.isDueNow) this.wake([hinted.row]);
  }

  /**
   * Carries out what a person says of a check that needs attention. Of any other check it changes nothing, which is told. A command that comes again after
   * it was carried out or refused does nothing, wherever the check stands by then.
   */
  async resolve(command: Command): Promise<void> {
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      const row = await this.desk.checks.read(command.checkId!);
      if (!row || row.teamId !== command.teamId) return;
      if (await this.desk.checks.isAnswered(row.id, command.commandId)) return;
      if (row.state !== 'needs-attention') {
        await this.desk.timeline.refused(row, command.commandId);
        return this.desk.checks.refused(row.id, command.commandId);
      }
      if (await this.settle(row, command)) return;
    }
    throw new Error('a check that was to be resolved kept changing');
  }

  /** Forgets the person of an opportunity. */
  erase(teamId: string, opportunityId: string): Promise<void> {
    return this.erasures.eraseOpportunity(teamId, opportunityId);
  }

  private async settle(row: CheckRow, { commandId, resolution, caseId }: Command): Promise<boolean> {
    const cleared = { resolution: null, resolutionCaseId: null };
    switch (resolution!) {
      case 'case': {
        const next: CheckRow = { ...row, resolution: 'case', resolutionCaseId: caseId! };
        const written = await this.desk.checks.write({ row, next, dueInMs: 0, reason: 'resolving', commandId });
        if (written) this.wake([row]);
        return written;
      }
      case 'order': {
        const next: CheckRow = { ...row, ...cleared, state: 'requested', unclear: 0, lookups: 0, firstAttemptedAt: null };
        if (!(await this.desk.checks.write({ row, next, dueInMs: 0, reason: null, commandId }))) return false;
        this.desk.timeline.resolved(row, 'ok', 'order');
        this.desk.timeline.problem(row, 'cleared', 'needs-attention');
        this.wake([row]);
        return true;
      }
      case 'drop': {
        const closed = { state: 'cancelled', statusReason: 'dropped', isOpen: false, applicant: null } as const;
        const next: CheckRow = { ...row, ...cleared, ...closed, version: row.version + 1 };
        if (!(await tellStatus(this.desk, { row, next, dueInMs: null, reason: 'dropped', commandId }))) return false;
        this.desk.timeline.problem(row, 'cleared', 'needs-attention');
        return true;
      }
    }
  }
}
