import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SecretField } from '../http/fields';
import { SessionAnswer } from './answers';
import { OpenedResetAnswer } from './link-answers';
import { NewPasswordField } from './new-password-field';
import { MAX_TOKEN_CHARACTERS } from './one-time-link';
import { PasswordResetting } from './password-resetting';
import { placeOf, SessionAnswers } from './session-answers';
import { SignIn } from './sign-in';

class OpenedReset {
  @SecretField(MAX_TOKEN_CHARACTERS, { says: 'What stands behind # in the link.' }) token!: string;
}

class FinishedReset extends OpenedReset {
  @NewPasswordField() password!: string;
}

/** Setting a new password, by who holds the link to do so. */
@ApiTags('session')
@Controller('api/password-reset')
export class PasswordResetController {
  constructor(
    private readonly resetting: PasswordResetting,
    private readonly signIn: SignIn,
    private readonly answers: SessionAnswers,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Whose password a link sets; looking does not use it up' })
  @ApiOkResponse({ type: OpenedResetAnswer })
  look(@Body() { token }: OpenedReset): Promise<OpenedResetAnswer> {
    return this.resetting.look(token);
  }

  @Post('finish')
  @ApiOperation({ summary: 'Set the password: uses the link up, ends all sessions and sets a new session cookie' })
  @ApiCreatedResponse({ type: SessionAnswer })
  async finish(
    @Body() { token, password }: FinishedReset,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionAnswer> {
    const place = placeOf(request);
    const person = await this.resetting.finish(token, password, place.ip);
    return this.answers.begun(person, await this.signIn.session(person, place), request, reply);
  }
}
