import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { checkIdOfCommand } from '@lever-certn/events/identity.rules';
import { From, type Caller } from '../http/caller';
import { ChoiceField, ExactlyOneOf, IdField, TextField, TrueField } from '../http/fields';
import { cursorOf, PageQuery, pageOf, readCursor } from '../http/paging';
import { notFound, Problem } from '../http/problem';
import { TeamsStore } from '../teams/teams.store';
import { CANDIDATE_STATUSES, CandidateDetailAnswer, CandidatePage, CommandAnswer, OrderAnswer } from './answers';
import { ApplicantIndex } from './applicant-index';
import { CandidateAnswers } from './candidate-answers';
import { CandidatesStore, positionOf } from './candidates.store';
import { commandIdOf, orderCommand, resolveCommand, type Settlement } from './commands.rules';
import { CommandsStore } from './commands.store';
import { cureOf } from './cures.rules';
import type { TimelineFact } from './facts.rules';
import { nextTryOf } from './next-try.rules';

class CandidateQuery extends PageQuery {
  @ChoiceField(CANDIDATE_STATUSES, { optional: true }) status?: string;
  @TextField(200, { optional: true, says: 'The name of a package.' }) package?: string;
  @TextField(100, { optional: true, says: 'A reason, as rows and problems have it.' }) problem?: string;
  @TextField(400, { optional: true, says: 'Whole words of a name, or a whole e-mail address; or Lever’s id.' }) q?: string;
}

class OrderRequest {
  @TextField(500, { says: 'Why a person orders; kept with who.' }) reason!: string;
  @IdField({ optional: true, says: 'Another package than tags and default name.' }) packageId?: string;
}

class ResolveRequest {
  @ExactlyOneOf('caseId', 'order', 'drop')
  oneOf?: never;

  @IdField({ optional: true, says: 'Adopt this case of Certn.' }) caseId?: string;
  @TrueField({ optional: true, says: 'Order afresh.' }) order?: true;
  @TrueField({ optional: true, says: 'Drop the check.' }) drop?: true;
}

const KEY = { name: 'Idempotency-Key', required: false, description: 'A repeat with the same key gets the first answer.' };

/** Candidates with their checks and timelines, and what a person may have done about them. */
@ApiTags('candidates')
@Controller('api/teams/:teamId')
export class CandidatesController {
  constructor(
    private readonly candidates: CandidatesStore,
    private readonly applicants: ApplicantIndex,
    private readonly answers: CandidateAnswers,
    private readonly commands: CommandsStore,
    private readonly teams: TeamsStore,
  ) {}

  @Get('candidates')
  @ApiOperation({ summary: 'One row per opportunity, those who moved last first' })
  @ApiOkResponse({ type: CandidatePage })
  async list(@Param('teamId') teamId: string, @Query() query: CandidateQuery): Promise<CandidatePage> {
    const { status, package: packageName, problem: reason, q, limit } = query;
    const after = readCursor(query.after, 2);
    const filter = { teamId, status, packageName, reason, after, limit: limit + 1 };
    const byId = q !== undefined && !after ? await this.candidates.list({ ...filter, opportunityId: q }) : [];
    const words = q === undefined ? undefined : this.applicants.wordsOfSearch(q);
    const rows =
      byId.length > 0 || words?.length === 0 ? byId : await this.candidates.list({ ...filter, ...(words ? { words } : {}) });
    const { items, next } = pageOf(rows, limit, (last) => cursorOf(...positionOf(last)));
    return { items: items.map((candidate) => this.answers.candidate(candidate)), next };
  }

  @Get('candidates/:opportunityId')
  @ApiOperation({ summary: 'A candidate with checks, timeline, and when the next try is and why' })
  @ApiOkResponse({ type: CandidateDetailAnswer })
  async read(@Param('teamId') teamId: string, @Param('opportunityId') opportunityId: string): Promise<CandidateDetailAnswer> {
    const [candidate, checks, timeline] = await Promise.all([
      this.candidates.one(teamId, opportunityId),
      this.candidates.checks(teamId, opportunityId),
      this.candidates.timeline(teamId, opportunityId),
    ]);
    if (!candidate) throw notFound();
    const nextTry = nextTryOf(timeline);
    return {
      ...this.answers.candidate(candidate),
      checks: checks.map((check) => this.answers.check(check)),
      timeline,
      nextTry: nextTry && { ...nextTry, cure: cureOf(nextTry.why) },
    };
  }

