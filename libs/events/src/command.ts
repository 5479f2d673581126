import { IsIn } from 'class-validator';
import { IsCount, IsId, IsText, IsTime, Optional } from './fields';

export const COMMAND_TYPES = ['sweep', 'look', 'order', 'resolve', 'erase'] as const;
export type CommandType = (typeof COMMAND_TYPES)[number];

export const RESOLUTIONS = ['case', 'order', 'drop'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** Something a person, a service or a schedule wants done; dropped unseen after `validUntil`. */
export class Command {
  @IsIn(COMMAND_TYPES) type!: CommandType;
  @IsId() teamId!: string;
  @IsId() commandId!: string;
  /** Who: `user:<id>`, `token:<id>` or `service:<name>`. */
  @IsText(200) by!: string;
  @IsTime() at!: string;
  @IsTime() validUntil!: string;
  /** Needed by `look` and `order`. */
  @Optional() @IsId() opportunityId?: string;
  /** Needed by `resolve`; with `look`, the check that asks for fresh facts, which are then told even if nothing changed. */
  @Optional() @IsId() checkId?: string;
  /** With `look`: the team's settings it is meant for, which may still be on their way. */
  @Optional() @IsCount(1) settingsVersion?: number;
  /** With `order`: why a person orders. */
  @Optional() @IsText(500) reason?: string;
  /** With `order`: a package other than the one the tags or the default name. */
  @Optional() @IsId() packageId?: string;
  /** Needed by `resolve`: adopt a case, order afresh, or drop the check. */
  @Optional() @IsIn(RESOLUTIONS) resolution?: Resolution;
  /** Needed by `resolve` with `case`. */
  @Optional() @IsId() caseId?: string;
}

const NEEDED: Record<CommandType, (keyof Command)[]> = {
  sweep: [],
  look: ['opportunityId'],
  order: ['opportunityId', 'reason'],
  resolve: ['checkId', 'resolution'],
  erase: ['opportunityId'],
};

/** The field a command lacks for its type, if any. */
export function missingCommandField(command: Command): string | undefined {
  const missing = NEEDED[command.type].find((field) => command[field] === undefined);
  return missing ?? (command.resolution === 'case' && command.caseId === undefined ? 'caseId' : undefined);
}
