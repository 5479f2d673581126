import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ConsoleConfig } from '../config';
import type { Caller } from '../http/caller';
import { TeamsStore } from '../teams/teams.store';
import type { SessionAnswer } from './answers';
import type { Person } from './people.store';
import { giveCookie, readCookie } from './session-cookie';
import { SessionsStore } from './sessions.store';
import type { Place } from './sign-in';

/** Says who one is, and hands out the cookie of a session that has begun: wherever one begins. */
@Injectable()
export class SessionAnswers {
  constructor(
    private readonly config: ConsoleConfig,
    private readonly sessions: SessionsStore,
    private readonly teams: TeamsStore,
  ) {}

  /** Gives the browser its new session, and ends the one it had. */
  async begun(person: Person, secret: string, request: FastifyRequest, reply: FastifyReply): Promise<SessionAnswer> {
    await this.sessions.endOf(readCookie(request, this.config.PUBLIC_CONSOLE_URL));
    giveCookie(reply, this.config.PUBLIC_CONSOLE_URL, secret, Math.floor(this.config.SESSION_MAX_MS / 1000));
    return this.of(person, person.roles);
  }

  /** Who one is, and in which teams. */
  async of(person: Person, roles: Caller['roles']): Promise<SessionAnswer> {
    const teams = await this.teams.names(person.owner ? undefined : [...roles.keys()]);
    return {
      user: { id: person.id, email: person.email, name: person.name, owner: person.owner },
      teams: teams.map(({ id, name }) => ({ id, name, role: person.owner ? 'admin' : roles.get(id)! })),
      mustChangePassword: person.mustChangePassword,
      hasPassword: this.config.LOCAL_SIGN_IN && person.passwordHash !== '',
    };
  }
}

/** From where a request comes, as sessions remember it. */
export function placeOf(request: FastifyRequest): Place {
  return { ip: request.ip, userAgent: request.headers['user-agent'] };
}
