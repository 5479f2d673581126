import { Injectable } from '@nestjs/common';
import type { TagProfile } from '@lever-certn/events/check-statuses.rules';
import { ConsoleConfig } from '../config';
import type { CandidateAnswer, CheckAnswer, TimelineLineAnswer } from './answers';
import { ApplicantIndex } from './applicant-index';
import { tagFactsOf, type Candidate } from './candidate-row';
import type { Check, TimelineLine } from './candidates.store';
import { cureOf, isProblem } from './cures.rules';
import { isOpen } from './obstacles.rules';
import { lineWords } from './words/line-words.rules';
import { reasonLabel } from './words/reason-words.rules';
import { statusLabel } from './words/status-words.rules';

/** Candidates, checks and timelines as the API shows them: names opened, in the words of the tags, and what to do said with what is wrong. */
@Injectable()
export class CandidateAnswers {
  constructor(
    private readonly config: ConsoleConfig,
    private readonly applicants: ApplicantIndex,
  ) {}

  candidate(candidate: Candidate, profile: TagProfile): CandidateAnswer {
    const { opportunityId, status, reason, packageName, checkId, movedAt, changedAt, check, applicant } = candidate;
    const opened = applicant && this.applicants.open(applicant);
    return {
      opportunityId,
      name: opened?.name ?? null,
      email: opened?.email ?? null,
      status,
      label: statusLabel(status, tagFactsOf(status, reason, check), profile),
      reason,
      reasonLabel: reasonLabel(reason),
      cure: isProblem(status) || status === 'waiting' || status === 'skipped' ? cureOf(reason) : null,
      packageName,
      checkId,
      movedAt,
      changedAt,
      leverUrl: leverUrlOf(opened?.leverUrl),
      reportUrl: check?.reportReady && checkId !== null ? this.reportUrl(checkId) : null,
    };
  }

  check({ teamId: _team, opportunityId: _opportunity, ...check }: Check, profile: TagProfile, names: Names): CheckAnswer {
    const { checkId, reportReady, status, reason, version, orderedBy } = check;
    return {
      ...check,
      label: statusLabel(status, version > 0 ? tagFactsOf(status, reason, check) : undefined, profile),
      reasonLabel: reasonLabel(reason),
      cure: isProblem(status) ? cureOf(reason) : null,
      open: isOpen(check),
      reportUrl: reportReady ? this.reportUrl(checkId) : null,
      orderedByName: (orderedBy && names.get(orderedBy)) ?? null,
    };
  }

  line(line: TimelineLine, profile: TagProfile, names: Names): TimelineLineAnswer {
    return { ...line, ...lineWords(line, profile), byName: (line.by && names.get(line.by)) ?? null };
  }

  private reportUrl(checkId: string): string {
    return `${this.config.PUBLIC_CONSOLE_URL.replace(/\/+$/, '')}/reports/${checkId}`;
  }
}

type Names = ReadonlyMap<string, string>;

/** A link leads where Lever says only if that is a web page. */
function leverUrlOf(url: string | undefined): string | null {
  return url?.startsWith('https://') ? url : null;
}
