import type { Caller, Role } from './caller';
import type { Access } from './routes';

/** Whether a request goes through; `absent` looks to the caller as if the thing did not exist. */
export type Verdict = 'allowed' | 'sign-in' | 'forbidden' | 'absent';

const RANK: Record<Role, number> = { viewer: 1, admin: 2 };

/** Whether a role includes another. */
export function includesRole(has: Role | undefined, needs: Role): boolean {
  return has !== undefined && RANK[has] >= RANK[needs];
}

/** The role of a caller in a team; an owner is admin of every team. */
export function roleIn(caller: Pick<Caller, 'owner' | 'roles'>, teamId: string): Role | undefined {
  return caller.owner ? 'admin' : caller.roles.get(teamId);
}

/** Decides by the line of the route, the caller and the team in the path. */
export function verdictOf(
  access: Access,
  caller: Pick<Caller, 'kind' | 'owner' | 'roles'> | undefined,
  teamId: string | undefined,
): Verdict {
  if (access === 'anyone' || access === 'page') return 'allowed';
  if (!caller) return 'sign-in';
  if (teamId !== undefined && roleIn(caller, teamId) === undefined) return 'absent';
  switch (access) {
    case 'signed-in':
      return 'allowed';
    case 'person':
      return caller.kind === 'person' ? 'allowed' : 'forbidden';
    case 'owner':
      return caller.owner && caller.kind === 'person' ? 'allowed' : 'forbidden';
    case 'people-admin':
      return caller.kind === 'person' && hasRole(caller, 'admin', teamId) ? 'allowed' : 'forbidden';
    case 'viewer':
    case 'admin':
      return hasRole(caller, access, teamId) ? 'allowed' : 'forbidden';
  }
}

function hasRole(caller: Pick<Caller, 'owner' | 'roles'>, needs: Role, teamId: string | undefined): boolean {
  if (teamId !== undefined) return includesRole(roleIn(caller, teamId), needs);
  return caller.owner || [...caller.roles.values()].some((role) => includesRole(role, needs));
}

/**
 * Whether a change may come from where it says it comes from. Browsers name the origin of every change; a program that names none is no browser, so
 * nobody's cookie was borrowed. `ours`: the origins of the console.
 */
export function isOwnOrigin(origin: string | undefined, fetchSite: string | undefined, ours: readonly string[]): boolean {
  if (origin !== undefined) return ours.includes(origin.toLowerCase());
  return fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none';
}

/** The origins of the console: of a local one also under its other name. */
export function originsOf(publicUrl: string): string[] {
  const url = new URL(publicUrl);
  const port = url.port ? `:${url.port}` : '';
  const local = ['localhost', '127.0.0.1', '[::1]'];
  const hosts = local.includes(url.hostname) ? local : [url.hostname];
  return hosts.map((host) => `${url.protocol}//${host}${port}`);
}
