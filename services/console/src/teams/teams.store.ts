import { randomBytes, randomUUID } from 'node:crypto';
import type { Command } from '@lever-certn/events/command';
import { factId } from '@lever-certn/events/identity.rules';
import type { TeamSettings } from '@lever-certn/events/team-settings';
import { TOPICS } from '@lever-certn/events/topics';
import type { Database, Statements } from '@lever-certn/database/database';
import { isDuplicate } from '@lever-certn/database/database-error';
import type { NewestVersion, Outbox, OutboxEntry } from '@lever-certn/database/outbox';
import { auditSql, type AuditEntry, type Author } from '../audit/audit.store';
import { commandEntry } from '../candidates/commands.store';
import { notFound, Problem } from '../http/problem';
import { teamChanges } from './team-changes.rules';
import type { TeamNotes, TeamRecord } from './team-record';

/** What a change makes of a team, the words of the audit, and what is to be done with the change. */
export interface TeamChange extends TeamRecord {
  audit: Omit<AuditEntry, 'teamId'>;
  commands?: Command[];
}

interface TeamRow {
  version: number;
  settings: string;
  notes: string;
}

const INTEGRATION_ID_BYTES = 16;

/**
 * Teams. The tables are the truth: every save raises the version, and row, message to `team-settings`, commands and audit line are one transaction.
 */
export class TeamsStore {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Ids and names of teams, of these only or of all, by name. */
  names(ids?: readonly string[]): Promise<{ id: string; name: string }[]> {
    if (ids?.length === 0) return Promise.resolve([]);
    return this.database.query(
      `SELECT id, name FROM teams WHERE deleted_at IS NULL ${ids ? 'AND id IN (?)' : ''} ORDER BY name, id LIMIT 5000`,
      ids ? [ids] : [],
    );
  }

  /** Teams by name, after the one at `after`. */
  async page(filter: { ids?: readonly string[]; after?: readonly string[]; limit: number }): Promise<TeamRecord[]> {
    const { ids, after, limit } = filter;
    if (ids?.length === 0) return [];
    const rows = await this.database.query<TeamRow>(
      `SELECT version, settings, notes FROM teams WHERE deleted_at IS NULL ${ids ? 'AND id IN (?)' : ''} ${after ? 'AND (name, id) > (?, ?)' : ''}
       ORDER BY name, id LIMIT ?`,
      [...(ids ? [ids] : []), ...(after ?? []), limit],
    );
    return rows.map(toRecord);
  }

  async read(teamId: string): Promise<TeamRecord | undefined> {
    const rows = await this.database.query<TeamRow>(
      'SELECT version, settings, notes FROM teams WHERE id = ? AND deleted_at IS NULL',
      [teamId],
    );
    return rows.map(toRecord)[0];
  }

  /** Like {@link read}. @throws Problem `not-found` */
  async require(teamId: string): Promise<TeamRecord> {
    const record = await this.read(teamId);
    if (!record) throw notFound();
    return record;
  }

  /** Makes a team with nothing set up. */
  async create(author: Author, words: Pick<TeamSettings, 'name' | 'tagProfile' | 'shareResults'>): Promise<TeamRecord> {
    const settings: TeamSettings = {
      teamId: randomUUID(),
      version: 1,
      integrationId: randomBytes(INTEGRATION_ID_BYTES).toString('hex'),
      enabled: false,
      packages: [],
      savedAt: new Date().toISOString(),
      ...words,
    };
    const record: TeamRecord = { settings, notes: { secrets: {} } };
    await this.save(
      author,
      settings.teamId,
      () => Promise.resolve(undefined),
      () => ({
        ...record,
        audit: { action: 'team-made', detail: { ...words } },
      }),
    );
    return record;
  }

  /**
   * Changes a team as it is then, under a lock. `decide` gets the team and answers what it becomes, or throws a Problem; version and time are set here. It may
   * be asked again after a deadlock.
   * @throws Problem `not-found`, `stage-taken`
   */
  change(author: Author, teamId: string, decide: (record: TeamRecord) => TeamChange): Promise<TeamRecord> {
    const read = async (transaction: Statements): Promise<TeamRecord | undefined> => {
      const rows = await transaction.query<TeamRow>(
        'SELECT version, settings, notes FROM teams WHERE id = ? AND deleted_at IS NULL FOR UPDATE',
        [teamId],
      );
      return rows.map(toRecord)[0];
    };
    return this.save(author, teamId, read, (record) => {
      if (!record) throw notFound();
      const change = decide(record);
      const { version } = record.settings;
      return { ...change, settings: { ...change.settings, version: version + 1, savedAt: new Date().toISOString() } };
    });
  }

