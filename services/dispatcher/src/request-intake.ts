import { APPLICANT_FIELD, type Applicant, type CheckRequested } from '@lever-certn/events/check-requested';
import type { IndexKey } from '@lever-certn/sealing/index-key';
import type { Keyring } from '@lever-certn/sealing/keyring';
import type { SettingsView } from '@lever-certn/settings/settings-view';
import { orderableEmail } from './email.rules';
import type { IncomingRequest } from './request-plan.rules';
import { verdictOf } from './request.rules';

/** Reads `check-requested`: opens whom it is about, and sees what stands against ordering. */
export class RequestIntake {
  constructor(
    private readonly keyring: Keyring,
    private readonly indexKey: IndexKey,
    private readonly settings: Pick<SettingsView, 'team'>,
  ) {}

  /** @throws SealError when the applicant can't be opened */
  read(event: CheckRequested, traceparent: string | undefined): IncomingRequest {
    const { teamId, opportunityId, checkId, transitionAt, decidedAt } = event;
    const email = event.wanted ? this.emailIn(event) : null;
    const hasPackage = event.package !== undefined;
    return {
      teamId,
      opportunityId,
      facts: {
        checkId,
        transitionAt,
        decidedAt,
        byHand: event.commandId !== undefined,
        verdict: verdictOf({ ...event, hasPackage, hasEmail: email !== null }),
      },
      package: event.package ?? null,
      applicant: email === null ? null : event.applicant!,
      email,
      emailHash: email === null ? null : this.indexKey.hash(email),
      settingsVersion: event.settingsVersion,
      account: this.settings.team(teamId)?.certn?.account ?? '',
      traceparent: traceparent ?? null,
    };
  }

  private emailIn({ teamId, checkId, applicant }: CheckRequested): string | null {
    if (applicant === undefined) return null;
    const opened = this.keyring.open(applicant, { teamId, recordId: checkId, field: APPLICANT_FIELD });
    return orderableEmail((JSON.parse(opened) as Applicant).email);
  }
}
