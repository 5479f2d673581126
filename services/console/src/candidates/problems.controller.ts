import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { TagProfile } from '@lever-certn/events/check-statuses.rules';
import { cursorOf, PageQuery, pageOf, readCursor } from '../http/paging';
import type { TeamAnswer } from '../teams/answers';
import { TeamAnswers } from '../teams/team-answers';
import { TeamsStore } from '../teams/teams.store';
import { ProblemCountAnswer, ProblemPage, type ProblemAnswer } from './answers';
import { CandidateAnswers } from './candidate-answers';
import { CandidateListStore, positionOf } from './candidate-list.store';
import type { Candidate } from './candidate-row';
import { cureOf } from './cures.rules';
import { DeadLettersStore } from './dead-letters.store';
import { placeOf, type ProblemKind } from './problem-places.rules';
import { ProblemsStore } from './problems.store';
import { reasonLabel } from './words/reason-words.rules';
import { profileOf } from './words/status-words.rules';

/** What has waited for longer is shown. */
const WAITS_TOO_LONG_MS = 15 * 60_000;
const MAX_WAITING_SHOWN = 50;

/** What waits for a person, each with what to do. Nothing has to be ticked off: what is solved is no longer there. */
@ApiTags('candidates')
@Controller('api/teams/:teamId')
export class ProblemsController {
  constructor(
    private readonly teams: TeamsStore,
    private readonly teamAnswers: TeamAnswers,
    private readonly lists: CandidateListStore,
    private readonly answers: CandidateAnswers,
    private readonly problems: ProblemsStore,
    private readonly deadLetters: DeadLettersStore,
  ) {}

  @Get('problems')
  @ApiOperation({ summary: 'What waits for a person: the team’s first, then its candidates’' })
  @ApiOkResponse({ type: ProblemPage })
  async list(@Param('teamId') teamId: string, @Query() query: PageQuery): Promise<ProblemPage> {
    const after = readCursor(query.after, 2);
    const [{ settings }, rows, ofTeam] = await Promise.all([
      this.teams.require(teamId),
      this.lists.problems(teamId, after, query.limit + 1),
      after ? [] : this.ofTeam(teamId),
    ]);
    const { items, next } = pageOf(rows, query.limit, (last) => cursorOf(...positionOf(last, '-movedAt')));
    const profile = profileOf(settings.tagProfile);
    return { items: [...ofTeam, ...items.map((candidate) => this.ofCandidate('candidate', candidate, profile))], next };
  }

  @Get('problem-count')
  @ApiOperation({ summary: 'How many things wait for a person' })
  @ApiOkResponse({ type: ProblemCountAnswer })
  async count(@Param('teamId') teamId: string): Promise<ProblemCountAnswer> {
    const [ofTeam, ofCandidates] = await Promise.all([this.ofTeam(teamId), this.lists.problemCount(teamId)]);
    return { count: ofTeam.length + ofCandidates };
  }

  private async ofTeam(teamId: string): Promise<ProblemAnswer[]> {
    const sinceBefore = new Date(Date.now() - WAITS_TOO_LONG_MS).toISOString();
    const [team, raised, waiting, letters] = await Promise.all([
      this.teams.require(teamId).then((record) => this.teamAnswers.one(record)),
      this.problems.raised(teamId),
      this.lists.waiting(teamId, sinceBefore, MAX_WAITING_SHOWN),
      this.deadLetters.count(teamId),
    ]);
    const profile = profileOf(team.tagProfile);
    return [
      ...ofConnections(team),
      ...(team.enabled ? team.warnings.filter(({ part }) => !part.endsWith('-broken')) : []).map(({ part, cure }) =>
        problem('settings', part, { cure }),
      ),
      ...(letters > 0 ? [problem('dead-letters', 'dead-letters', { detail: `${letters}` })] : []),
      ...raised.map(({ reason, at, ...about }) => problem('raised', reason, { since: at, ...about })),
      ...waiting.map((candidate) => this.ofCandidate('waiting', candidate, profile)),
    ];
  }

  private ofCandidate(kind: 'candidate' | 'waiting', candidate: Candidate, profile: TagProfile): ProblemAnswer {
    const { opportunityId, checkId, movedAt, name, reason, label } = this.answers.candidate(candidate, profile);
    return problem(kind, reason ?? candidate.status, { since: movedAt, opportunityId, checkId, name, detail: label });
  }
}

function ofConnections(team: TeamAnswer): ProblemAnswer[] {
  return (['lever', 'certn'] as const)
    .filter((vendor) => team[vendor].state === 'broken')
    .map((vendor) => {
      const { reason, cure, checkedAt } = team[vendor];
      const title = `The connection to ${vendor === 'lever' ? 'Lever' : 'Certn'} does not work`;
      return problem('connection', reason ?? 'broken', { vendor, title, since: checkedAt, ...(cure ? { cure } : {}) });
    });
}

function problem(
  kind: ProblemKind,
  reason: string,
  about: Partial<Omit<ProblemAnswer, 'kind' | 'reason' | 'place'>>,
): ProblemAnswer {
  const nothing = { detail: null, since: null, vendor: null, opportunityId: null, name: null, checkId: null };
  const known = { kind, reason, title: reasonLabel(reason), cure: cureOf(reason), ...nothing, ...about };
  return { ...known, place: placeOf(known) };
}
