import { MicroBatch } from '@lever-certn/batching/micro-batch';
import type { Topic } from '@lever-certn/events/topics';
import type { Database } from './database';
import { entryOf, messageOf, newRowId, type OutboxContext, type OutboxEntry, type StoredEntry } from './outbox-entry';
import type { Sql } from './sql-rows';

export { outboxTableSql, type OutboxContext, type OutboxEntry } from './outbox-entry';

/** What the outbox needs of a producer; `EventProducer` fits. What is published earlier must arrive earlier, or not at all. */
export interface OutboxPublisher {
  publish(topic: Topic, event: object, context: OutboxContext): Promise<void>;
  tombstone(topic: Topic, key: string, teamId: string): Promise<void>;
}

/** Where the newest version of an aggregate stands, for topics that are compacted. */
export interface NewestVersion {
  table: string;
  /** An ASCII column. */
  idColumn: string;
  versionColumn: string;
  /** The entry of each aggregate's present state, read now; its version is the one in the table. */
  entries(aggregateIds: string[]): Promise<OutboxEntry[]>;
}

/** How an outbox works. */
export interface OutboxOptions {
  database: Database;
  producer: OutboxPublisher;
  /** Without it a compacted topic may end with an older version when two processes publish for one aggregate. */
  newest?: NewestVersion;
  /** How often leftovers are looked for. */
  sweepMs?: number;
  /** How old a leftover is at least. */
  leftoverMs?: number;
  /** How long published rows gather before they are taken out together, which `published` waits for: 0 where a person waits for it. */
  takeOutLingerMs?: number;
  /** Told of what could not be published for now, once for all entries that failed together; they stay in the table. */
  onFailure?: (error: unknown, entries: number) => void;
}

/** The mark that a guarded write of many rows left in those it really wrote. */
export interface WriterMark {
  table: string;
  /** The table's primary key. */
  idColumn: string;
  writerColumn: string;
  writer: unknown;
  /** What else must hold of the row for its events to be told, in SQL about `w`. */
  tellIf?: string;
}

const BATCH_ROWS = 500;
const MAX_WAITING = 100_000;
/** As a rule nobody waits for a published row to be gone, as long as that is well before it counts as left over. */
const TAKE_OUT_LINGER_MS = 250;
const SWEEP_MS = 1_000;
const LEFTOVER_MS = 5_000;
/** Pages of one sweep; the next one goes on a moment later. */
const SWEEP_PAGES = 20;
/** Entries that fail and are passed over in one sweep, before it is the broker that must be away. */
const MAX_PASSED_OVER = 4 * BATCH_ROWS;
/** How often one aggregate is published again because it changed meanwhile, before the sweep is left to do it. */
const AGAIN_ROUNDS = 5;

/**
 * By the primary key, however few rows the server believes there are: where it reads the whole table instead, it waits for rows that others have inserted and
 * not committed, and two that do so wait for each other.
 */
const DELETE_FROM_OUTBOX = 'DELETE o FROM outbox o FORCE INDEX (PRIMARY)';

/** What became of one entry, where nothing went wrong. */
const DONE = undefined;
const UNDER_WAY = 'under way';

/** Everything of one aggregate that was published and is to be taken out together. */
interface PublishedGroup {
  keys: Buffer[];
  /** What the broker has last. */
  last: OutboxEntry;
  /** When this process sent it, in the order of all that it sends. */
  order: number;
}

/** An entry on its way, with its place in the order of all that this process sends. */
interface Sent {
  entry: OutboxEntry;
  key: Buffer;
  order: number;
}

/**
 * Events written in the transaction that made them true. The process that wrote them publishes them right after the commit; what it left behind (it died,
 * or the broker was away) is published by whoever holds the lock of the outbox. An entry is taken out only after the broker has it, so it may arrive twice,
 * never not at all; and of a compacted topic only when nothing newer was made true meanwhile: else the newest is published again, so that the topic
 * always ends with it.
 */
export class Outbox {
  private readonly keys = new WeakMap<OutboxEntry, Buffer>();
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly taking: MicroBatch<Sent>;
  /** Of every aggregate with entries under way: the newest version this process has sent, and when. */
  private readonly own = new Map<string, { version: number; order: number; underWay: number }>();
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;
  private sent = 0;

  constructor(private readonly options: OutboxOptions) {
    const limits = { maxItems: BATCH_ROWS, maxWaiting: MAX_WAITING, lingerMs: options.takeOutLingerMs ?? TAKE_OUT_LINGER_MS };
    this.taking = new MicroBatch('outbox', limits, (sent) => this.takeOut(sent));
  }

