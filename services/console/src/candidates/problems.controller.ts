import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { cursorOf, PageQuery, pageOf, readCursor } from '../http/paging';
import type { TeamAnswer } from '../teams/answers';
import { TeamAnswers } from '../teams/team-answers';
import { TeamsStore } from '../teams/teams.store';
import { ProblemAnswer, ProblemPage } from './answers';
import { CandidateAnswers } from './candidate-answers';
import { CandidatesStore, positionOf, type Candidate } from './candidates.store';
import { cureOf } from './cures.rules';
import { DeadLettersStore } from './dead-letters.store';
import { ProblemsStore } from './problems.store';

/** What has waited for longer is shown. */
const WAITS_TOO_LONG_MS = 15 * 60_000;
const MAX_WAITING_SHOWN = 50;

/** What waits for a person, each with what to do. Nothing has to be ticked off: what is solved is no longer there. */
@ApiTags('candidates')
@Controller('api/teams/:teamId/problems')
export class ProblemsController {
  constructor(
    private readonly teams: TeamsStore,
    private readonly teamAnswers: TeamAnswers,
    private readonly candidates: CandidatesStore,
    private readonly answers: CandidateAnswers,
    private readonly problems: ProblemsStore,
    private readonly deadLetters: DeadLettersStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What waits for a person: the team’s first, then its candidates’' })
  @ApiOkResponse({ type: ProblemPage })
  async list(@Param('teamId') teamId: string, @Query() query: PageQuery): Promise<ProblemPage> {
    const after = readCursor(query.after, 2);
    const rows = await this.candidates.problems(teamId, after, query.limit + 1);
    const { items, next } = pageOf(rows, query.limit, (last) => cursorOf(...positionOf(last)));
    const ofTeam = after ? [] : await this.ofTeam(teamId);
    return { items: [...ofTeam, ...items.map((candidate) => this.ofCandidate('candidate', candidate))], next };
  }

  private async ofTeam(teamId: string): Promise<ProblemAnswer[]> {
    const sinceBefore = new Date(Date.now() - WAITS_TOO_LONG_MS).toISOString();
    const [team, raised, waiting, letters] = await Promise.all([
      this.teams.require(teamId).then((record) => this.teamAnswers.one(record)),
      this.problems.raised(teamId),
      this.candidates.waiting(teamId, sinceBefore, MAX_WAITING_SHOWN),
      this.deadLetters.count(teamId),
    ]);
    return [
      ...ofConnections(team),
      ...(team.enabled ? team.warnings.filter(({ part }) => !part.endsWith('-broken')) : []).map(({ part, cure }) =>
        problem('settings', part, { cure }),
      ),
      ...(letters > 0 ? [problem('dead-letters', 'dead-letters', { detail: `${letters}` })] : []),
      ...raised.map(({ reason, at, ...about }) => problem('raised', reason, { since: at, ...about })),
      ...waiting.map((candidate) => this.ofCandidate('waiting', candidate)),
    ];
  }

  private ofCandidate(kind: 'candidate' | 'waiting', candidate: Candidate): ProblemAnswer {
    const { opportunityId, checkId, movedAt, name, reason } = this.answers.candidate(candidate);
    return problem(kind, reason ?? candidate.status, { since: movedAt, opportunityId, checkId, name });
  }
}

function ofConnections(team: TeamAnswer): ProblemAnswer[] {
  return (['lever', 'certn'] as const)
    .filter((vendor) => team[vendor].state === 'broken')
    .map((vendor) => {
      const { reason, cure, checkedAt } = team[vendor];
      return problem('connection', reason ?? 'broken', { vendor, since: checkedAt, ...(cure ? { cure } : {}) });
    });
}

function problem(kind: string, reason: string, about: Partial<ProblemAnswer>): ProblemAnswer {
  const nothing = { detail: null, since: null, vendor: null, opportunityId: null, name: null, checkId: null };
  return { kind, reason, cure: cureOf(reason), ...nothing, ...about };
}
