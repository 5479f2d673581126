import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ConsoleConfig } from '../config';
import { Authentication } from '../people/authentication';
import { isOwnOrigin, originsOf, verdictOf } from './access.rules';
import { notSignedIn } from './caller';
import { notFound, Problem } from './problem';
import { routeOf, type Route } from './routes';

/** Set by our pages on what they read while nobody touches them. A caller can only make its own session shorter with it. */
export const UNATTENDED_HEADER = 'x-unattended';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Lets through what the table of routes and roles allows, and nothing that does not stand in it. Changes must come from our own pages. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly origins: string[];

  constructor(
    private readonly config: ConsoleConfig,
    private readonly authentication: Authentication,
  ) {
    this.origins = originsOf(config.PUBLIC_CONSOLE_URL);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const route = routeOf(request.method, request.routeOptions.url);
    if (!route) throw notFound();
    if (!SAFE.has(request.method) && request.headers.authorization === undefined) this.requireOwnOrigin(request);
    if (route.local && !this.config.LOCAL_SIGN_IN) throw localSignInOff();
    const caller =
      route.access === 'anyone' ? undefined : await this.authentication.callerOf(request, !isUnattended(request, route));
    const { teamId } = request.params as { teamId?: string };
    switch (verdictOf(route.access, caller, teamId)) {
      case 'allowed':
        if (caller?.mustChangePassword && !route.beforePasswordChange) throw passwordChangeNeeded();
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

/** Whether a page asks by itself: a stream that comes back, or what a change on the server made it read again while nobody touched it. */
function isUnattended(request: FastifyRequest, route: Route): boolean {
  return route.unattended === true || request.headers[UNATTENDED_HEADER] !== undefined;
}

function passwordChangeNeeded(): Problem {
  return new Problem('password-change-needed', {
    detail: 'The password you signed in with was chosen by someone else.',
    cure: 'Sign in to the console and choose a password of your own (PUT /api/session/password); then everything else works.',
  });
}

function localSignInOff(): Problem {
  return new Problem('local-sign-in-off', {
    detail: 'People sign in with single sign-on only.',
    cure: 'Sign in at /sign-in/sso; whoever runs the console can set LOCAL_SIGN_IN=true.',
  });
}
