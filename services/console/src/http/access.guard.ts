import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ConsoleConfig } from '../config';
import { Authentication } from '../people/authentication';
import { isOwnOrigin, originsOf, verdictOf } from './access.rules';
import { notSignedIn } from './caller';
import { notFound, Problem } from './problem';
import { routeOf } from './routes';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Lets through what the table of routes and roles allows, and nothing that does not stand in it. Changes must come from our own pages. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly origins: string[];

  constructor(
    config: ConsoleConfig,
    private readonly authentication: Authentication,
  ) {
    this.origins = originsOf(config.PUBLIC_CONSOLE_URL);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const route = routeOf(request.method, request.routeOptions.url);
    if (!route) throw notFound();
    if (!SAFE.has(request.method) && request.headers.authorization === undefined) this.requireOwnOrigin(request);
    const caller = route.access === 'anyone' ? undefined : await this.authentication.callerOf(request);
    const { teamId } = request.params as { teamId?: string };
    switch (verdictOf(route.access, caller, teamId)) {
      case 'allowed':
        if (caller) request.caller = caller;
        return true;
      case 'sign-in':
        throw notSignedIn();
      case 'absent':
        throw notFound();
      case 'forbidden':
        throw new Problem('not-allowed', {
          detail: 'Your role does not allow this.',
          cure: 'Ask an admin of the team, or an owner of the installation, to do it or to give you the role.',
        });
    }
  }

  private requireOwnOrigin(request: FastifyRequest): void {
    const { origin, 'sec-fetch-site': fetchSite } = request.headers;
    if (!isOwnOrigin(origin, fetchSite, this.origins))
      throw new Problem('foreign-origin', {
        cure: 'Open the console under the address in PUBLIC_CONSOLE_URL and do it there; programs use an API token.',
      });
  }
}
