import { MicroBatch } from '@lever-certn/batching/micro-batch';
import type { Database } from '@lever-certn/database/database';
import type { DeadLetter } from '@lever-certn/events/dead-letter';
import { factId } from '@lever-certn/events/identity.rules';
import type { TeamChange } from '../live/changes.rules';
import { changesSql } from '../live/changes.store';
import { sqlTime } from './read-model-sql';

/** Where a dead letter lies in its own topic. */
export interface LetterPlace {
  partition: number;
  offset: string;
}

interface Entry {
  letter: DeadLetter;
  place: LetterPlace;
}

/** What is known of dead letters beside the messages themselves. */
export class DeadLettersStore {
  private readonly batch: MicroBatch<Entry>;

  constructor(private readonly database: Database) {
    this.batch = new MicroBatch('dead letters', { maxItems: 200, maxWaiting: 5000 }, (entries) => this.flush(entries));
  }

  record(letter: DeadLetter, place: LetterPlace): Promise<void> {
    return this.batch.add({ letter, place });
  }

  /** How many a team has; of `undefined`, how many there are in all. */
  async count(teamId?: string): Promise<number> {
    const rows = await this.database.query<{ n: number | string }>(
      `SELECT COUNT(*) n FROM dead_letters ${teamId === undefined ? '' : 'WHERE team_id = ?'}`,
      teamId === undefined ? [] : [teamId],
    );
    return Number(rows[0]?.n ?? 0);
  }

  private async flush(entries: readonly Entry[]): Promise<void[]> {
    const rows = entries.map(({ letter, place }) => [
      factId('dead-letter', letter.topic, letter.partition, letter.offset, letter.group),
      letter.teamId ?? null,
      letter.topic,
      letter.partition,
      letter.offset,
      letter.group,
      letter.reason,
      letter.attempts,
      sqlTime(letter.at),
      place.partition,
      place.offset,
    ]);
    const changes = changesOfTeams(entries);
    const told = changes.size > 0 ? changesSql(changes) : undefined;
    await this.database.script(
      `INSERT IGNORE INTO dead_letters (id, team_id, topic, partition_no, offset_no, group_name, reason, attempts, at, letter_partition, letter_offset) VALUES ?
       ${told ? `; ${told.sql}` : ''}`,
      [rows, ...(told?.values ?? [])],
    );
    return [];
  }
}

function changesOfTeams(entries: readonly Entry[]): Map<string, TeamChange> {
  const teamIds = new Set(entries.map(({ letter }) => letter.teamId).filter((teamId) => teamId !== undefined));
  return new Map([...teamIds].map((teamId) => [teamId, { what: ['problems'], opportunityIds: [] }]));
}
