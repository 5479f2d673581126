import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { TOPICS } from '@lever-certn/events/topics';
import type { Database } from './database';
import type { Outbox, OutboxEntry } from './outbox';
import { commit, openVersions, TableBroker, versionEntry, versionOutbox } from './outbox.fixture';

const schema = `spec_${randomBytes(6).toString('hex')}`;
const outboxes: Outbox[] = [];
let database: Database;
let broker: TableBroker;

beforeAll(async () => {
  database = await openVersions(schema);
}, 30_000);
afterAll(async () => {
  await database.run(`DROP DATABASE ${schema}`);
  await database.close();
});
beforeEach(async () => {
  broker = new TableBroker(database);
  for (const table of ['outbox', 'aggregates', 'broker']) await database.run(`DELETE FROM ${table}`);
});
afterEach(async () => {
  for (const outbox of outboxes.splice(0)) await outbox.stop();
});

function outboxOf(more: Parameters<typeof versionOutbox>[2] = {}): Outbox {
  const outbox = versionOutbox(database, broker, more);
  outboxes.push(outbox);
  return outbox;
}
async function published(id?: string): Promise<(number | null)[]> {
  const sql = `SELECT version FROM broker ${id ? 'WHERE id = ?' : ''} ORDER BY place`;
  return (await database.query<{ version: number | null }>(sql, id ? [id] : [])).map(({ version }) => version);
}
const left = async (): Promise<number> => Number((await database.query<{ n: number }>('SELECT COUNT(*) AS n FROM outbox'))[0]!.n);
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 200) throw new Error(`not within 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const isEmpty = (): Promise<void> => until('the outbox is empty', async () => (await left()) === 0);

describe('what was just committed', () => {
  it('is published in the order of its versions and taken out', async () => {
    const outbox = outboxOf();
    const id = randomUUID();
    const versions = [1, 2, 3].map((version) => versionEntry(id, version));
    for (const entry of versions) await commit(database, outbox, [entry]);
    await expect(left()).resolves.toBe(3);
    await outbox.published(versions);
    await expect(published(id)).resolves.toEqual([1, 2, 3]);
    await expect(left()).resolves.toBe(0);
  });

  it('is published as it was written: value, id, time and trace', async () => {
    const seen: unknown[] = [];
    const outbox = outboxOf({
      producer: {
        publish: (topic, event, context) => Promise.resolve(void seen.push([topic.name, event, context])),
        tombstone: () => Promise.resolve(),
      },
    });
    const context = {
      id: 'fact',
      time: '2026-03-02T12:00:00.000Z',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    const entry: OutboxEntry = {
      topic: TOPICS.commands,
      event: { type: 'look', name: `O'Hara "\\ 名` },
      context,
      aggregateId: 'team',
      version: 0,
    };
    const { sql, values } = outbox.insertSql([entry]);
    await database.script(sql, values);
    await new Promise((resolve) => setTimeout(resolve, 400));
    outbox.start();
    await isEmpty();
    expect(seen).toEqual([['commands', entry.event, context]]);
  });

  it('is only what the guarded write really wrote', async () => {
    const outbox = outboxOf();
    const [mine, others] = [randomUUID(), randomUUID()];
    const writer = randomBytes(8);
    await database.run('INSERT INTO aggregates (id, version, writer) VALUES ?', [
      [
        [mine, 1, writer],
        [others, 1, randomBytes(8)],
      ],
    ]);
    const insert = outbox.insertSql([versionEntry(mine, 1), versionEntry(others, 1)], {
      table: 'aggregates',
      idColumn: 'id',
      writerColumn: 'writer',
      writer,
    });
    await database.script(insert.sql, insert.values);
    await expect(database.query('SELECT aggregate_id FROM outbox')).resolves.toEqual([{ aggregate_id: mine }]);
  });

  it('waits for nobody who has not committed, though a small table would be read whole', async () => {
    const outbox = outboxOf();
    const writer = randomBytes(8);
    const guard = { table: 'aggregates', idColumn: 'id', writerColumn: 'writer', writer };
    const entries = Array.from({ length: 60 }, () => versionEntry(randomUUID(), 1));
    await database.run('INSERT INTO aggregates (id, version, writer) VALUES ?', [
      entries.map(({ aggregateId }) => [aggregateId, 1, writer]),
    ]);
    await database.withConnection(async (query) => {
      await query('START TRANSACTION');
      const others = outbox.insertSql([versionEntry(randomUUID(), 1)]);
      try {
        await query(others.sql, others.values);
        const guarded = outbox.insertSql(entries, guard);
        await database.script(guarded.sql, guarded.values);
        await expect(left()).resolves.toBe(60);
        await outbox.published(entries);
        await expect(left()).resolves.toBe(0);
      } finally {
        await query('ROLLBACK');
      }
    });
  });

  it('stays while the broker is away, says so once, and goes in order when it is back', async () => {
    const failures: number[] = [];
    const outbox = outboxOf({ onFailure: (_, entries) => failures.push(entries) });
    const id = randomUUID();
    const versions = [1, 2, 3].map((version) => versionEntry(id, version));
    for (const entry of versions) await commit(database, outbox, [entry]);
    broker.away = true;
    await outbox.published(versions);
    expect(failures).toEqual([3]);
    await expect(left()).resolves.toBe(3);
    outbox.start();
    await until('the sweep has failed too', () => Promise.resolve(failures.length > 1));
    broker.away = false;
    await isEmpty();
    await expect(published(id)).resolves.toEqual([1, 2, 3]);
  });
});

