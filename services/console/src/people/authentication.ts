import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ConsoleConfig } from '../config';
import { includesRole, roleIn } from '../http/access.rules';
import { notSignedIn, type Caller, type Role } from '../http/caller';
import { ApiTokensStore } from './api-tokens.store';
import { readCookie } from './session-cookie';
import { SessionsStore } from './sessions.store';

const BEARER = /^Bearer +([\x21-\x7e]{1,200})$/i;

/** Who makes a request: by an API token where there is one, else by the session's cookie. */
@Injectable()
export class Authentication {
  constructor(
    private readonly config: ConsoleConfig,
    private readonly sessions: SessionsStore,
    private readonly tokens: ApiTokensStore,
  ) {}

  /**
   * The caller, or `undefined` for who carries nothing or a session that is over. A request that a page makes by itself does not keep an idle session alive.
   * @throws Problem `not-signed-in` for a token that is not (or no longer) good
   */
  async callerOf(request: FastifyRequest, attended = true): Promise<Caller | undefined> {
    const { authorization } = request.headers;
    if (authorization !== undefined) return this.byToken(authorization, request.ip);
    const secret = readCookie(request, this.config.PUBLIC_CONSOLE_URL);
    const standing = secret === undefined ? undefined : await this.sessions.standing(secret, request.ip, attended);
    if (!standing) return undefined;
    return { kind: 'person', by: `user:${standing.userId}`, ip: request.ip, ...standing };
  }

  private async byToken(authorization: string, ip: string): Promise<Caller> {
    const value = BEARER.exec(authorization)?.[1];
    const standing = value === undefined ? undefined : await this.tokens.standing(value);
    if (!standing) throw notSignedIn();
    const makerMay = roleIn(
      { owner: standing.makerOwner, roles: new Map(standing.makerRole ? [[standing.teamId, standing.makerRole]] : []) },
      standing.teamId,
    );
    const role: Role | undefined = includesRole(makerMay, standing.role) ? standing.role : makerMay;
    if (!role) throw notSignedIn();
    return {
      kind: 'token',
      userId: standing.madeBy,
      by: `token:${standing.id}`,
      owner: false,
      roles: new Map([[standing.teamId, role]]),
      ip,
    };
  }
}
