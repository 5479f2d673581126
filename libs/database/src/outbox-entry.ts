import { randomBytes } from 'node:crypto';
import { topicNamed, type Topic } from '@lever-certn/events/topics';
import { ASCII } from './sql-rows';

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
  /** What the order of entries belongs to; of a compacted topic, its key. ASCII, at most 100 characters. */
  aggregateId: string;
  /** The aggregate's own version with this event; 0 where it has none. */
  version: number;
}

/** For the migration of a service that has an outbox. */
export const outboxTableSql = `CREATE TABLE IF NOT EXISTS outbox (
  id BINARY(12) NOT NULL PRIMARY KEY,
  topic VARCHAR(60) ${ASCII} NOT NULL,
  aggregate_id VARCHAR(100) ${ASCII} NOT NULL,
  version INT UNSIGNED NOT NULL,
  message MEDIUMTEXT NOT NULL,
  created_at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

/** A row of the outbox. */
export interface StoredEntry {
  id: Buffer;
  topic: string;
  aggregate_id: string;
  version: number;
  message: string;
}

/** What a row keeps of an entry as text. */
export function messageOf({ event, teamId, context }: OutboxEntry): string {
  return JSON.stringify({ event, teamId, context });
}

/** Reads a row. `undefined` where its topic is none of ours any more. */
export function entryOf(row: StoredEntry): OutboxEntry | undefined {
  const topic = topicNamed(row.topic);
  if (!topic) return undefined;
  const message = JSON.parse(row.message) as Pick<OutboxEntry, 'event' | 'teamId' | 'context'>;
  return { topic, aggregateId: row.aggregate_id, version: row.version, ...message };
}

const TIME_BYTES = 6;
const RANDOM_BYTES = 6;
let pool = Buffer.alloc(0);
let used = 0;

/** A new row's id: made here, so that the row can be taken out without asking for it; the time in front keeps new rows together. */
export function newRowId(): Buffer {
  if (used >= pool.length) {
    pool = randomBytes(RANDOM_BYTES * 512);
    used = 0;
  }
  const id = Buffer.alloc(TIME_BYTES + RANDOM_BYTES);
  id.writeUIntBE(Date.now(), 0, TIME_BYTES);
  pool.copy(id, TIME_BYTES, used, used + RANDOM_BYTES);
  used += RANDOM_BYTES;
  return id;
}
