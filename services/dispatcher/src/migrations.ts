import { AnsweredCommands1764000000200 } from './answered-commands.migration';
import { Checks1764000000000 } from './checks.migration';
import { OneOpen1764000000100 } from './one-open.migration';

/** All migrations, in order. */
export const MIGRATIONS = [Checks1764000000000, OneOpen1764000000100, AnsweredCommands1764000000200];
