import { Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditStore } from '../audit/audit.store';
import { From, type Caller } from '../http/caller';
import { notFound } from '../http/problem';
import { EndedAnswer, SessionPage, UserAnswer } from './answers';
import { LinkAnswer } from './link-answers';
import { PasswordResetting } from './password-resetting';
import { PeopleStore, type Person } from './people.store';
import { linesOfSessions } from './sessions.controller';
import { SessionsStore } from './sessions.store';
import { refuse, toAnswer } from './user-answers';
import { administered, refusalOfTakingOver } from './users.rules';

/** Whether and how another person gets in. */
@ApiTags('people')
@Controller('api/users/:id')
export class UserAccessController {
  constructor(
    private readonly people: PeopleStore,
    private readonly sessions: SessionsStore,
    private readonly resetting: PasswordResetting,
    private readonly audit: AuditStore,
  ) {}

  @Post('disable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Shut a person out: sessions and API tokens end at once' })
  @ApiOkResponse({ type: UserAnswer })
  async disable(@From() caller: Caller, @Param('id') id: string): Promise<UserAnswer> {
    refuse(refusalOfTakingOver(caller, await this.person(id)));
    await this.audit.change(async (transaction, tell) => {
      const people = this.people.within(transaction);
      if (await people.isLastOwner(id)) refuse('last-owner');
      await people.disable(id);
      await tell(caller, { action: 'user-disabled', subject: id });
    });
    return this.answer(caller, id);
  }

  @Post('enable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let a person in again, with the password of before' })
  @ApiOkResponse({ type: UserAnswer })
  async enable(@From() caller: Caller, @Param('id') id: string): Promise<UserAnswer> {
    refuse(refusalOfTakingOver(caller, await this.person(id)));
    await this.audit.change(async (transaction, tell) => {
      await this.people.within(transaction).enable(id);
      await tell(caller, { action: 'user-enabled', subject: id });
    });
    return this.answer(caller, id);
  }

  @Post('password-reset')
  @ApiOperation({ summary: 'Make a one-time link by which the person sets a new password; we mail it to nobody' })
  @ApiCreatedResponse({ type: LinkAnswer })
  async reset(@From() caller: Caller, @Param('id') id: string): Promise<LinkAnswer> {
    return this.resetting.make(caller, await this.person(id));
  }

  @Get('sessions')
  @ApiOperation({ summary: 'The sessions of a person' })
  @ApiOkResponse({ type: SessionPage })
  async list(@From() caller: Caller, @Param('id') id: string): Promise<SessionPage> {
    await this.person(id);
    return { items: linesOfSessions(caller, await this.sessions.of(id)), next: null };
  }

  @Delete('sessions')
  @HttpCode(200)
  @ApiOperation({ summary: 'End all sessions of a person' })
  @ApiOkResponse({ type: EndedAnswer })
  async endAll(@From() caller: Caller, @Param('id') id: string): Promise<EndedAnswer> {
    await this.person(id);
    return this.audit.change(async (transaction, tell) => {
      const ended = await this.sessions.within(transaction).endAll(id, undefined);
      await tell(caller, { action: 'sessions-ended', subject: id, detail: { ended } });
      return { ended };
    });
  }

  @Delete('sessions/:sessionId')
  @HttpCode(204)
  @ApiOperation({ summary: 'End a session of a person' })
  @ApiNoContentResponse()
  async end(@From() caller: Caller, @Param('id') id: string, @Param('sessionId') sessionId: string): Promise<void> {
    if ((await this.sessions.userOf(sessionId)) !== id) throw notFound();
    await this.audit.change(async (transaction, tell) => {
      await this.sessions.within(transaction).end(sessionId);
      await tell(caller, { action: 'session-ended', subject: id });
    });
  }

  private async person(id: string): Promise<Person> {
    const person = await this.people.byId(id);
    if (!person) throw notFound();
    return person;
  }

  private async answer(caller: Caller, id: string): Promise<UserAnswer> {
    return toAnswer(caller, await this.person(id), administered(caller));
  }
}
