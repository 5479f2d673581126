import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { MAX_SECRETS } from '@lever-certn/events/team-settings';
import { From, type Caller } from '../http/caller';
import { ExactlyOneOf, IdField, ListField, ObjectField, SecretField, TextField } from '../http/fields';
import { ConnectionTestAnswer, StagePage, TeamAnswer } from './answers';
import { LeverSetup } from './lever-setup';
import { LeverTest } from './lever-test';
import { SecretRequest } from './secret-request';
import { TeamAnswers } from './team-answers';

const KEY_CHARACTERS = 500;
const STAGE_NAME_CHARACTERS = 500;

class StageRequest {
  @ExactlyOneOf('id', 'name')
  oneOf?: never;

  @IdField({ optional: true }) id?: string;
  @TextField(STAGE_NAME_CHARACTERS, { optional: true }) name?: string;
}

class LeverRequest {
  @SecretField(KEY_CHARACTERS, { optional: true, says: 'Left out: the saved one is kept.' }) apiKey?: string;
  @ListField(SecretRequest, MAX_SECRETS, {
    optional: true,
    says: 'All tokens that are to be in force: new ones by value, kept ones by id.',
  })
  signatureTokens?: SecretRequest[];
  @ObjectField(StageRequest, { optional: true, says: 'The stage whose entry starts a check: by its id, or by its name.' })
  triggerStage?: StageRequest;
  @IdField({ nullable: true, says: 'A Lever user id that tags and links are attributed to.' }) performAs?: string | null;
}

/** A team's Lever connection. */
@ApiTags('lever')
@Controller('api/teams/:teamId/lever')
export class LeverController {
  constructor(
    private readonly setup: LeverSetup,
    private readonly tester: LeverTest,
    private readonly answers: TeamAnswers,
  ) {}

  @Put()
  @ApiOperation({ summary: 'Save the Lever connection; the key and the stage are tested first' })
  @ApiOkResponse({ type: TeamAnswer })
  async save(@From() caller: Caller, @Param('teamId') teamId: string, @Body() body: LeverRequest): Promise<TeamAnswer> {
    return this.answers.one(await this.setup.save(caller, teamId, body));
  }

  @Get('stages')
  @ApiOperation({ summary: 'The stages of the account, read now' })
  @ApiOkResponse({ type: StagePage })
  async stages(@Param('teamId') teamId: string): Promise<StagePage> {
    return { items: await this.setup.stages(teamId), next: null };
  }

  @Post('test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Test the connection: per permission, whether it works or what to do' })
  @ApiOkResponse({ type: ConnectionTestAnswer })
  test(@Param('teamId') teamId: string): Promise<ConnectionTestAnswer> {
    return this.tester.run(teamId);
  }
}
