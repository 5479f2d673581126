import type { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';
import type { TagFacts } from '@lever-certn/events/check-statuses.rules';
import type { SettingsView } from '@lever-certn/settings/settings-view';
import type { CandidateRow } from './candidate-row';
import { isOpen, positionOf, tagColumn } from './candidate.rules';
import type { CandidateStore } from './candidates.store';

/** Where handlers bring statuses: they are recorded, and what has to be written is worked at once. */
export class CandidateDesk {
  constructor(
    private readonly candidates: CandidateStore,
    private readonly settings: SettingsView,
    private readonly wake: (rows: CandidateRow[]) => void,
  ) {}

  /** Records a status and hands the row to the reconciler if Lever lacks anything. */
  async take(event: CheckStatusUpdated, traceparent: string | undefined): Promise<void> {
    const team = this.settings.team(event.teamId);
    const facts = factsOf(event);
    const row = await this.candidates.record({
      teamId: event.teamId,
      opportunityId: event.opportunityId,
      account: team?.lever?.account ?? '',
      checkId: event.checkId,
      position: positionOf(event),
      facts,
      isOpen: isOpen(event.status, event.reason),
      profile: team?.tagProfile ?? '',
      wantedTag: team ? tagColumn(facts, team.tagProfile) : '',
      linkWanted: event.reportReady,
      traceparent,
    });
    if (row) this.wake([row]);
  }

  erase(teamId: string, opportunityId: string): Promise<void> {
    return this.candidates.erase(teamId, opportunityId);
  }
}

/** Only what the tag is decided from. */
function factsOf({ status, reason, caseId, caseStatus, result }: CheckStatusUpdated): TagFacts {
  return {
    status,
    ...(reason ? { reason } : {}),
    ...(caseId ? { caseId } : {}),
    ...(caseStatus ? { caseStatus } : {}),
    ...(result ? { result } : {}),
  };
}
