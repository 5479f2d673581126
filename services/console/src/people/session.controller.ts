import { Body, Controller, Delete, Get, Header, HttpCode, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ConsoleConfig } from '../config';
import { From, notSignedIn, type Caller } from '../http/caller';
import { EmailField, PasswordField, TextField } from '../http/fields';
import { refusalIn, wordsOfRefusal } from '../single-sign-on/refusals.rules';
import { waysIn } from '../single-sign-on/ways-in';
import { SessionAnswer, SignInMethodsAnswer } from './answers';
import { NewPasswordField } from './new-password-field';
import { OwnPassword } from './own-password';
import { MAX_PASSWORD_CHARACTERS } from './passwords';
import { PeopleStore } from './people.store';
import { placeOf, SessionAnswers } from './session-answers';
import { takeCookie } from './session-cookie';
import { SessionsStore } from './sessions.store';
import { SignIn } from './sign-in';

class SignInRequest {
  @EmailField() email!: string;
  @PasswordField(1, MAX_PASSWORD_CHARACTERS) password!: string;
}

class MethodsQuery {
  @TextField(40, { optional: true, says: 'Why a single sign-on was refused, as the address of the sign-in page has it.' })
  refused?: string;
}

class PasswordChange {
  @PasswordField(1, MAX_PASSWORD_CHARACTERS, { says: 'The password one signed in with.' }) current!: string;
  @NewPasswordField() password!: string;
}

/** Signing in and out, who one is, and one's own password. */
@ApiTags('session')
@Controller('api/session')
export class SessionController {
  constructor(
    private readonly config: ConsoleConfig,
    private readonly signIn: SignIn,
    private readonly people: PeopleStore,
    private readonly sessions: SessionsStore,
    private readonly answers: SessionAnswers,
    private readonly ownPassword: OwnPassword,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Sign in: sets the session cookie' })
  @ApiCreatedResponse({ type: SessionAnswer })
  async begin(
    @Body() body: SignInRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionAnswer> {
    const { person, secret } = await this.signIn.begin(body.email, body.password, placeOf(request));
    return this.answers.begun(person, secret, request, reply);
  }

  @Get()
  @ApiOperation({ summary: 'Who one is, and in which teams' })
  @ApiOkResponse({ type: SessionAnswer })
  async read(@From() caller: Caller): Promise<SessionAnswer> {
    const person = await this.people.byId(caller.userId);
    if (!person) throw notSignedIn();
    return this.answers.of(
      { ...person, owner: caller.owner, mustChangePassword: caller.mustChangePassword ?? false },
      caller.roles,
    );
  }

  @Put('password')
  @ApiOperation({ summary: 'Choose another password; ends one’s other sessions' })
  @ApiOkResponse({ type: SessionAnswer })
  async change(@From() caller: Caller, @Body() body: PasswordChange): Promise<SessionAnswer> {
    const person = await this.ownPassword.change(caller, body.current, body.password);
    return this.answers.of(person, caller.roles);
  }

  @Get('methods')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'How people sign in here' })
  @ApiOkResponse({ type: SignInMethodsAnswer })
  methods(@Query() { refused }: MethodsQuery): SignInMethodsAnswer {
    const refusal = refusalIn(refused);
    return { ...waysIn(this.config), refusal: refusal ? wordsOfRefusal(refusal) : null };
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out' })
  @ApiNoContentResponse()
  async end(@From() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    if (caller.sessionId) await this.sessions.end(caller.sessionId);
    takeCookie(reply, this.config.PUBLIC_CONSOLE_URL);
  }
}