describe('what a process left behind', () => {
  it('is published when it was killed between commit and publish, nothing lost and each topic key ending with its newest version', async () => {
    const child = spawn(
      process.execPath,
      [
        '-C',
        '@lever-certn/source',
        '-r',
        path.resolve(__dirname, '../../../tools/swc-register.cjs'),
        path.resolve(__dirname, 'outbox.fixture.ts'),
        schema,
      ],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const before = await left();
    expect(before).toBeGreaterThan(0);
    outboxOf().start();
    await isEmpty();
    const [missing] = await database.query<{ n: number }>(
      'SELECT COUNT(*) AS n FROM aggregates a WHERE (SELECT COUNT(DISTINCT version) FROM broker b WHERE b.id = a.id) <> a.version',
    );
    const [stale] = await database.query<{ n: number }>(
      'SELECT COUNT(*) AS n FROM aggregates a WHERE (SELECT b.version FROM broker b WHERE b.id = a.id ORDER BY b.place DESC LIMIT 1) <> a.version',
    );
    expect([Number(missing!.n), Number(stale!.n)]).toEqual([0, 0]);
  }, 30_000);

  it('is published once when several processes look for it', async () => {
    const writer = outboxOf();
    const entries = Array.from({ length: 700 }, () => versionEntry(randomUUID(), 1));
    await commit(database, writer, entries);
    for (const outbox of [outboxOf(), outboxOf(), outboxOf()]) outbox.start();
    await isEmpty();
    await expect(published()).resolves.toHaveLength(700);
  });

  it('is found even when its transaction ended long after later ones', async () => {
    const outbox = outboxOf();
    const [late, early] = [versionEntry(randomUUID(), 1), versionEntry(randomUUID(), 1)];
    await database.withConnection(async (query) => {
      await query('START TRANSACTION');
      const insert = outbox.insertSql([late]);
      await query(insert.sql, insert.values);
      await commit(database, outbox, [early]);
      outbox.start();
      await until('the later one is published', async () => (await published(early.aggregateId)).length === 1);
      await query('COMMIT');
    });
    await until('the late one is published', async () => (await published(late.aggregateId)).length === 1);
    await isEmpty();
  });

  it('does not keep others from being published when it can never be', async () => {
    const failures: unknown[] = [];
    const outbox = outboxOf({ onFailure: (error) => failures.push(error) });
    const rows = Array.from({ length: 500 }, () => [randomBytes(12), 'no-such-topic', 'x', 1, '{}', '2026-01-01 00:00:00']);
    await database.run('INSERT INTO outbox VALUES ?', [rows]);
    const entries = Array.from({ length: 600 }, () => versionEntry(randomUUID(), 1));
    await commit(database, outbox, entries);
    outbox.start();
    await until('all but those are published', async () => (await left()) === 500);
    expect(String(failures[0])).toContain('no-such-topic');
    await expect(published()).resolves.toHaveLength(600);
  });
});

describe('a compacted topic', () => {
  it('ends with the newest version when an older one is published late', async () => {
    const [slow, quick] = [outboxOf(), outboxOf()];
    const id = randomUUID();
    const [one, two] = [versionEntry(id, 1), versionEntry(id, 2)];
    await commit(database, slow, [one]);
    await commit(database, quick, [two]);
    await quick.published([two]);
    await slow.published([one]);
    await expect(published(id)).resolves.toEqual([2, 1, 2]);
    await expect(left()).resolves.toBe(0);
  });

  it('ends with the newest version when a leftover was already published by another process', async () => {
    const [frozen, other] = [outboxOf(), outboxOf()];
    const id = randomUUID();
    const one = versionEntry(id, 1);
    await commit(database, frozen, [one]);
    other.start();
    await isEmpty();
    const two = versionEntry(id, 2);
    await commit(database, other, [two]);
    await other.published([two]);
    await frozen.published([one]);
    expect((await published(id)).at(-1)).toBe(2);
  });

  it('ends with the newest version when that changes while the newest is being published again', async () => {
    const other = outboxOf();
    const id = randomUUID();
    let changed = false;
    const slow = outboxOf({
      newest: {
        table: 'aggregates',
        idColumn: 'id',
        versionColumn: 'version',
        entries: async () => {
          if (changed) return [versionEntry(id, 3)];
          changed = true;
          const three = versionEntry(id, 3);
          await commit(database, other, [three]);
          await other.published([three]);
          return [versionEntry(id, 2)];
        },
      },
    });
    const [one, two] = [versionEntry(id, 1), versionEntry(id, 2)];
    await commit(database, slow, [one]);
    await commit(database, other, [two]);
    await other.published([two]);
    await slow.published([one]);
    await expect(published(id)).resolves.toEqual([2, 1, 3, 2, 3]);
    await expect(left()).resolves.toBe(0);
  });

  it('ends with the newest version when an older one of the same process failed at first', async () => {
    const outbox = outboxOf();
    const id = randomUUID();
    const [one, two] = [versionEntry(id, 1), versionEntry(id, 2)];
    await commit(database, outbox, [one]);
    broker.away = true;
    await outbox.published([one]);
    broker.away = false;
    await commit(database, outbox, [two]);
    await outbox.published([two]);
    outbox.start();
    await isEmpty();
    await expect(published(id)).resolves.toEqual([2, 1, 2]);
  });

  it('ends with a tombstone when the aggregate was erased', async () => {
    const id = randomUUID();
    const erased: OutboxEntry = { ...versionEntry(id, 2), event: null, teamId: 'team' };
    const [slow, eraser] = [
      outboxOf({
        newest: {
          table: 'aggregates',
          idColumn: 'id',
          versionColumn: 'version',
          entries: () => Promise.resolve([{ ...erased }]),
        },
      }),
      outboxOf(),
    ];
    const one = versionEntry(id, 1);
    await commit(database, slow, [one]);
    await commit(database, eraser, [erased]);
    await eraser.published([erased]);
    await slow.published([one]);
    await expect(published(id)).resolves.toEqual([null, 1, null]);
  });

  it('keeps the rows of what it could not publish again', async () => {
    const failures: unknown[] = [];
    const [slow, quick] = [
      outboxOf({
        onFailure: (error) => failures.push(error),
        newest: {
          table: 'aggregates',
          idColumn: 'id',
          versionColumn: 'version',
          entries: () => Promise.reject(new Error('not now')),
        },
      }),
      outboxOf(),
    ];
    const id = randomUUID();
    const [one, two] = [versionEntry(id, 1), versionEntry(id, 2)];
    await commit(database, slow, [one]);
    await commit(database, quick, [two]);
    await quick.published([two]);
    await slow.published([one]);
    expect(failures).toHaveLength(1);
    await expect(left()).resolves.toBe(1);
    quick.start();
    await isEmpty();
    expect((await published(id)).at(-1)).toBe(2);
  });
});
