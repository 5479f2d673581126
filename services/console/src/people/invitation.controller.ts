import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SecretField, TextField } from '../http/fields';
import { SessionAnswer } from './answers';
import { Authentication } from './authentication';
import { JoiningDesk } from './joining';
import { OpenedInvitationAnswer } from './link-answers';
import { NewPasswordField } from './new-password-field';
import { MAX_TOKEN_CHARACTERS } from './one-time-link';
import { placeOf, SessionAnswers } from './session-answers';
import { SignIn } from './sign-in';
import { NAME_CHARACTERS } from './team-roles';

class OpenedInvitation {
  @SecretField(MAX_TOKEN_CHARACTERS, { says: 'What stands behind # in the link.' }) token!: string;
}

class AcceptedInvitation extends OpenedInvitation {
  @TextField(NAME_CHARACTERS, { optional: true, says: 'Of who is new; without it the one in the invitation.' }) name?: string;
  @NewPasswordField({
    optional: true,
    says: 'Of who is new: the one to sign in with from now on. Of who has an account: its password, unless signed in with it.',
  })
  password?: string;
}

/** Taking up an invitation, by who holds its link. */
@ApiTags('session')
@Controller('api/invitation')
export class InvitationController {
  constructor(
    private readonly desk: JoiningDesk,
    private readonly signIn: SignIn,
    private readonly answers: SessionAnswers,
    private readonly authentication: Authentication,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'What an invitation says; looking does not use it up' })
  @ApiOkResponse({ type: OpenedInvitationAnswer })
  look(@Body() { token }: OpenedInvitation): Promise<OpenedInvitationAnswer> {
    return this.desk.look(token);
  }

  @Post('accept')
  @ApiOperation({ summary: 'Join: uses the invitation up and sets the session cookie' })
  @ApiCreatedResponse({ type: SessionAnswer })
  async accept(
    @Body() { token, name, password }: AcceptedInvitation,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionAnswer> {
    const place = placeOf(request);
    const caller = await this.authentication.callerOf(request);
    const person = await this.desk.join({ token, name, password }, place, caller);
    return this.answers.begun(person, await this.signIn.session(person, place), request, reply);
  }
}
