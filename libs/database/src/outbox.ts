import { randomBytes } from 'node:crypto';
import { MicroBatch } from '@lever-certn/batching/micro-batch';
import { topicNamed, type Topic } from '@lever-certn/events/topics';
import type { Database } from './database';
import { ASCII, rowsOf, type Sql } from './sql-rows';

/** What an event says of itself beside its value. */
export interface OutboxContext {
  /** `ce_id`, made from the fact. */
  id: string;
  time?: string;
  traceparent?: string;
}

/** One event that must reach the broker, since the transaction that wrote it was committed. */
export interface OutboxEntry {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- topics of every event
  topic: Topic<any>;
  /** `null` is a tombstone: the aggregate was erased. */
  event: object | null;
  /** Only of a tombstone: whose it was. */
  teamId?: string;
  context: OutboxContext;
  /** What the order of entries belongs to; of a compacted topic, its key. ASCII, at most 36 characters. */
  aggregateId: string;
  /** The aggregate's own version with this event; 0 where it has none. */
  version: number;
}

/** What the outbox needs of a producer; `EventProducer` fits. */
export interface OutboxPublisher {
  publish(topic: Topic, event: object, context: OutboxContext): Promise<void>;
  tombstone(topic: Topic, key: string, teamId: string): Promise<void>;
}

/** Where the newest version of an aggregate stands, for topics that are compacted. */
export interface NewestVersion {
  table: string;
  idColumn: string;
  versionColumn: string;
  /** The entry of each aggregate's present state, read now. */
  entries(aggregateIds: string[]): Promise<OutboxEntry[]>;
}

/** How an outbox works. */
export interface OutboxOptions {
  database: Database;
  producer: OutboxPublisher;
  newest?: NewestVersion;
  /** How often leftovers are looked for. */
  sweepMs?: number;
  /** How old a leftover is at least. */
  leftoverMs?: number;
  /** Told of what could not be published for now; it stays in the table. */
  onFailure?: (error: unknown) => void;
}

/** For the migration of a service that has an outbox. */
export const outboxTableSql = `CREATE TABLE IF NOT EXISTS outbox (
  id BINARY(12) NOT NULL PRIMARY KEY,
  topic VARCHAR(60) ${ASCII} NOT NULL,
  aggregate_id VARCHAR(36) ${ASCII} NOT NULL,
  version INT UNSIGNED NOT NULL,
  message MEDIUMTEXT NOT NULL,
  created_at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

const MAX_ROWS = 500;
const MAX_WAITING = 50_000;

interface Pending extends OutboxEntry {
  key: Buffer;
}

/** Events written in the transaction that made them true, published right after it. */
export class Outbox {
  private readonly keys = new WeakMap<OutboxEntry, Buffer>();
  private readonly deletes: MicroBatch<Pending>;
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;
  private readonly underWay = new Set<Promise<void>>();

  constructor(private readonly options: OutboxOptions) {
    this.deletes = new MicroBatch<Pending>('outbox', { maxItems: MAX_ROWS, maxWaiting: MAX_WAITING }, (entries) =>
      this.settle(entries),
    );
  }

  /**
   * The INSERT of these entries, to be put into the transaction that makes them true. With `where`, only entries whose aggregate has the writer's mark
   * in that table: of a guarded write of many rows, those that were really written.
   */
  insertSql(entries: OutboxEntry[], where?: { table: string; idColumn: string; writerColumn: string; writer: unknown }): Sql {
    const rows = entries.map((entry) => [
      this.keyOf(entry),
      entry.topic.name,
      entry.aggregateId,
      entry.version,
      messageOf(entry),
    ]);
    const source = rowsOf(['id binary', 'topic ascii', 'aggregate_id ascii', 'version', 'message'], rows);
    const into = 'INSERT INTO outbox (id, topic, aggregate_id, version, message, created_at)';
    const select = `${into} SELECT v.id, v.topic, v.aggregate_id, v.version, v.message, UTC_TIMESTAMP(6) FROM (${source.sql}) v`;
    if (!where) return { sql: select, values: source.values };
    const join = `STRAIGHT_JOIN ${where.table} w ON w.${where.idColumn} = v.aggregate_id AND w.${where.writerColumn} = ?`;
    return { sql: `${select} ${join}`, values: [...source.values, where.writer] };
  }

  /**
   * Publishes what was just committed, in the order given, and takes it out of the table. Resolves when that is done or was left to the sweep; never
   * rejects.
   */
  published(entries: OutboxEntry[]): Promise<void> {
    const all = Promise.all(entries.map((entry) => this.publishOne(entry))).then(() => undefined);
    this.underWay.add(all);
    return all.finally(() => this.underWay.delete(all));
  }

  /** Begins to look for leftovers: entries whose writer died or could not reach the broker. */
  start(): void {
    this.timer ??= setInterval(() => {
      this.sweeping ??= this.sweep()
        .catch((error: unknown) => this.options.onFailure?.(error))
        .finally(() => (this.sweeping = undefined));
    }, this.options.sweepMs ?? 1_000);
  }

  /** Ends the looking and waits for what is under way. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.sweeping;
    await Promise.all(this.underWay);
    await this.deletes.drained();
  }

  private async publishOne(entry: OutboxEntry): Promise<void> {
    try {
      await this.send(entry);
      await this.deletes.add({ ...entry, key: this.keyOf(entry) });
    } catch (error) {
      this.options.onFailure?.(error);
    }
  }

  private send(entry: OutboxEntry): Promise<void> {
    const { producer } = this.options;
    if (entry.event === null) return producer.tombstone(entry.topic, entry.aggregateId, entry.teamId ?? '');
    return producer.publish(entry.topic, entry.event, entry.context);
  }

  private async settle(entries: Pending[]): Promise<void[]> {
    await this.options.database.run('DELETE FROM outbox WHERE id IN (?)', [entries.map((entry) => entry.key)]);
    return [];
  }

  private async sweep(): Promise<void> {
    const seconds = (this.options.leftoverMs ?? 5_000) * 1_000;
    const rows = await this.options.database.query<StoredEntry>(
      'SELECT id, topic, aggregate_id, version, message FROM outbox WHERE created_at < UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND ORDER BY aggregate_id, version, id LIMIT ?',
      [seconds, MAX_ROWS],
    );
    await Promise.all(rows.map((row) => this.publishOne(this.entryOf(row))));
  }

  private entryOf(row: StoredEntry): OutboxEntry {
    const topic = topicNamed(row.topic);
    if (!topic) throw new Error(`outbox: unknown topic ${row.topic}`);
    const entry = { topic, aggregateId: row.aggregate_id, version: row.version, ...(JSON.parse(row.message) as StoredMessage) };
    this.keys.set(entry, row.id);
    return entry;
  }

  private keyOf(entry: OutboxEntry): Buffer {
    let key = this.keys.get(entry);
    if (!key) {
      key = Buffer.concat([timeBytes(), randomBytes(6)]);
      this.keys.set(entry, key);
    }
    return key;
  }
}

interface StoredMessage {
  event: object | null;
  teamId?: string;
  context: OutboxContext;
}

interface StoredEntry {
  id: Buffer;
  topic: string;
  aggregate_id: string;
  version: number;
  message: string;
}

function messageOf({ event, teamId, context }: OutboxEntry): string {
  return JSON.stringify({ event, teamId, context });
}

function timeBytes(): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(Date.now(), 0, 6);
  return bytes;
}