  @Post('candidates/:opportunityId/order')
  @HttpCode(202)
  @ApiOperation({ summary: 'Order anyway: decided afresh, stage and age aside' })
  @ApiHeader(KEY)
  @ApiAcceptedResponse({ type: OrderAnswer })
  async order(
    @From() caller: Caller,
    @Param('teamId') teamId: string,
    @Param('opportunityId') opportunityId: string,
    @Body() { reason, packageId }: OrderRequest,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<OrderAnswer> {
    await this.requireOrderable(teamId, packageId);
    const head = headOf(caller, teamId, `order ${opportunityId}`, key);
    const command = orderCommand(head, opportunityId, reason, packageId);
    const checkId = checkIdOfCommand(teamId, opportunityId, head.commandId);
    return this.commands.give(caller, {
      command,
      request: { opportunityId, reason, packageId },
      answer: { commandId: head.commandId, checkId },
      audit: { action: 'ordered-anyway', teamId, subject: opportunityId, detail: { reason, packageId, checkId } },
      line: lineOf(command, opportunityId, checkId, { outcome: 'order', detail: reason }),
    });
  }

  @Post('checks/:checkId/resolve')
  @HttpCode(202)
  @ApiOperation({ summary: 'Settle a check that needs attention: adopt a case, order afresh, or drop it' })
  @ApiHeader(KEY)
  @ApiAcceptedResponse({ type: CommandAnswer })
  async resolve(
    @From() caller: Caller,
    @Param('teamId') teamId: string,
    @Param('checkId') checkId: string,
    @Body() body: ResolveRequest,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<CommandAnswer> {
    const check = await this.candidates.check(checkId);
    if (!check || check.teamId !== teamId) throw notFound();
    const settlement = settlementOf(body);
    const head = headOf(caller, teamId, `resolve ${checkId}`, key);
    const isRepeat = key !== undefined && (await this.commands.wasGiven(head.commandId));
    if (!isRepeat && (check.status !== 'error' || check.reason !== 'needs-attention')) throw nothingToResolve(check.status);
    const command = resolveCommand(head, check.opportunityId, checkId, settlement);
    return this.commands.give(caller, {
      command,
      request: { checkId, ...settlement },
      answer: { commandId: head.commandId },
      audit: { action: 'check-resolved', teamId, subject: checkId, detail: { ...settlement } },
      line: lineOf(command, check.opportunityId, checkId, { outcome: 'resolve', detail: settlement.resolution }),
    });
  }

  private async requireOrderable(teamId: string, packageId: string | undefined): Promise<void> {
    const { settings } = await this.teams.require(teamId);
    if (!settings.enabled)
      throw new Problem('conflict', { detail: 'The integration is disabled.', cure: 'Enable it first; then order again.' });
    if (packageId === undefined || settings.packages.some((candidate) => candidate.packageId === packageId && candidate.active))
      return;
    throw new Problem('invalid', {
      detail: 'packageId names no active package of the team.',
      cure: 'Take the id of an active package from GET …/packages, or leave it out.',
      more: { errors: [{ field: 'packageId', message: 'no active package' }] },
    });
  }
}

const MAX_KEY_CHARACTERS = 200;

function headOf(caller: Caller, teamId: string, route: string, key: string | undefined): Parameters<typeof orderCommand>[0] {
  if (key !== undefined && (key.length === 0 || key.length > MAX_KEY_CHARACTERS))
    throw new Problem('invalid', {
      detail: 'The Idempotency-Key is empty or too long.',
      cure: `Send at most ${MAX_KEY_CHARACTERS} characters, like a UUID, or leave the header out.`,
      more: { errors: [{ field: 'Idempotency-Key', message: `1 to ${MAX_KEY_CHARACTERS} characters` }] },
    });
  return { teamId, commandId: commandIdOf(teamId, caller.by, route, key, randomUUID()), by: caller.by, nowMs: Date.now() };
}

function settlementOf(body: ResolveRequest): Settlement {
  if (body.caseId !== undefined) return { resolution: 'case', caseId: body.caseId };
  return { resolution: body.order ? 'order' : 'drop' };
}

function lineOf(
  command: { commandId: string; at: string; teamId: string },
  opportunityId: string,
  checkId: string,
  words: { outcome: string; detail: string },
): TimelineFact {
  const { commandId, at, teamId } = command;
  const nothing = { vendor: null, step: null, reason: null, attempt: null, nextTryAt: null };
  return { ...nothing, teamId, opportunityId, at, id: commandId, kind: 'command', source: 'console', checkId, ...words };
}

function nothingToResolve(status: string): Problem {
  return new Problem('conflict', {
    detail: `The check does not need attention; it is ${status}.`,
    cure: 'Read the candidate again; only a check that needs attention can be settled by hand.',
  });
}
