import type { Command } from '@lever-certn/events/command';
import { factId } from '@lever-certn/events/identity.rules';

/** How long a command of a person waits for services that are down; the topic keeps it for a day. */
export const VALID_FOR_MS = 23 * 3_600_000;

/** Who gives a command, when, to which team. */
export interface CommandHead {
  teamId: string;
  commandId: string;
  by: string;
  nowMs: number;
}

/** What settles a check that needs attention. */
export type Settlement = { resolution: 'case'; caseId: string } | { resolution: 'order' } | { resolution: 'drop' };

/** The id of a command that a key names: the same for a repeat by the same caller. Without a key every command is a new one. */
export function commandIdOf(teamId: string, by: string, route: string, key: string | undefined, random: string): string {
  return key === undefined ? random : factId('command', teamId, by, route, key);
}

/** Order a check for an opportunity, stage and age aside. */
export function orderCommand(head: CommandHead, opportunityId: string, reason: string, packageId: string | undefined): Command {
  return { type: 'order', ...common(head), opportunityId, reason, ...(packageId ? { packageId } : {}) };
}

/** Look at an opportunity again: what is owed by its stage now, and by settings that may still be on their way. */
export function lookCommand(head: CommandHead, opportunityId: string, settingsVersion?: number): Command {
  return { type: 'look', ...common(head), opportunityId, ...(settingsVersion === undefined ? {} : { settingsVersion }) };
}

/** Settle a check that needs attention. */
export function resolveCommand(head: CommandHead, opportunityId: string, checkId: string, settlement: Settlement): Command {
  return { type: 'resolve', ...common(head), opportunityId, checkId, ...settlement };
}

function common({
  teamId,
  commandId,
  by,
  nowMs,
}: CommandHead): Pick<Command, 'teamId' | 'commandId' | 'by' | 'at' | 'validUntil'> {
  return { teamId, commandId, by, at: new Date(nowMs).toISOString(), validUntil: new Date(nowMs + VALID_FOR_MS).toISOString() };
}
