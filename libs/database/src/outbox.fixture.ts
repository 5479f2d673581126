import { randomUUID } from 'node:crypto';
import { MicroBatch } from '@lever-certn/batching/micro-batch';
import { TOPICS } from '@lever-certn/events/topics';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { openDatabase, type Database } from './database';
import { Outbox, outboxTableSql, type OutboxEntry, type OutboxOptions, type OutboxPublisher } from './outbox';
import { ASCII, rowsOf } from './sql-rows';

/** Aggregates with versions, and a table that stands for the broker, so that several processes see one order of what was published. */
export class Versions1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(outboxTableSql);
    await runner.query(
      `CREATE TABLE aggregates (id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY, version INT UNSIGNED NOT NULL, writer BINARY(8) NULL) ENGINE=InnoDB`,
    );
    await runner.query(
      `CREATE TABLE broker (place BIGINT AUTO_INCREMENT PRIMARY KEY, topic VARCHAR(60), id VARCHAR(36), version INT NULL) ENGINE=InnoDB`,
    );
  }
  async down(): Promise<void> {}
}

export function openVersions(schema: string): Promise<Database> {
  return openDatabase({ url: process.env.DATABASE_URL!, schema, migrations: [Versions1700000000000], poolSize: 5 });
}

/** A compacted topic's entry. */
export function versionEntry(aggregateId: string, version: number): OutboxEntry {
  return {
    topic: TOPICS.checkStatusUpdated,
    event: { checkId: aggregateId, version },
    context: { id: `${aggregateId} ${version}` },
    aggregateId,
    version,
  };
}

/** Raises the version of each aggregate, or makes it, with its event, in one transaction. */
export async function commit(database: Database, outbox: Outbox, entries: OutboxEntry[]): Promise<void> {
  const rows = rowsOf(
    ['id ascii', 'version'],
    entries.map((entry) => [entry.aggregateId, entry.version]),
  );
  const events = outbox.insertSql(entries);
  await database.script(
    `INSERT INTO aggregates (id, version) SELECT v.id, v.version FROM (${rows.sql}) v ON DUPLICATE KEY UPDATE aggregates.version = v.version; ${events.sql}`,
    [...rows.values, ...events.values],
  );
}

type Message = [topic: string, id: string, version: number | null];

/** Publishes into the table, in the order of the calls and many at once, as the producer does. */
export class TableBroker implements OutboxPublisher {
  away = false;
  private readonly sends: MicroBatch<Message>;

  constructor(database: Database) {
    this.sends = new MicroBatch<Message>('table broker', { maxItems: 500, maxWaiting: 100_000 }, async (messages) => {
      if (this.away) throw new Error('the broker is away');
      await database.run('INSERT INTO broker (topic, id, version) VALUES ?', [messages]);
      return [];
    });
  }

  publish(topic: { name: string }, event: object): Promise<void> {
    const { checkId, version } = event as { checkId: string; version: number };
    return this.sends.add([topic.name, checkId, version]);
  }

  tombstone(topic: { name: string }, key: string): Promise<void> {
    return this.sends.add([topic.name, key, null]);
  }
}

export function versionOutbox(database: Database, producer: OutboxPublisher, more: Partial<OutboxOptions> = {}): Outbox {
  return new Outbox({
    database,
    producer,
    sweepMs: 50,
    leftoverMs: 300,
    newest: {
      table: 'aggregates',
      idColumn: 'id',
      versionColumn: 'version',
      entries: async (ids) => {
        const rows = await database.query<{ id: string; version: number }>('SELECT id, version FROM aggregates WHERE id IN (?)', [
          ids,
        ]);
        return rows.map(({ id, version }) => versionEntry(id, version));
      },
    },
    ...more,
  });
}

/** `<schema>`: raises versions of aggregates of its own as fast as it can, publishing each, until it is killed. Says `working` when it has begun. */
async function main(schema: string): Promise<void> {
  const database = await openVersions(schema);
  const outbox = versionOutbox(database, new TableBroker(database));
  const ids = Array.from({ length: 20 }, () => randomUUID());
  for (let version = 1; version < 10_000; version++) {
    const entries = ids.map((id) => versionEntry(id, version));
    await commit(database, outbox, entries);
    void outbox.published(entries);
    if (version === 5) process.stdout.write('working\n');
  }
}

if (process.argv[1] === __filename) void main(process.argv[2]!);
