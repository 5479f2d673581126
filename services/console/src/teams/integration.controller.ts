import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { From, type Caller } from '../http/caller';
import { TimeField } from '../http/fields';
import { TeamAnswer } from './answers';
import { IntegrationSwitch } from './enabling';
import { TeamAnswers } from './team-answers';

class EnableRequest {
  @TimeField({ optional: true, says: 'After a pause: moves since then start checks.' }) includeSince?: string;
}

/** The switch of a team's integration. */
@ApiTags('teams')
@Controller('api/teams/:teamId')
export class IntegrationController {
  constructor(
    private readonly integration: IntegrationSwitch,
    private readonly answers: TeamAnswers,
  ) {}

  @Post('enable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Enable the integration; never orders for those who already stand in the stage' })
  @ApiBody({ type: EnableRequest, required: false })
  @ApiOkResponse({ type: TeamAnswer })
  async enable(@From() caller: Caller, @Param('teamId') teamId: string, @Body() body?: EnableRequest): Promise<TeamAnswer> {
    return this.answers.one(await this.integration.enable(caller, teamId, body?.includeSince));
  }

  @Post('disable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Disable the integration; what waits goes on when it is enabled again' })
  @ApiOkResponse({ type: TeamAnswer })
  async disable(@From() caller: Caller, @Param('teamId') teamId: string): Promise<TeamAnswer> {
    return this.answers.one(await this.integration.disable(caller, teamId));
  }
}
