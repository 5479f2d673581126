import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { notFound } from '../http/problem';
import { CallerNames } from '../people/caller-names';
import { TeamsStore } from '../teams/teams.store';
import { CandidateDetailAnswer } from './answers';
import { CandidateAnswers } from './candidate-answers';
import { CandidateListStore } from './candidate-list.store';
import { CandidatesStore } from './candidates.store';
import { cureOf } from './cures.rules';
import { nextTryOf } from './next-try.rules';
import { obstaclesOf } from './obstacles.rules';
import { reasonLabel } from './words/reason-words.rules';
import { profileOf } from './words/status-words.rules';

/** One candidate with checks and timeline, and what stands against what may be done about it. */
@ApiTags('candidates')
@Controller('api/teams/:teamId')
export class CandidatesController {
  constructor(
    private readonly lists: CandidateListStore,
    private readonly candidates: CandidatesStore,
    private readonly answers: CandidateAnswers,
    private readonly teams: TeamsStore,
    private readonly names: CallerNames,
  ) {}

  @Get('candidates/:opportunityId')
  @ApiOperation({ summary: 'A candidate with checks, timeline, and when the next try is and why' })
  @ApiOkResponse({ type: CandidateDetailAnswer })
  async read(@Param('teamId') teamId: string, @Param('opportunityId') opportunityId: string): Promise<CandidateDetailAnswer> {
    const [{ settings }, candidate, checks, timeline] = await Promise.all([
      this.teams.require(teamId),
      this.lists.one(teamId, opportunityId),
      this.candidates.checks(teamId, opportunityId),
      this.candidates.timeline(teamId, opportunityId),
    ]);
    if (!candidate) throw notFound();
    const profile = profileOf(settings.tagProfile);
    const names = await this.names.of([...timeline.map(({ by }) => by), ...checks.map(({ orderedBy }) => orderedBy)]);
    const nextTry = nextTryOf(timeline);
    return {
      ...this.answers.candidate(candidate, profile),
      checks: checks.map((check) => this.answers.check(check, profile, names)),
      timeline: timeline.map((line) => this.answers.line(line, profile, names)),
      nextTry: nextTry && { ...nextTry, label: reasonLabel(nextTry.why), cure: cureOf(nextTry.why) },
      obstacles: obstaclesOf(settings.enabled, checks),
    };
  }
}
