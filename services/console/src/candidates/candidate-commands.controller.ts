import { randomUUID } from 'node:crypto';
import { Body, Controller, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { checkIdOfCommand } from '@lever-certn/events/identity.rules';
import { From, type Caller } from '../http/caller';
import { ExactlyOneOf, IdField, TextField, TrueField } from '../http/fields';
import { checkedKey, IDEMPOTENCY_KEY } from '../http/idempotency-key';
import { notFound, Problem } from '../http/problem';
import type { TeamRecord } from '../teams/team-record';
import { TeamsStore } from '../teams/teams.store';
import { CommandAnswer, OrderAnswer } from './answers';
import { CandidatesStore } from './candidates.store';
import { commandIdOf, lookCommand, orderCommand, resolveCommand, type CommandHead, type Settlement } from './commands.rules';
import { CommandsStore } from './commands.store';
import type { TimelineFact } from './facts.rules';
import { needsAttention } from './obstacles.rules';

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

/** What a person may have done about a candidate: order anyway, check again, settle. Each is a command, a line of the timeline and one of the audit. */
@ApiTags('candidates')
@Controller('api/teams/:teamId')
export class CandidateCommandsController {
  constructor(
    private readonly candidates: CandidatesStore,
    private readonly commands: CommandsStore,
    private readonly teams: TeamsStore,
  ) {}

  @Post('candidates/:opportunityId/order')
  @HttpCode(202)
  @ApiOperation({ summary: 'Order anyway: decided afresh, stage and age aside' })
  @ApiHeader(IDEMPOTENCY_KEY)
  @ApiAcceptedResponse({ type: OrderAnswer })
  async order(
    @From() caller: Caller,
    @Param('teamId') teamId: string,
    @Param('opportunityId') opportunityId: string,
    @Body() { reason, packageId }: OrderRequest,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<OrderAnswer> {
    requireActive(await this.requireEnabled(teamId), packageId);
    const head = headOf(caller, teamId, `order ${opportunityId}`, key);
    const command = orderCommand(head, opportunityId, reason, packageId);
    const checkId = checkIdOfCommand(teamId, opportunityId, head.commandId);
    return this.commands.give(caller, {
      command,
      request: { opportunityId, reason, packageId },
      answer: { commandId: head.commandId, checkId },
      audit: { action: 'ordered-anyway', teamId, subject: opportunityId, detail: { reason, packageId, checkId } },
      line: lineOf(command, opportunityId, { checkId, outcome: 'order', detail: reason }),
    });
  }

  @Post('candidates/:opportunityId/look')
  @HttpCode(202)
  @ApiOperation({ summary: 'Check again: the candidate is read afresh in Lever, and what is owed now is done' })
  @ApiHeader(IDEMPOTENCY_KEY)
  @ApiAcceptedResponse({ type: CommandAnswer })
  async look(
    @From() caller: Caller,
    @Param('teamId') teamId: string,
    @Param('opportunityId') opportunityId: string,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<CommandAnswer> {
    await this.requireEnabled(teamId);
    const head = headOf(caller, teamId, `look ${opportunityId}`, key);
    const command = lookCommand(head, opportunityId);
    return this.commands.give(caller, {
      command,
      request: { opportunityId },
      answer: { commandId: head.commandId },
      audit: { action: 'checked-again', teamId, subject: opportunityId },
      line: lineOf(command, opportunityId, { checkId: null, outcome: 'look', detail: null }),
    });
  }

  @Post('checks/:checkId/resolve')
  @HttpCode(202)
  @ApiOperation({ summary: 'Settle a check that needs attention: adopt a case, order afresh, or drop it' })
  @ApiHeader(IDEMPOTENCY_KEY)
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
    if (!isRepeat && !needsAttention(check)) throw nothingToResolve(check.status);
    const command = resolveCommand(head, check.opportunityId, checkId, settlement);
    return this.commands.give(caller, {
      command,
      request: { checkId, ...settlement },
      answer: { commandId: head.commandId },
      audit: { action: 'check-resolved', teamId, subject: checkId, detail: { ...settlement } },
      line: lineOf(command, check.opportunityId, { checkId, outcome: 'resolve', detail: settlement.resolution }),
    });
  }

  private async requireEnabled(teamId: string): Promise<TeamRecord> {
    const team = await this.teams.require(teamId);
    if (team.settings.enabled) return team;
    throw new Problem('conflict', { detail: 'The integration is disabled.', cure: 'Enable it first; then try again.' });
  }
}

function requireActive({ settings }: TeamRecord, packageId: string | undefined): void {
  if (packageId === undefined || settings.packages.some((candidate) => candidate.packageId === packageId && candidate.active))
    return;
  throw new Problem('invalid', {
    detail: 'packageId names no active package of the team.',
    cure: 'Take the id of an active package from GET …/packages, or leave it out.',
    more: { errors: [{ field: 'packageId', message: 'no active package' }] },
  });
}

function headOf(caller: Caller, teamId: string, route: string, key: string | undefined): CommandHead {
  const commandId = commandIdOf(teamId, caller.by, route, checkedKey(key), randomUUID());
  return { teamId, commandId, by: caller.by, nowMs: Date.now() };
}

function settlementOf(body: ResolveRequest): Settlement {
  if (body.caseId !== undefined) return { resolution: 'case', caseId: body.caseId };
  return { resolution: body.order ? 'order' : 'drop' };
}

function lineOf(
  command: { commandId: string; at: string; teamId: string; by: string },
  opportunityId: string,
  words: { checkId: string | null; outcome: string; detail: string | null },
): TimelineFact {
  const { commandId, at, teamId, by } = command;
  const nothing = { vendor: null, step: null, reason: null, attempt: null, nextTryAt: null };
  return { ...nothing, teamId, opportunityId, at, id: commandId, kind: 'command', source: 'console', by, ...words };
}

function nothingToResolve(status: string): Problem {
  return new Problem('conflict', {
    detail: `The check does not need attention; it is ${status}.`,
    cure: 'Read the candidate again; only a check that needs attention can be settled by hand.',
  });
}
