/** What one field was and became; `null` where there was, or is, nothing. Secrets are `set` or `ends in …`, and of people there are ids only. */
export interface FieldChange {
  field: string;
  from: string | null;
  to: string | null;
}

/** What a person may do, as it is compared. */
export interface Access {
  owner: boolean;
  /** By team id. */
  roles: ReadonlyMap<string, string>;
}

/** What changed of what a person may do: `owner`, and `role.<team id>`. */
export function accessChanges(before: Access, after: Access): FieldChange[] {
  const teamIds = [...new Set([...before.roles.keys(), ...after.roles.keys()])];
  const changes = [
    { field: 'owner', from: String(before.owner), to: String(after.owner) },
    ...teamIds.map((teamId) => ({
      field: `role.${teamId}`,
      from: before.roles.get(teamId) ?? null,
      to: after.roles.get(teamId) ?? null,
    })),
  ];
  return changes.filter(({ from, to }) => from !== to);
}

/** A table's cell with all changes of a line. */
export function changesInWords(changes: readonly FieldChange[]): string {
  return changes.map(({ field, from, to }) => `${field}: ${from ?? 'nothing'} → ${to ?? 'nothing'}`).join('; ');
}
