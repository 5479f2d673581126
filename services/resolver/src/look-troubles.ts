import { isoTime } from '@lever-certn/events/fields';
import { factId } from '@lever-certn/events/identity.rules';
import type { ActivityLog, NewActivityLine } from '@lever-certn/kafka/activity-log';
import type { HeldReason } from '@lever-certn/reconcile/reconciler';
import type { SettingsView } from '@lever-certn/settings/settings-view';
import type { VendorError } from '@lever-certn/vendor-http/vendor-error';
import type { LookRow } from './looks.store';

const CONNECTION_CURE =
  'Lever refuses the API key: save a working one in the Lever integration; everything that waits goes on by itself';

/** Tells in the timeline what could not be looked at, and of each team whether its Lever connection works. Nobody waits for these lines. */
export class LookTroubles {
  constructor(
    private readonly activity: ActivityLog,
    private readonly settings: SettingsView,
    private readonly log: { warn(line: object, message: string): void },
  ) {}

  /** A look failed and is tried again. */
  failed(row: LookRow, error: VendorError, dueInMs: number): void {
    const id = factId('look failed', row.id, row.hint, row.turn, row.attempts);
    this.waits(row, { id, at: isoTime(), reason: error.kind, dueInMs });
  }

  /**
   * Lever refuses the key or is down, so the look waits. Told of those of whom nothing is known yet, who would be seen nowhere else; the others stand with what was found
   * of them before, which a look that finds the same would not say again. However often it is told, it is one line, of the time of the webhook.
   */
  held(row: LookRow, reason: HeldReason, triedInMs: number): void {
    if (row.memory !== null || row.triggeredAt === null) return;
    const at = isoTime(Math.min(Date.now(), Date.parse(row.triggeredAt)));
    this.waits(row, { id: factId('look held', row.id, row.hint, reason), at, reason, dueInMs: triedInMs });
  }

  private waits(row: LookRow, { id, at, reason, dueInMs }: { id: string; at: string; reason: string; dueInMs: number }): void {
    this.tell(row.teamId, {
      id,
      at,
      kind: 'attempt',
      outcome: 'waiting',
      vendor: 'lever',
      step: 'look',
      reason,
      opportunityId: row.opportunityId,
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
