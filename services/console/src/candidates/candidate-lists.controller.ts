import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { TagProfile } from '@lever-certn/events/check-statuses.rules';
import { AuditStore } from '../audit/audit.store';
import { From, type Caller } from '../http/caller';
import { itemsOfPages, sendCsv, type CsvColumn } from '../http/csv';
import { pageOf, type Page } from '../http/paging';
import { TeamsStore } from '../teams/teams.store';
import { CandidateAnswer, CandidateChoicesAnswer, CandidatePage } from './answers';
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
    private readonly audit: AuditStore,
  ) {}

  @Get('candidates')
  @ApiOperation({ summary: 'One row per opportunity, those who moved last first if no other order is asked for' })
  @ApiOkResponse({ type: CandidatePage })
  async list(@Param('teamId') teamId: string, @Query() query: CandidateQuery): Promise<CandidatePage> {
    const { settings } = await this.teams.require(teamId);
    return this.page(teamId, query, profileOf(settings.tagProfile));
  }

  @Get('candidates.csv')
  @ApiOperation({ summary: 'The same candidates, all of them, as a table for spreadsheets' })
  @ApiProduces('text/csv')
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } } } })
  async csv(
    @From() caller: Caller,
    @Param('teamId') teamId: string,
    @Query() query: CandidateQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { settings } = await this.teams.require(teamId);
    const { status, package: packageName, problem, sort, q } = query;
    const detail = { status, package: packageName, problem, sort, searched: q !== undefined };
    await this.audit.add(caller, { action: 'candidates-exported', teamId, detail });
    const profile = profileOf(settings.tagProfile);
    const rows = itemsOfPages((after) =>
      this.page(teamId, { ...query, limit: CSV_ROWS_AT_ONCE, ...(after === undefined ? {} : { after }) }, profile),
    );
    await sendCsv(reply, 'candidates', CANDIDATE_COLUMNS, rows);
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

  private async page(teamId: string, query: CandidateQuery, profile: TagProfile): Promise<Page<CandidateAnswer>> {
    const { typed, ...filter } = filterOf(teamId, query, this.applicants);
    const rows = await this.lists.found({ ...filter, limit: query.limit + 1 }, typed);
    const { items, next } = pageOf(rows, query.limit, (last) => cursorAfter(last, filter.sort));
    return { items: items.map((candidate) => this.answers.candidate(candidate, profile)), next };
  }
}

const CSV_ROWS_AT_ONCE = 1000;

const CANDIDATE_COLUMNS: CsvColumn<CandidateAnswer>[] = [
  { heading: 'Name', cell: ({ name }) => name },
  { heading: 'E-mail', cell: ({ email }) => email },
  { heading: 'Status', cell: ({ label }) => label },
  { heading: 'Problem', cell: ({ reasonLabel: words }) => words },
  { heading: 'What to do', cell: ({ cure }) => cure },
  { heading: 'Package', cell: ({ packageName }) => packageName },
  { heading: 'Moved', cell: ({ movedAt }) => movedAt },
  { heading: 'Last change', cell: ({ changedAt }) => changedAt },
  { heading: 'Lever', cell: ({ leverUrl }) => leverUrl },
  { heading: 'Report', cell: ({ reportUrl }) => reportUrl },
  { heading: 'Opportunity', cell: ({ opportunityId }) => opportunityId },
];

function sumOf(counts: readonly WordCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}
