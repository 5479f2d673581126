import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { From, type Caller } from '../http/caller';
import { TeamsStore } from '../teams/teams.store';
import { CHANGE_KINDS, MAX_NAMED, type ChangeKind, type TeamChange } from './changes.rules';
import { LiveStreams } from './live-streams';

class TeamChangeAnswer implements TeamChange {
  @ApiProperty({ enum: CHANGE_KINDS, isArray: true }) what!: ChangeKind[];
  @ApiProperty({
    type: [String],
    nullable: true,
    description: `Of \`candidates\`: which; \`null\` where more than ${MAX_NAMED} changed.`,
  })
  opportunityIds!: string[] | null;
}

/** What changes of a team, as it happens. */
@ApiTags('live')
@ApiExtraModels(TeamChangeAnswer)
@Controller('api/teams/:teamId/events')
export class EventsController {
  constructor(
    private readonly streams: LiveStreams,
    private readonly teams: TeamsStore,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Server-sent events: what changed of the team, within 2 seconds',
    description:
      'Event `changed` carries what changed, and no values: read again what you show. `reload`: anything may have changed. `beat`: every 15 s. `over`: session, role or team ended. Send `Last-Event-ID` when you come back.',
  })
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { $ref: getSchemaPath(TeamChangeAnswer) } } } })
  async follow(
    @From() caller: Caller,
    @Param('teamId') teamId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.teams.require(teamId);
    this.streams.open(request, reply, caller, teamId);
  }
}
