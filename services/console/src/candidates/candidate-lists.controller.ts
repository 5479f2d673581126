import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { pageOf } from '../http/paging';
import { TeamsStore } from '../teams/teams.store';
import { CandidateChoicesAnswer, CandidatePage } from './answers';
import { ApplicantIndex } from './applicant-index';
import { CandidateAnswers } from './candidate-answers';
import { CandidateListStore, type WordCount } from './candidate-list.store';
import { CandidateQuery, cursorAfter, filterOf } from './candidate-query';
import { reasonLabel } from './words/reason-words.rules';
import { profileOf, statusChoices } from './words/status-words.rules';

/** Candidates of a team, filtered and in order, and what there is to filter by. */
@ApiTags('candidates')
@Controller('api/teams/:teamId')
export class CandidateListsController {
  constructor(
    private readonly lists: CandidateListStore,
    private readonly applicants: ApplicantIndex,
    private readonly answers: CandidateAnswers,
    private readonly teams: TeamsStore,
  ) {}

  @Get('candidates')
  @ApiOperation({ summary: 'One row per opportunity, those who moved last first if no other order is asked for' })
  @ApiOkResponse({ type: CandidatePage })
  async list(@Param('teamId') teamId: string, @Query() query: CandidateQuery): Promise<CandidatePage> {
    const { typed, ...filter } = filterOf(teamId, query, this.applicants);
    const [{ settings }, rows] = await Promise.all([
      this.teams.require(teamId),
      this.lists.found({ ...filter, limit: query.limit + 1 }, typed),
    ]);
    const { items, next } = pageOf(rows, query.limit, (last) => cursorAfter(last, filter.sort));
    const profile = profileOf(settings.tagProfile);
    return { items: items.map((candidate) => this.answers.candidate(candidate, profile)), next };
  }

  @Get('candidate-choices')
  @ApiOperation({ summary: 'What candidates can be filtered by, in the words of the tags, each with how many there are' })
  @ApiOkResponse({ type: CandidateChoicesAnswer })
  async choices(@Param('teamId') teamId: string): Promise<CandidateChoicesAnswer> {
    const [{ settings }, statuses, packages, reasons] = await Promise.all([
      this.teams.require(teamId),
      this.lists.counts(teamId, 'status'),
      this.lists.counts(teamId, 'package_name'),
      this.lists.counts(teamId, 'reason'),
    ]);
    return {
      total: sumOf(statuses),
      statuses: statusChoices(profileOf(settings.tagProfile)).map((choice) => ({
        ...choice,
        count: sumOf(statuses.filter(({ word }) => choice.statuses.includes(word))),
      })),
      packages: packages.map(({ word, count }) => ({ name: word, count })),
      problems: reasons.map(({ word, count }) => ({ reason: word, label: reasonLabel(word), count })),
    };
  }
}

function sumOf(counts: readonly WordCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}
