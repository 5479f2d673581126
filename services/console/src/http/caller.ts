import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problem';

export const ROLES = ['viewer', 'admin'] as const;
/** A role in a team; an admin may do what a viewer may. */
export type Role = (typeof ROLES)[number];

/** Who makes a request. */
export interface Caller {
  kind: 'person' | 'token';
  /** The person: of a token, its maker. */
  userId: string;
  /** `user:<id>` or `token:<id>`, as commands and the audit write it. */
  by: string;
  /** An owner of the installation. A token never is one. */
  owner: boolean;
  /** By team id; empty for an owner, who needs none. */
  roles: ReadonlyMap<string, Role>;
  /** Where the request came from. */
  ip: string;
  /** The session, where it is one. */
  sessionId?: string;
  /** The password was chosen by someone else, and nothing is allowed before the person has chosen one. */
  mustChangePassword?: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
  }
}

/** The caller of a route that needs one. */
export const From = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw notSignedIn();
  return caller;
});

/** The caller of a page, if there is one. */
export const MaybeFrom = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller | undefined => context.switchToHttp().getRequest<FastifyRequest>().caller,
);

/** The answer to who is not signed in, or no longer. */
export function notSignedIn(): Problem {
  return new Problem('not-signed-in', {
    cure: 'Sign in with POST /api/session, or send an API token as `Authorization: Bearer …`.',
  });
}