  /**
   * Takes a team away, for other services by a tombstone: its row stays without settings, so that nothing late brings it back. Its roles and tokens go
   * with it.
   */
  async remove(author: Author, teamId: string): Promise<void> {
    const { settings } = await this.require(teamId);
    const version = settings.version + 1;
    const audit = auditSql(author, {
      action: 'team-deleted',
      teamId,
      changes: [{ field: 'name', from: settings.name, to: null }],
    });
    const entry = tombstoneOf(teamId, version);
    const outbox = this.outbox.insertSql([entry]);
    await this.database.script(
      `UPDATE teams SET deleted_at = UTC_TIMESTAMP(6), settings = '{}', notes = '{}', lever_account = NULL, trigger_stage_id = NULL, certn_account = NULL,
         version = ? WHERE id = ?;
       DELETE FROM memberships WHERE team_id = ?; DELETE FROM api_tokens WHERE team_id = ?; ${audit.sql}; ${outbox.sql}`,
      [version, teamId, teamId, teamId, ...audit.values, ...outbox.values],
    );
    await this.outbox.published([entry]);
  }

  /** Every team's version as the tables have it; of deleted ones too. */
  async versions(): Promise<Map<string, { version: number; deleted: boolean }>> {
    const rows = await this.database.query<{ id: string; version: number; deleted: number }>(
      'SELECT id, version, deleted_at IS NOT NULL deleted FROM teams',
    );
    return new Map(rows.map((row) => [row.id, { version: Number(row.version), deleted: Number(row.deleted) === 1 }]));
  }

  /** Publishes a team's settings again, with a version of at least `minVersion`. */
  async republish(teamId: string, minVersion: number): Promise<void> {
    await this.database.run('UPDATE teams SET version = GREATEST(version, ?) WHERE id = ?', [minVersion - 1, teamId]);
    await this.change({ by: 'service:console', userId: '', ip: '' }, teamId, (record) => ({
      ...record,
      audit: { action: 'settings-published-again' },
    }));
  }

  private async save(
    author: Author,
    teamId: string,
    read: (transaction: Statements) => Promise<TeamRecord | undefined>,
    decide: (record: TeamRecord | undefined) => TeamChange,
  ): Promise<TeamRecord> {
    const work = async (transaction: Statements) => {
      const before = await read(transaction);
      const { settings, notes, audit, commands = [] } = decide(before);
      const entries = [entryOf(settings), ...commands.map(commandEntry)];
      const outbox = this.outbox.insertSql(entries);
      const line = auditSql(author.userId === '' ? undefined : author, {
        ...audit,
        teamId,
        changes: teamChanges(before, { settings, notes }),
      });
      await transaction.run(settings.version === 1 ? INSERT : UPDATE, valuesOf(settings, notes));
      await transaction.script(`${outbox.sql}; ${line.sql}`, [...outbox.values, ...line.values]);
      return { saved: { settings, notes }, entries };
    };
    const { saved, entries } = await this.database.transaction(work).catch((error: unknown) => {
      throw isDuplicate(error, 'stage') ? stageTaken(error) : error;
    });
    await this.outbox.published(entries);
    return saved;
  }
}

const INSERT = `INSERT INTO teams (name, version, settings, notes, lever_account, trigger_stage_id, certn_account, integration_id, id, created_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6))`;
const UPDATE = `UPDATE teams SET name = ?, version = ?, settings = ?, notes = ?, lever_account = ?, trigger_stage_id = ?, certn_account = ?, integration_id = ?
  WHERE id = ?`;

function valuesOf(settings: TeamSettings, notes: TeamNotes): unknown[] {
  return [
    settings.name,
    settings.version,
    JSON.stringify(settings),
    JSON.stringify(notes),
    settings.lever?.account ?? null,
    settings.lever?.triggerStage?.id ?? null,
    settings.certn?.account ?? null,
    settings.integrationId,
    settings.teamId,
  ];
}

/** The message that tells of a team's settings. */
export function entryOf(settings: TeamSettings): OutboxEntry {
  return {
    topic: TOPICS.teamSettings,
    event: settings,
    context: { id: factId('team-settings', settings.teamId, settings.version), time: settings.savedAt },
    aggregateId: settings.teamId,
    version: settings.version,
  };
}

/** Where the outbox finds the newest settings, so that the topic always ends with them whoever publishes last. */
export function newestSettings(database: Database): NewestVersion {
  return {
    table: 'teams',
    idColumn: 'id',
    versionColumn: 'version',
    entries: async (ids) => {
      const rows = await database.query<TeamRow & { id: string; deleted: number }>(
        'SELECT id, version, settings, notes, deleted_at IS NOT NULL deleted FROM teams WHERE id IN (?)',
        [ids],
      );
      return rows.map((row) =>
        Number(row.deleted) === 1 ? tombstoneOf(row.id, Number(row.version)) : entryOf(toRecord(row).settings),
      );
    },
  };
}

/** The message that says a team is gone. */
export function tombstoneOf(teamId: string, version: number): OutboxEntry {
  return {
    topic: TOPICS.teamSettings,
    event: null,
    teamId,
    context: { id: factId('team-settings', teamId, version) },
    aggregateId: teamId,
    version,
  };
}

function toRecord(row: TeamRow): TeamRecord {
  const settings = JSON.parse(row.settings) as TeamSettings;
  return { settings: { ...settings, version: Number(row.version) }, notes: JSON.parse(row.notes) as TeamNotes };
}

function stageTaken(cause: unknown): Problem {
  return new Problem(
    'stage-taken',
    {
      detail: 'Another team with the same Lever account already starts checks from this stage.',
      cure: 'Choose another trigger stage for this team, or for the other one.',
    },
    { cause },
  );
}
