import type { Caller, Role } from '../http/caller';

/** What someone wants changed of a person. */
export interface UserChanges {
  name?: string;
  password?: string;
  owner?: boolean;
  roles?: ReadonlyMap<string, Role>;
}

/** Why a change of a person is refused: `absent` as if the person did not exist. */
export type Refusal = 'absent' | 'owner-only' | 'foreign-team' | 'last-owner';

/** The teams whose roles a caller may give and take; `undefined`: of every team. */
export function administered(caller: Pick<Caller, 'owner' | 'roles'>): string[] | undefined {
  return caller.owner ? undefined : [...caller.roles].filter(([, role]) => role === 'admin').map(([teamId]) => teamId);
}

/** Whether a caller may make this person. Admins give roles in their own teams and make no owners. */
export function refusalOfNew(caller: Pick<Caller, 'owner' | 'roles'>, changes: UserChanges): Refusal | undefined {
  const teams = administered(caller);
  if (teams === undefined) return undefined;
  if (changes.owner) return 'owner-only';
  const given = [...(changes.roles?.keys() ?? [])];
  return given.length === 0 || given.some((teamId) => !teams.includes(teamId)) ? 'foreign-team' : undefined;
}

/**
 * Whether a caller may change a person so. Owners may do everything, but the last owner stays one; admins change roles in their own teams; everyone their own
 * name and password.
 */
export function refusalOfChange(
  caller: Pick<Caller, 'owner' | 'roles' | 'userId'>,
  person: { id: string; owner: boolean; roles: ReadonlyMap<string, Role> },
  changes: UserChanges,
  owners: number,
): Refusal | undefined {
  if (changes.owner === false && person.owner && owners <= 1) return 'last-owner';
  if (caller.owner) return undefined;
  const teams = administered(caller)!;
  const self = caller.userId === person.id;
  if (!self && ![...person.roles.keys()].some((teamId) => teams.includes(teamId))) return 'absent';
  if (changes.owner !== undefined) return 'owner-only';
  if (!self && (changes.name !== undefined || changes.password !== undefined)) return 'owner-only';
  return [...(changes.roles?.keys() ?? [])].some((teamId) => !teams.includes(teamId)) ? 'foreign-team' : undefined;
}
