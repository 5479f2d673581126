import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditStore } from '../audit/audit.store';
import { From, type Caller } from '../http/caller';
import { notFound } from '../http/problem';
import { EndedAnswer, SessionPage, type SessionLine } from './answers';
import { SessionsStore, type Session } from './sessions.store';

/** Where one is signed in. */
@ApiTags('session')
@Controller('api/sessions')
export class SessionsController {
  constructor(
    private readonly sessions: SessionsStore,
    private readonly audit: AuditStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'One’s own sessions, the one used last first' })
  @ApiOkResponse({ type: SessionPage })
  async list(@From() caller: Caller): Promise<SessionPage> {
    return { items: linesOfSessions(caller, await this.sessions.of(caller.userId)), next: null };
  }

  @Delete()
  @HttpCode(200)
  @ApiOperation({ summary: 'End all of one’s own sessions but this one' })
  @ApiOkResponse({ type: EndedAnswer })
  async endOthers(@From() caller: Caller): Promise<EndedAnswer> {
    return this.audit.change(async (transaction, tell) => {
      const ended = await this.sessions.within(transaction).endAll(caller.userId, caller.sessionId);
      await tell(caller, { action: 'sessions-ended', subject: caller.userId, detail: { ended } });
      return { ended };
    });
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'End one of one’s own sessions' })
  @ApiNoContentResponse()
  async end(@From() caller: Caller, @Param('id') id: string): Promise<void> {
    if ((await this.sessions.userOf(id)) !== caller.userId) throw notFound();
    await this.audit.change(async (transaction, tell) => {
      await this.sessions.within(transaction).end(id);
      await tell(caller, { action: 'session-ended', subject: caller.userId });
    });
  }
}

/** Sessions as a caller reads them. */
export function linesOfSessions(caller: Caller, sessions: readonly Session[]): SessionLine[] {
  return sessions.map((session) => ({ ...session, current: session.id === caller.sessionId }));
}
