import { Body, Controller, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CERTN_REGIONS, MAX_SECRETS, type CertnRegion } from '@lever-certn/events/team-settings';
import { From, type Caller } from '../http/caller';
import { ChoiceField, ListField, SecretField, TimeField } from '../http/fields';
import { ConnectionTestAnswer, TeamAnswer } from './answers';
import { CertnSetup } from './certn-setup';
import { SecretRequest } from './secret-request';
import { TeamAnswers } from './team-answers';

const KEY_CHARACTERS = 500;

class CertnRequest {
  @SecretField(KEY_CHARACTERS, { optional: true, says: 'Left out: the saved one is kept.' }) apiKey?: string;
  @ChoiceField(CERTN_REGIONS, { optional: true, says: 'Where the account and its data are; a key works in its own region only.' })
  region?: CertnRegion;
  @ListField(SecretRequest, MAX_SECRETS, {
    optional: true,
    says: 'All secrets that are to be in force: new ones by value, kept ones by id.',
  })
  webhookSecrets?: SecretRequest[];
  @TimeField({ nullable: true, says: 'When the key ends, so that the console warns in time.' }) keyExpiresAt?: string | null;
}

/** A team's Certn connection. */
@ApiTags('certn')
@Controller('api/teams/:teamId/certn')
export class CertnController {
  constructor(
    private readonly setup: CertnSetup,
    private readonly answers: TeamAnswers,
  ) {}

  @Put()
  @ApiOperation({ summary: 'Save the Certn connection; the key is tested first' })
  @ApiOkResponse({ type: TeamAnswer })
  async save(@From() caller: Caller, @Param('teamId') teamId: string, @Body() body: CertnRequest): Promise<TeamAnswer> {
    return this.answers.one(await this.setup.save(caller, teamId, body));
  }

  @Post('test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Test the connection: per permission, whether it works or what to do' })
  @ApiOkResponse({ type: ConnectionTestAnswer })
  test(@Param('teamId') teamId: string): Promise<ConnectionTestAnswer> {
    return this.setup.test(teamId);
  }
}
