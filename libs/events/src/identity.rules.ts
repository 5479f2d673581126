import { namespaceV5 } from '@lever-certn/events/name-uuid';

const v5 = namespaceV5('8b0f7c5e-6f0a-5c0b-9a51-2f8d0b6f3c11');

/**
 * The check id of one transition: the same whoever computes it and how often, since it is made of the fact alone.
 * `transitionAt` is Lever's own time of the transition (ISO 8601).
 */
export function checkIdOfTransition(teamId: string, opportunityId: string, transitionAt: string): string {
  return v5(JSON.stringify([teamId, opportunityId, transitionAt]));
}

/** The check id of an order by hand. */
export function checkIdOfCommand(teamId: string, opportunityId: string, commandId: string): string {
  return v5(JSON.stringify([teamId, opportunityId, 'command', commandId]));
}

/** An id made of the fact it names, so that a repeat has the same one: for `ce_id` and activity lines. */
export function factId(...parts: (string | number)[]): string {
  return v5(JSON.stringify(parts));
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** The partition of everything of a team: FNV-1a of the team id, so that one process mostly works one team. */
export function partitionOf(teamId: string, partitions: number): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < teamId.length; index += 1) hash = Math.imul(hash ^ teamId.charCodeAt(index), FNV_PRIME) >>> 0;
  return hash % partitions;
}
