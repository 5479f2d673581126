import { isoTime } from '@lever-certn/events/fields';
import { factId } from '@lever-certn/events/identity.rules';
import type { ActivityLog, NewActivityLine } from '@lever-certn/kafka/activity-log';
import type { SettingsView } from '@lever-certn/settings/settings-view';
import type { VendorError } from '@lever-certn/vendor-http/vendor-error';
import type { CandidateRow } from './candidate-row';

const CONNECTION_CURE =
  'Lever refuses the API key: save a working one in the Lever integration; everything that waits goes on by itself';

/** Tells in the timeline what could not be written back yet, and of each team whether its Lever connection works. Nobody waits for these lines. */
export class WritebackTroubles {
  constructor(
    private readonly activity: ActivityLog,
    private readonly settings: SettingsView,
    private readonly log: { warn(line: object, message: string): void },
  ) {}

  /** Writing back failed and is tried again. */
  failed(row: CandidateRow, error: VendorError, dueInMs: number): void {
    const { teamId, opportunityId } = row;
    this.tell(teamId, {
      id: factId('write back failed', row.id, row.hint, row.turn, row.attempts),
      at: isoTime(),
      kind: 'attempt',
      outcome: 'waiting',
      vendor: 'lever',
      step: 'tag',
      reason: error.kind,
      opportunityId,
      checkId: row.checkId,
      attempt: row.attempts + 1,
      nextTryAt: isoTime(Date.now() + dueInMs),
    });
  }

  /** The key of an account is refused, or works again: so it is for every team that uses it. */
  connection(account: string, state: 'ok' | 'broken', reason: string): void {
    for (const { teamId } of this.settings.teamsOfAccount('lever', account))
      this.tell(teamId, {
        at: isoTime(),
        kind: 'connection',
        outcome: state,
        vendor: 'lever',
        ...(state === 'broken' ? { reason, detail: CONNECTION_CURE } : {}),
      });
  }

  private tell(teamId: string, line: NewActivityLine): void {
    this.activity.add(teamId, line).catch((err: unknown) => this.log.warn({ teamId, err }, 'a line of the timeline was lost'));
  }
}
