/** A team's version in the tables. */
export interface TableVersion {
  version: number;
  deleted: boolean;
}

/** What must be published again. `republish`: with a version above `above`. */
export type Repair =
  | { kind: 'republish'; teamId: string; above: number }
  | { kind: 'tombstone'; teamId: string }
  /** The topic has a team the tables never had: said, not touched, since the tables may be the older ones. */
  | { kind: 'unknown'; teamId: string };

/**
 * Compares the topic with the tables, which are the truth. A newer version in the topic means that the database was restored from a backup: what the
 * tables say is published with a version above it, so that readers take it.
 */
export function repairsOf(table: ReadonlyMap<string, TableVersion>, topic: ReadonlyMap<string, number>): Repair[] {
  const repairs: Repair[] = [];
  for (const [teamId, { version, deleted }] of table) {
    const published = topic.get(teamId);
    if (deleted) {
      if (published !== undefined) repairs.push({ kind: 'tombstone', teamId });
    } else if (published !== version) repairs.push({ kind: 'republish', teamId, above: Math.max(version, published ?? 0) });
  }
  for (const teamId of topic.keys()) if (!table.has(teamId)) repairs.push({ kind: 'unknown', teamId });
  return repairs;
}