  /**
   * The INSERT of these entries, to be put into the transaction that makes them true. With `where`, a second statement takes out entries whose aggregate does
   * not carry the writer's mark in that table, or is not to be told of: of a guarded write of many rows, those that were refused. At least one entry.
   */
  insertSql(entries: readonly OutboxEntry[], where?: WriterMark): Sql {
    const keys = entries.map((entry) => this.keyOf(entry));
    const values = entries.flatMap((entry, index) => [
      keys[index],
      entry.topic.name,
      entry.aggregateId,
      entry.version,
      messageOf(entry),
    ]);
    // Long texts stay out of derived tables: the server would write those to disk.
    const marks = entries.map(() => '(?, ?, ?, ?, ?, UTC_TIMESTAMP(6))').join(', ');
    const insert = `INSERT INTO outbox (id, topic, aggregate_id, version, message, created_at) VALUES ${marks}`;
    if (!where) return { sql: insert, values };
    const { table, idColumn, writerColumn, writer, tellIf } = where;
    const told = `w.${idColumn} = o.aggregate_id AND w.${writerColumn} = ?${tellIf ? ` AND ${tellIf}` : ''}`;
    const refused = `${DELETE_FROM_OUTBOX} LEFT JOIN ${table} w FORCE INDEX (PRIMARY) ON ${told} WHERE o.id IN (?) AND w.${idColumn} IS NULL`;
    return { sql: `${insert};\n${refused}`, values: [...values, writer, keys] };
  }

  /**
   * Publishes what was just committed, in the order given, and takes it out of the table: the same entry objects as were inserted. Resolves when that is
   * done or was left to the sweep; never rejects.
   */
  async published(entries: readonly OutboxEntry[]): Promise<void> {
    const errors = (await Promise.all(entries.map((entry) => this.publishOne(entry)))).filter((error) => error !== undefined);
    if (errors.length > 0) this.options.onFailure?.(errors[0], errors.length);
  }

  /** Begins to look for leftovers. */
  start(): void {
    this.timer ??= setInterval(() => {
      this.sweeping ??= this.sweep()
        .catch((error: unknown) => this.options.onFailure?.(error, 0))
        .finally(() => (this.sweeping = undefined));
    }, this.options.sweepMs ?? SWEEP_MS);
  }

  /** Ends the looking and waits for what is under way. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.sweeping;
    await Promise.all(this.underWay.values());
    await this.taking.drained();
  }

  /** How much waits in the table, and since when. */
  async waiting(): Promise<{ entries: number; oldestMs: number }> {
    const [row] = await this.options.database.query<{ entries: number | string; oldest_us: number | string | null }>(
      'SELECT COUNT(*) AS entries, TIMESTAMPDIFF(MICROSECOND, MIN(created_at), UTC_TIMESTAMP(6)) AS oldest_us FROM outbox',
    );
    return { entries: Number(row?.entries ?? 0), oldestMs: Number(row?.oldest_us ?? 0) / 1_000 };
  }

  /** Resolves with what went wrong, if anything did. */
  private async publishOne(entry: OutboxEntry): Promise<unknown> {
    const key = this.keyOf(entry);
    const name = key.toString('latin1');
    const order = this.sent++;
    this.begin(entry, order);
    const done = this.send(entry)
      .then(() => this.taking.add({ entry, key, order }))
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    this.underWay.set(
      name,
      done.then(() => undefined),
    );
    try {
      return await done;
    } finally {
      this.underWay.delete(name);
      this.end(entry);
    }
  }

  private begin(entry: OutboxEntry, order: number): void {
    const own = this.own.get(nameOf(entry)) ?? { version: 0, order: 0, underWay: 0 };
    own.underWay += 1;
    if (entry.version >= own.version) Object.assign(own, { version: entry.version, order });
    this.own.set(nameOf(entry), own);
  }

  private end(entry: OutboxEntry): void {
    const own = this.own.get(nameOf(entry))!;
    own.underWay -= 1;
    if (own.underWay === 0) this.own.delete(nameOf(entry));
  }

  /** The newer version was sent by this process after this one, and what one process sends keeps its order: the topic ends with it, or it stays in the table. */
  private sentSince({ last, order }: PublishedGroup, version: number): boolean {
    const own = this.own.get(nameOf(last));
    return own !== undefined && own.version >= version && own.order > order;
  }

  private send(entry: OutboxEntry): Promise<void> {
    const { producer } = this.options;
    if (entry.event === null) return producer.tombstone(entry.topic as Topic, entry.aggregateId, entry.teamId ?? '');
    return producer.publish(entry.topic as Topic, entry.event, entry.context);
  }

  private async takeOut(sent: Sent[]): Promise<void[]> {
    const { newest } = this.options;
    const checked = sent.filter(({ entry }) => newest && entry.topic.cleanup === 'compact');
    const plain = sent.filter((one) => !checked.includes(one)).map(({ key }) => key);
    if (plain.length > 0) await this.options.database.run(`${DELETE_FROM_OUTBOX} WHERE o.id IN (?)`, [plain]);
    let groups = groupsOf(checked);
    for (let round = 0; newest && groups.length > 0 && round < AGAIN_ROUNDS; round++) {
      groups = await this.publishNewest(newest, await this.takeOutNewest(newest, groups));
    }
    return [];
  }

