import { Injectable } from '@nestjs/common';
import { ConsoleConfig } from '../config';
import type { CandidateAnswer, CheckAnswer } from './answers';
import { ApplicantIndex } from './applicant-index';
import type { Candidate, Check } from './candidates.store';
import { cureOf, isProblem } from './cures.rules';

/** Candidates and checks as the API shows them: names opened, and what to do said with what is wrong. */
@Injectable()
export class CandidateAnswers {
  constructor(
    private readonly config: ConsoleConfig,
    private readonly applicants: ApplicantIndex,
  ) {}

  candidate({ opportunityId, status, reason, packageName, checkId, movedAt, applicant }: Candidate): CandidateAnswer {
    const opened = applicant && this.applicants.open(applicant);
    return {
      opportunityId,
      name: opened?.name ?? null,
      email: opened?.email ?? null,
      status,
      reason,
      cure: isProblem(status) || status === 'waiting' || status === 'skipped' ? cureOf(reason) : null,
      packageName,
      checkId,
      movedAt,
    };
  }

  check({ teamId: _team, opportunityId: _opportunity, ...check }: Check): CheckAnswer {
    const { checkId, reportReady, status, reason } = check;
    return {
      ...check,
      cure: isProblem(status) ? cureOf(reason) : null,
      reportUrl: reportReady ? `${this.config.PUBLIC_CONSOLE_URL.replace(/\/+$/, '')}/reports/${checkId}` : null,
    };
  }
}
