/** A role in a team, as the API has it. */
export interface TeamRole {
  teamId: string;
  role: 'viewer' | 'admin';
}

interface Named {
  id: string;
  name: string;
}

/** A role in words, first letter large. */
export function roleName(role: TeamRole['role']): string {
  return role === 'admin' ? 'Admin' : 'Viewer';
}

/** Roles in words, in the order of the teams' names; of teams one does not know nothing is said. */
export function rolesInWords(roles: readonly TeamRole[], teams: readonly Named[], owner: boolean): string[] {
  const byTeam = new Map(teams.map(({ id, name }) => [id, name]));
  const named = roles.flatMap(({ teamId, role }) => {
    const name = byTeam.get(teamId);
    return name === undefined ? [] : [`${name}: ${roleName(role)}`];
  });
  return [...(owner ? ['Owner of this console'] : []), ...named.sort((a, b) => a.localeCompare(b, 'en'))];
}

/** Whether all words of a search stand in a person's name, address or roles. */
export function matchesSearch(search: string, person: { name: string; email: string }, roles: readonly string[]): boolean {
  const text = [person.name, person.email, ...roles].join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
