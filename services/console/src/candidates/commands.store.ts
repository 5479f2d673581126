import { createHash } from 'node:crypto';
import type { Command } from '@lever-certn/events/command';
import { TOPICS } from '@lever-certn/events/topics';
import type { Database } from '@lever-certn/database/database';
import { isDuplicate } from '@lever-certn/database/database-error';
import type { Outbox, OutboxEntry } from '@lever-certn/database/outbox';
import { auditSql, type AuditEntry, type Author } from '../audit/audit.store';
import { Problem } from '../http/problem';
import { MAX_NAMED, type TeamChange } from '../live/changes.rules';
import { changesSql } from '../live/changes.store';
import type { TimelineFact } from './facts.rules';
import { timelineSql } from './read-model-sql';

/** A command that a person gives, and what is told of it. */
export interface GivenCommand<Answer> {
  command: Command;
  /** What was asked, so that a repeat of the key with something else is noticed. */
  request: unknown;
  answer: Answer;
  audit: AuditEntry;
  /** The candidate's timeline shows it at once. */
  line?: TimelineFact;
}

/** Several commands that a person gives at once. */
export interface GivenCommands<Answer> {
  /** The id of what was asked: of one command its own. */
  batchId: string;
  teamId: string;
  commands: Command[];
  request: unknown;
  answer: Answer;
  audit: AuditEntry;
  lines: TimelineFact[];
}

/** Commands that people gave: the command, its audit line and the line of the timeline are one transaction. */
export class CommandsStore {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Gives a command. The same one again (by its id) gets the first answer and changes nothing. @throws Problem `key-reused` */
  give<Answer extends object>(author: Author, given: GivenCommand<Answer>): Promise<Answer> {
    const { command, line, ...rest } = given;
    const { commandId: batchId, teamId } = command;
    return this.giveAll(author, { ...rest, batchId, teamId, commands: [command], lines: line ? [line] : [] });
  }

  /** Gives several commands at once, or none of them. The same ones again (by the id they share) get the first answer. @throws Problem `key-reused` */
  async giveAll<Answer extends object>(author: Author, given: GivenCommands<Answer>): Promise<Answer> {
    const { batchId, teamId, commands, answer, lines } = given;
    const requestHash = createHash('sha256').update(JSON.stringify(given.request)).digest('hex');
    const entries = commands.map(commandEntry);
    const statements = [
      {
        sql: 'INSERT INTO commands_given (command_id, team_id, request_hash, answer, at) VALUES (?, ?, ?, ?, UTC_TIMESTAMP(6))',
        values: [batchId, teamId, requestHash, JSON.stringify(answer)],
      },
      ...(entries.length > 0 ? [this.outbox.insertSql(entries)] : []),
      auditSql(author, given.audit),
      ...(lines.length > 0 ? [timelineSql(lines), changesSql(changeOf(teamId, lines))] : []),
    ];
    try {
      await this.database.script(
        statements.map(({ sql }) => sql).join(';'),
        statements.flatMap(({ values }) => values),
      );
    } catch (error) {
      if (!isDuplicate(error, 'PRIMARY')) throw error;
      return this.earlier<Answer>(batchId, requestHash);
    }
    await this.outbox.published(entries);
    return answer;
  }

  /** Whether a command of this id was given before. */
  async wasGiven(commandId: string): Promise<boolean> {
    return (await this.database.query('SELECT 1 FROM commands_given WHERE command_id = ?', [commandId])).length > 0;
  }

  /** Forgets keys that nobody repeats any more. */
  async sweep(keptDays: number): Promise<void> {
    await this.database.run('DELETE FROM commands_given WHERE at < UTC_TIMESTAMP(6) - INTERVAL ? DAY LIMIT 10000', [keptDays]);
  }

  private async earlier<Answer>(commandId: string, requestHash: string): Promise<Answer> {
    const rows = await this.database.query<{ request_hash: string; answer: string }>(
      'SELECT request_hash, answer FROM commands_given WHERE command_id = ?',
      [commandId],
    );
    if (rows[0]?.request_hash === requestHash) return JSON.parse(rows[0].answer) as Answer;
    throw new Problem('key-reused', {
      detail: 'The Idempotency-Key came with another request before.',
      cure: 'Use a new key for a new request; repeat a request with all it had.',
    });
  }
}

function changeOf(teamId: string, lines: readonly TimelineFact[]): Map<string, TeamChange> {
  const opportunityIds = lines.map(({ opportunityId }) => opportunityId);
  return new Map([[teamId, { what: ['candidates'], opportunityIds: opportunityIds.length > MAX_NAMED ? null : opportunityIds }]]);
}

/** The message that gives a command. */
export function commandEntry(command: Command): OutboxEntry {
  return {
    topic: TOPICS.commands,
    event: command,
    context: { id: command.commandId, time: command.at },
    aggregateId: command.commandId,
    version: 0,
  };
}
