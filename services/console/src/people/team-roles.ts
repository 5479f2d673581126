import { ROLES, type Role } from '../http/caller';
import { ChoiceField, IdField } from '../http/fields';
import { Problem } from '../http/problem';
import type { TeamsStore } from '../teams/teams.store';

/** Roles one person may be given at once. */
export const MAX_ROLES = 200;
export const NAME_CHARACTERS = 200;

/** A role in a team, as requests name it. */
export class Membership {
  @IdField() teamId!: string;
  @ChoiceField(ROLES) role!: Role;
}

/** By team id. */
export function rolesOf(roles: readonly Membership[] | undefined): Map<string, Role> {
  return new Map((roles ?? []).map(({ teamId, role }) => [teamId, role]));
}

/** @throws Problem `invalid` for a role in a team that does not exist */
export async function requireTeams(teams: TeamsStore, roles: ReadonlyMap<string, Role>): Promise<void> {
  const known = new Set((await teams.names([...roles.keys()])).map(({ id }) => id));
  if ([...roles.keys()].every((teamId) => known.has(teamId))) return;
  throw new Problem('invalid', {
    detail: 'A role names a team that does not exist.',
    cure: 'Take the ids that GET /api/teams answers.',
    more: { errors: [{ field: 'roles', message: 'no such team' }] },
  });
}