  /**
   * Takes out what the topic ends with; answers the rest. The versions are read after the broker has the entries: whatever is made true later is also
   * published later.
   */
  private async takeOutNewest(newest: NewestVersion, groups: PublishedGroup[]): Promise<PublishedGroup[]> {
    const { table, idColumn, versionColumn } = newest;
    const rows = await this.options.database.query<{ id: string; version: number | null }>(
      `SELECT ${idColumn} AS id, ${versionColumn} AS version FROM ${table} WHERE ${idColumn} IN (?)`,
      [groups.map(({ last }) => last.aggregateId)],
    );
    const versions = new Map(rows.map(({ id, version }) => [id, version ?? 0]));
    const passed = groups.filter((group) => {
      const version = versions.get(group.last.aggregateId) ?? 0;
      return version > group.last.version && !this.sentSince(group, version);
    });
    const over = groups.filter((group) => !passed.includes(group)).flatMap(({ keys }) => keys);
    if (over.length > 0) await this.options.database.run(`${DELETE_FROM_OUTBOX} WHERE o.id IN (?)`, [over]);
    return passed;
  }

  private async publishNewest(newest: NewestVersion, passed: PublishedGroup[]): Promise<PublishedGroup[]> {
    if (passed.length === 0) return [];
    const entries = await newest.entries(passed.map(({ last }) => last.aggregateId));
    await Promise.all(entries.map((entry) => this.send(entry)));
    const found = new Map(entries.map((entry) => [entry.aggregateId, entry]));
    return passed.flatMap(({ keys, last }) => {
      const entry = found.get(last.aggregateId);
      return entry ? [{ keys, last: entry, order: this.sent }] : [];
    });
  }

  private async sweep(): Promise<void> {
    const { database } = this.options;
    if ((await this.leftovers((sql, values) => database.query(sql, values), [], 1)).length === 0) return;
    const lock = `${database.schema}.outbox`;
    await database.withConnection(async (query) => {
      const [answer] = await query<{ taken: number | null }>('SELECT GET_LOCK(?, 0) AS taken', [lock]);
      if (Number(answer?.taken) !== 1) return;
      try {
        await this.sweepPages(query);
      } finally {
        await query('SELECT RELEASE_LOCK(?)', [lock]).catch(() => undefined);
      }
    });
  }

  private async sweepPages(query: Database['query']): Promise<void> {
    const passedOver: Buffer[] = [];
    for (let page = 0; page < SWEEP_PAGES && passedOver.length < MAX_PASSED_OVER; page++) {
      const rows = await this.leftovers(query, passedOver, BATCH_ROWS);
      const results = await Promise.all(rows.map((row) => this.publishLeftover(row)));
      results.forEach((result, index) => result !== DONE && passedOver.push(rows[index]!.id));
      const errors = results.filter((result) => result !== DONE && result !== UNDER_WAY);
      if (errors.length > 0) this.options.onFailure?.(errors[0], errors.length);
      if (rows.length < BATCH_ROWS) return;
    }
  }

  private leftovers(query: Database['query'], except: Buffer[], limit: number): Promise<StoredEntry[]> {
    // The database's clock orders versions of one aggregate: a newer one was begun after the older one was committed.
    return query<StoredEntry>(
      `SELECT id, topic, aggregate_id, version, message FROM outbox WHERE created_at < UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND
       ${except.length > 0 ? 'AND id NOT IN (?)' : ''} ORDER BY created_at, version, id LIMIT ?`,
      [(this.options.leftoverMs ?? LEFTOVER_MS) * 1_000, ...(except.length > 0 ? [except] : []), limit],
    );
  }

  private publishLeftover(row: StoredEntry): Promise<unknown> {
    if (this.underWay.has(row.id.toString('latin1'))) return Promise.resolve(UNDER_WAY);
    const entry = entryOf(row);
    if (!entry) return Promise.resolve(new Error(`outbox: no topic ${row.topic}`));
    this.keys.set(entry, row.id);
    return this.publishOne(entry);
  }

  private keyOf(entry: OutboxEntry): Buffer {
    let key = this.keys.get(entry);
    if (!key) {
      key = newRowId();
      this.keys.set(entry, key);
    }
    return key;
  }
}

/** What was sent, by aggregate and topic, each with what was sent last. */
function groupsOf(sent: Sent[]): PublishedGroup[] {
  const groups = new Map<string, PublishedGroup>();
  for (const { entry, key, order } of sent) {
    const name = nameOf(entry);
    const group = groups.get(name);
    if (!group) groups.set(name, { keys: [key], last: entry, order });
    else {
      group.keys.push(key);
      if (order > group.order) Object.assign(group, { last: entry, order });
    }
  }
  return [...groups.values()];
}

function nameOf({ topic, aggregateId }: OutboxEntry): string {
  return `${topic.name} ${aggregateId}`;
}
