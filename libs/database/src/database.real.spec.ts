import { randomBytes } from 'node:crypto';
import { DatabaseError } from './database-error';
import { openDatabase, type Database } from './database';
import { ASCII, rowsOf, toSqlTime } from './sql-rows';
import type { MigrationInterface, QueryRunner } from 'typeorm';

class Things1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE things (id CHAR(36) ${ASCII} NOT NULL PRIMARY KEY, account CHAR(16) ${ASCII} NOT NULL DEFAULT '', name VARCHAR(10) NULL,
      amount INT NOT NULL DEFAULT 0, at DATETIME(6) NULL, UNIQUE KEY name (name), KEY account (account)) ENGINE=InnoDB`);
    // Keeps what is written even when the transaction is rolled back.
    await runner.query('CREATE TABLE tries (n INT) ENGINE=MyISAM');
  }
  async down(): Promise<void> {}
}

const schema = `spec_${randomBytes(6).toString('hex')}`;
let database: Database;

beforeAll(async () => {
  database = await openDatabase({ url: process.env.DATABASE_URL!, schema, migrations: [Things1700000000000], poolSize: 4 });
});
afterAll(async () => {
  await database.run(`DROP DATABASE ${schema}`);
  await database.close();
});
beforeEach(async () => {
  await database.run('DELETE FROM things');
  await database.run('DELETE FROM tries');
});

const amounts = async (): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await database.query<{ id: string; amount: number }>('SELECT id, amount FROM things')).map((row) => [row.id, row.amount]),
  );

describe('a session', () => {
  it('is in UTC, reads what is committed, is strict, and hands times over as text', async () => {
    const [session] = await database.query<{ zone: string; isolation: string; mode: string }>(
      "SELECT @@time_zone AS zone, REPLACE(@@transaction_isolation, ' ', '-') AS isolation, @@sql_mode AS mode",
    );
    expect(session).toMatchObject({ zone: '+00:00', isolation: 'READ-COMMITTED' });
    expect(session!.mode).toContain('STRICT_TRANS_TABLES');
    await database.run('INSERT INTO things (id, at) VALUES (?, ?)', ['a', toSqlTime('2026-01-02T03:04:05.678Z')]);
    await expect(database.query('SELECT at FROM things')).resolves.toEqual([{ at: '2026-01-02 03:04:05.678000' }]);
    await expect(database.run('INSERT INTO things (id, name) VALUES (?, ?)', ['b', 'longer than ten'])).rejects.toMatchObject({
      code: 'ER_DATA_TOO_LONG',
    });
  });

  it('escapes what is given to it, rows and lists too', async () => {
    const nasty = `'\\"; --`;
    await database.run('INSERT INTO things (id, name) VALUES ?', [
      [
        [nasty, nasty],
        ['b', null],
      ],
    ]);
    await expect(database.query('SELECT name FROM things WHERE id IN (?) ORDER BY id', [[nasty, 'b']])).resolves.toEqual([
      { name: nasty },
      { name: null },
    ]);
  });
});

describe('a script', () => {
  it('answers what each statement said', async () => {
    const [inserted, rows, updated] = await database.script(
      'INSERT INTO things (id) VALUES (?), (?); SELECT id FROM things ORDER BY id; UPDATE things SET amount = 1 WHERE id = ?;',
      ['a', 'b', 'a'],
    );
    expect(inserted).toMatchObject({ affectedRows: 2 });
    expect(rows).toEqual([{ id: 'a' }, { id: 'b' }]);
    expect(updated).toMatchObject({ affectedRows: 1 });
  });

  it('is all or nothing, and its connections hold nothing afterwards', async () => {
    await database.run("INSERT INTO things (id) VALUES ('a')");
    const failing = Array.from({ length: 8 }, () =>
      database.script("UPDATE things SET amount = amount + 1 WHERE id = 'a'; SELECT nothing FROM nowhere"),
    );
    const failed = await Promise.allSettled(failing);
    expect(failed.map((one) => one.status)).toEqual(Array.from({ length: 8 }, () => 'rejected'));
    await expect(database.script("UPDATE things SET amount = amount + 10 WHERE id = 'a'")).resolves.toHaveLength(1);
    await expect(amounts()).resolves.toEqual({ a: 10 });
  });

  it('says of a duplicate which key, and keeps values to itself', async () => {
    await database.run("INSERT INTO things (id, name) VALUES ('a', 'secret')");
    const error: unknown = await database
      .script("INSERT INTO things (id, name) VALUES ('b', 'secret')")
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DatabaseError);
    expect(error).toMatchObject({ key: 'name', outage: false });
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('secret');
  });

  it('is tried again after a deadlock', async () => {
    await database.run("INSERT INTO things (id) VALUES ('a'), ('b')");
    const both = (first: string, second: string): Promise<unknown> =>
      database.script(
        'UPDATE things SET amount = amount + 1 WHERE id = ?; DO SLEEP(0.3); UPDATE things SET amount = amount + 1 WHERE id = ?',
        [first, second],
      );
    await Promise.all([both('a', 'b'), both('b', 'a')]);
    await expect(amounts()).resolves.toEqual({ a: 2, b: 2 });
  });

  it('is given up after three more deadlocks', async () => {
    await expect(
      database.script("INSERT INTO tries VALUES (1); SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213"),
    ).rejects.toMatchObject({ errno: 1213, outage: true });
    await expect(database.query('SELECT n FROM tries')).resolves.toHaveLength(4);
  });

  it('sees what others have committed since it began', async () => {
    const [, before, , after] = await Promise.all([
      database.script(
        'SELECT COUNT(*) AS n FROM things; SELECT COUNT(*) AS n FROM things; DO SLEEP(0.3); SELECT COUNT(*) AS n FROM things',
      ),
      new Promise((resolve) => setTimeout(resolve, 100)).then(() => database.run("INSERT INTO things (id) VALUES ('a')")),
    ]).then(([results]) => results as { n: number }[][]);
    expect([Number(before![0]!.n), Number(after![0]!.n)]).toEqual([0, 1]);
  });
});

