import { includesRole } from '../http/access.rules';
import type { Role } from '../http/caller';

/** What a group makes of a person: an owner of the installation, or a role by team id, `*` for every team. */
export type GroupRoles = ReadonlyMap<string, 'owner' | ReadonlyMap<string, Role>>;

/** What a person may do, as the groups have it. */
export interface GivenRoles {
  owner: boolean;
  /** By team id. */
  roles: Map<string, Role>;
}

/** Every team. */
const EVERY = '*';
const MAX_GROUPS_NAMED = 500;
/** Groups of one person that are looked at. */
const MAX_GROUPS = 1000;

/** Reads OIDC_GROUP_ROLES. @throws Error in words that say what to do, without the value */
export function parseGroupRoles(text: string): GroupRoles {
  const groups = objectIn(text);
  if (Object.keys(groups).length === 0) throw new Error('name at least one group, or leave the variable out');
  if (Object.keys(groups).length > MAX_GROUPS_NAMED) throw new Error(`name at most ${MAX_GROUPS_NAMED} groups`);
  return new Map(
    Object.entries(groups).map(([group, given]): [string, 'owner' | ReadonlyMap<string, Role>] => {
      if (given === 'owner') return [group, given];
      if (!isObject(given)) throw new Error('give each group "owner", or an object with roles by team id');
      const roles = Object.entries(given).map(([teamId, role]): [string, Role] => {
        if (role !== 'admin' && role !== 'viewer') throw new Error('the role in a team is "admin" or "viewer"');
        return [teamId, role];
      });
      return [group, new Map(roles)];
    }),
  );
}

/** The groups in a claim: a list of texts, or one text that is one group; anything else names none. */
export function groupsIn(claim: unknown): string[] {
  const list = Array.isArray(claim) ? claim.slice(0, MAX_GROUPS) : [claim];
  return list.filter((group): group is string => typeof group === 'string' && group !== '');
}

/** What a person's groups give among the teams there are; of several roles in a team the highest. */
export function rolesOfGroups(groupRoles: GroupRoles, groups: readonly string[], teamIds: readonly string[]): GivenRoles {
  const given = groups.flatMap((group) => groupRoles.get(group) ?? []);
  const roles = new Map<string, Role>();
  for (const byTeam of given)
    if (byTeam !== 'owner')
      for (const teamId of teamIds)
        for (const role of [byTeam.get(EVERY), byTeam.get(teamId)])
          if (role && !includesRole(roles.get(teamId), role)) roles.set(teamId, role);
  return { owner: given.includes('owner'), roles };
}

function objectIn(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('it must be JSON, like {"recruiters":{"*":"viewer"}}');
  }
  if (!isObject(value)) throw new Error('it must be a JSON object with a member for each group');
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
