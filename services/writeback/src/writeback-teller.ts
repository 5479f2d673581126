import type { ActivityLine, ActivityStep } from '@lever-certn/events/activity';
import { isoTime } from '@lever-certn/events/fields';
import { factId } from '@lever-certn/events/identity.rules';
import type { ActivityLog } from '@lever-certn/kafka/activity-log';
import type { CandidateRow } from './candidate-row';

/** What a person can do about a write that Lever refuses. */
const CURES: Record<string, string> = {
  'not-allowed':
    'The API key may not change tags or links: make a new key in Lever with "Update opportunity tags" and "Update opportunity links"',
  'perform-as': 'Lever does not accept the user that changes are attributed to: check it in the Lever integration',
};

/** Tells in the timeline what was written to Lever and what was refused. The lines of a repeated turn have the same ids. */
export class WritebackTeller {
  constructor(private readonly activity: ActivityLog) {}

  /** Resolves when the broker has the lines. `tag`: the one that stands now, empty for none of ours, `null` where it has not changed. */
  async done(row: CandidateRow, tag: string | null, linkedCheckIds: readonly string[]): Promise<void> {
    const lines: Promise<void>[] = linkedCheckIds.map((checkId) =>
      this.line(row, ['link', checkId], { kind: 'done', outcome: 'ok', step: 'link', checkId }),
    );
    if (tag !== null)
      lines.push(
        this.line(row, ['tag', row.checkId, row.turn, tag], {
          kind: 'done',
          outcome: tag === '' ? 'removed' : 'ok',
          step: 'tag',
          checkId: row.checkId,
          ...(tag === '' ? {} : { detail: tag }),
        }),
      );
    await Promise.all(lines);
  }

  /** Resolves when the broker has the line. `dueInMs`: when it is tried again; `null`: not at all. */
  async failed(row: CandidateRow, step: ActivityStep, reason: string, dueInMs: number | null): Promise<void> {
    await this.line(row, ['refused', step, row.checkId, row.turn, reason], {
      ...{
        kind: 'attempt',
        outcome: dueInMs === null ? 'failed' : 'waiting',
        step,
        reason,
        checkId: row.checkId,
        vendor: 'lever',
      },
      ...(CURES[reason] ? { detail: CURES[reason] } : {}),
      ...(dueInMs === null ? {} : { nextTryAt: isoTime(Date.now() + dueInMs) }),
    });
  }

  private line(
    row: CandidateRow,
    fact: (string | number)[],
    line: Omit<ActivityLine, 'id' | 'at' | 'opportunityId'>,
  ): Promise<void> {
    const { teamId, opportunityId } = row;
    return this.activity.add(teamId, {
      id: factId('writeback', teamId, opportunityId, ...fact),
      at: isoTime(),
      opportunityId,
      ...line,
    });
  }
}
