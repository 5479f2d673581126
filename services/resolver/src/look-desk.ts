import { isoTime } from '@lever-certn/events/fields';
import { factId } from '@lever-certn/events/identity.rules';
import type { ActivityLog } from '@lever-certn/kafka/activity-log';
import type { SettingsView } from '@lever-certn/settings/settings-view';
import type { LookHint, LookRow, LookStore } from './looks.store';

/** What a "no" without a look is about. */
export interface RefusedLook {
  teamId: string;
  opportunityId: string;
  triggeredAt?: string;
  checkId?: string;
  transitionAt?: string;
}

/** Where handlers bring what asks for a look: it is recorded and worked at once, or refused with a line that says why. */
export class LookDesk {
  constructor(
    private readonly looks: LookStore,
    private readonly settings: SettingsView,
    private readonly activity: ActivityLog,
    private readonly wake: (rows: LookRow[]) => void,
  ) {}

  /**
   * Whether the team is known to be disabled: nothing new is begun for it. What waits already goes on when it is enabled. It is not known while settings of
   * `sinceVersion` are still on their way.
   */
  isDisabled(teamId: string, sinceVersion = 0): boolean {
    const team = this.settings.team(teamId);
    return team?.enabled === false && team.version >= sinceVersion;
  }

  /**
   * Records a hint and hands the row to the reconciler. If the team got another account while it was being recorded, what waits of the team may have been moved
   * along just before: then the row follows by itself, and does not wait with a key that is perhaps refused.
   */
  async take(hint: Omit<LookHint, 'account'>): Promise<void> {
    const { teamId } = hint;
    const row = await this.looks.record({ ...hint, account: this.accountOf(teamId) });
    const account = this.accountOf(teamId) || row.account;
    if (row.account !== account) await this.looks.repoint(teamId, account);
    this.wake([{ ...row, account }]);
  }

  /** The first row of the table needs no answer of Lever's. */
  skipDisabled(look: RefusedLook): Promise<void> {
    return this.refuse(look, 'skipped', 'disabled');
  }

  /** Says why there is no look. Resolves when the broker has it. */
  refuse(look: RefusedLook, outcome: 'skipped' | 'failed', reason: string): Promise<void> {
    const { teamId, opportunityId, triggeredAt, checkId, transitionAt } = look;
    return this.activity.add(teamId, {
      id: factId('decision', teamId, opportunityId, checkId ?? `~${triggeredAt ?? ''}`, reason),
      at: isoTime(),
      kind: 'decision',
      outcome,
      reason,
      step: 'look',
      opportunityId,
      ...(checkId ? { checkId } : {}),
      ...(transitionAt ? { transitionAt } : {}),
    });
  }

  /** Empty while the settings are not known. */
  private accountOf(teamId: string): string {
    return this.settings.team(teamId)?.lever?.account ?? '';
  }

  erase(teamId: string, opportunityId: string): Promise<void> {
    return this.looks.erase(teamId, opportunityId);
  }
}
