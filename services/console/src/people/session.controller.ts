import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ConsoleConfig } from '../config';
import { From, notSignedIn, type Caller } from '../http/caller';
import { EmailField, PasswordField } from '../http/fields';
import { TeamsStore } from '../teams/teams.store';
import { SessionAnswer } from './answers';
import { MAX_PASSWORD_CHARACTERS } from './passwords';
import { PeopleStore, type Person } from './people.store';
import { giveCookie, takeCookie } from './session-cookie';
import { SessionsStore } from './sessions.store';
import { SignIn } from './sign-in';

class SignInRequest {
  @EmailField() email!: string;
  @PasswordField(1, MAX_PASSWORD_CHARACTERS) password!: string;
}

/** Signing in and out, and who one is. */
@ApiTags('session')
@Controller('api/session')
export class SessionController {
  constructor(
    private readonly config: ConsoleConfig,
    private readonly signIn: SignIn,
    private readonly people: PeopleStore,
    private readonly sessions: SessionsStore,
    private readonly teams: TeamsStore,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Sign in: sets the session cookie' })
  @ApiCreatedResponse({ type: SessionAnswer })
  async begin(
    @Body() body: SignInRequest,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionAnswer> {
    const { person, secret } = await this.signIn.begin(body.email, body.password, request.ip);
    giveCookie(reply, this.config.PUBLIC_CONSOLE_URL, secret, Math.floor(this.config.SESSION_MAX_MS / 1000));
    return this.answer(person, person.roles);
  }

  @Get()
  @ApiOperation({ summary: 'Who one is, and in which teams' })
  @ApiOkResponse({ type: SessionAnswer })
  async read(@From() caller: Caller): Promise<SessionAnswer> {
    const person = await this.people.byId(caller.userId);
    if (!person) throw notSignedIn();
    return this.answer({ ...person, owner: caller.owner }, caller.roles);
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out' })
  @ApiNoContentResponse()
  async end(@From() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    if (caller.sessionId) await this.sessions.end(caller.sessionId);
    takeCookie(reply, this.config.PUBLIC_CONSOLE_URL);
  }

  private async answer(person: Person, roles: Caller['roles']): Promise<SessionAnswer> {
    const teams = await this.teams.names(person.owner ? undefined : [...roles.keys()]);
    return {
      user: { id: person.id, email: person.email, name: person.name, owner: person.owner },
      teams: teams.map(({ id, name }) => ({ id, name, role: person.owner ? 'admin' : roles.get(id)! })),
    };
  }
}