describe('a transaction', () => {
  it('sees what it wrote, and others see nothing of it before it ends', async () => {
    const seen = await database.transaction(async (transaction) => {
      expect(await transaction.run("INSERT INTO things (id) VALUES ('a')")).toMatchObject({ affectedRows: 1 });
      const [updated] = await transaction.script("UPDATE things SET amount = 5 WHERE id = 'a'");
      expect(updated).toMatchObject({ affectedRows: 1 });
      expect(await amounts()).toEqual({});
      return transaction.query('SELECT id, amount FROM things');
    });
    expect(seen).toEqual([{ id: 'a', amount: 5 }]);
    expect(await amounts()).toEqual({ a: 5 });
  });

  it('is all or nothing, and its connection holds nothing afterwards', async () => {
    await database.run("INSERT INTO things (id) VALUES ('a')");
    const failing = Array.from({ length: 8 }, () =>
      database.transaction(async (transaction) => {
        await transaction.run("UPDATE things SET amount = amount + 1 WHERE id = 'a'");
        throw new Error('no');
      }),
    );
    const failed = await Promise.allSettled(failing);
    expect(failed.map((one) => one.status)).toEqual(Array.from({ length: 8 }, () => 'rejected'));
    await database.run("UPDATE things SET amount = amount + 10 WHERE id = 'a'");
    expect(await amounts()).toEqual({ a: 10 });
  });

  it('is done again after a deadlock', async () => {
    await database.run("INSERT INTO things (id) VALUES ('a'), ('b')");
    const both = (first: string, second: string): Promise<unknown> =>
      database.transaction(async (transaction) => {
        await transaction.run('UPDATE things SET amount = amount + 1 WHERE id = ?', [first]);
        await transaction.query('DO SLEEP(0.3)');
        await transaction.run('UPDATE things SET amount = amount + 1 WHERE id = ?', [second]);
      });
    await Promise.all([both('a', 'b'), both('b', 'a')]);
    expect(await amounts()).toEqual({ a: 2, b: 2 });
  });
});

describe('rows as a derived table', () => {
  it('are joined by the index of an ascii column, whatever the table holds', async () => {
    const ids = Array.from({ length: 3000 }, (_, index) => `id-${String(index).padStart(5, '0')}`);
    await database.run('INSERT INTO things (id) VALUES ?', [ids.map((id) => [id])]);
    const v = rowsOf(
      ['id ascii', 'amount'],
      [
        ['id-00007', 7],
        ['id-00008', 8],
      ],
    );
    const sql = `UPDATE (${v.sql}) v STRAIGHT_JOIN things t ON t.id = v.id SET t.amount = v.amount`;
    const plan = await database.query<{ table: string; type: string; key: string | null }>(`EXPLAIN ${sql}`, v.values);
    expect(plan.find(({ table }) => table === 't')).toMatchObject({ type: 'eq_ref', key: 'PRIMARY' });
    await expect(database.run(sql, v.values)).resolves.toMatchObject({ affectedRows: 2 });
    expect((await amounts())['id-00008']).toBe(8);
  });
});
