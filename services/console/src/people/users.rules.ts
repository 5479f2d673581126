import type { Caller, Role } from '../http/caller';

/** What someone wants changed of a person. */
export interface UserChanges {
  name?: string;
  password?: string;
  owner?: boolean;
  roles?: ReadonlyMap<string, Role>;
}

/** Why a change of a person is refused: `absent` as if the person did not exist. */
export type Refusal =
  'absent' | 'owner-only' | 'foreign-team' | 'last-owner' | 'self' | 'own-password' | 'disabled' | 'no-password';

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
 * Whether a caller may change a person so. Owners may do everything, as far as an owner is left, which is for the database to say; admins change roles in their own teams;
 * everyone their own name. One's own password is changed elsewhere, where the current one is asked for.
 */
export function refusalOfChange(
  caller: Pick<Caller, 'owner' | 'roles' | 'userId'>,
  person: { id: string; owner: boolean; roles: ReadonlyMap<string, Role> },
  changes: UserChanges,
): Refusal | undefined {
  const self = caller.userId === person.id;
  if (self && changes.password !== undefined) return 'own-password';
  if (caller.owner) return undefined;
  const teams = administered(caller)!;
  if (!self && ![...person.roles.keys()].some((teamId) => teams.includes(teamId))) return 'absent';
  if (changes.owner !== undefined) return 'owner-only';
  if (!self && (changes.name !== undefined || changes.password !== undefined)) return 'owner-only';
  return [...(changes.roles?.keys() ?? [])].some((teamId) => !teams.includes(teamId)) ? 'foreign-team' : undefined;
}

/**
 * Whether a caller may shut a person out, let the person in again, or make a link that sets the person's password. Whoever has that link has all the
 * person may, so an admin makes one only for people who may nothing outside the admin's teams.
 */
export function refusalOfTakingOver(
  caller: Pick<Caller, 'owner' | 'roles' | 'userId'>,
  person: { id: string; owner: boolean; roles: ReadonlyMap<string, Role> },
): Refusal | undefined {
  if (caller.userId === person.id) return 'self';
  if (caller.owner) return undefined;
  const teams = administered(caller)!;
  const theirs = [...person.roles.keys()];
  if (!theirs.some((teamId) => teams.includes(teamId))) return 'absent';
  return person.owner || theirs.some((teamId) => !teams.includes(teamId)) ? 'owner-only' : undefined;
}

/** Roles of two invitations of one address: of two in one team the higher. */
export function joinedRoles(...all: ReadonlyMap<string, Role>[]): Map<string, Role> {
  const joined = new Map<string, Role>();
  for (const roles of all) for (const [teamId, role] of roles) if (joined.get(teamId) !== 'admin') joined.set(teamId, role);
  return joined;
}

/** What an invitation still gives: of what was promised, what its maker could promise today; `undefined` when nothing is left of it. */
export function stillGiven(
  maker: { owner: boolean; roles: ReadonlyMap<string, Role>; disabledAt: string | null } | undefined,
  invitation: { owner: boolean; roles: ReadonlyMap<string, Role> },
): { owner: boolean; roles: Map<string, Role> } | undefined {
  if (!maker || maker.disabledAt !== null) return undefined;
  const teams = administered(maker);
  const roles = new Map([...invitation.roles].filter(([teamId]) => teams === undefined || teams.includes(teamId)));
  const owner = invitation.owner && maker.owner;
  return owner || roles.size > 0 ? { owner, roles } : undefined;
}
