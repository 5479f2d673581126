import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startDatabase, type LocalDatabase } from '@lever-certn/local-stack/database';
import { isDatabaseOutage, openDatabase, type Database } from './database';

/** Noticing may take this long on a machine with much else to do; a second or two on a quiet one. */
const NOTICED_MS = 5_000;
const ANSWER_MS = 1_500;
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'database-outage-'));
let server: LocalDatabase;
let database: Database;

const open = (more: object = {}): Promise<Database> =>
  openDatabase({ url: server.url, schema: 'spec', migrations: [], poolSize: 3, answerTimeoutMs: ANSWER_MS, ...more });

async function timed(work: Promise<unknown>): Promise<{ error: unknown; tookMs: number }> {
  const startedMs = performance.now();
  const error: unknown = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  return { error, tookMs: performance.now() - startedMs };
}

beforeAll(async () => {
  server = await startDatabase({ dir });
  database = await open();
  await database.run('CREATE TABLE t (id INT NOT NULL PRIMARY KEY)');
}, 120_000);
afterAll(async () => {
  await database.close();
  await server.kill();
  fs.rmSync(dir, { recursive: true, force: true });
});

describe('a database that is away', () => {
  it('is noticed soon by whoever writes, and is taken up again when it is back', async () => {
    const writing = database.script('INSERT INTO t VALUES (1); DO SLEEP(5)');
    await new Promise((resolve) => setTimeout(resolve, 200));
    await server.kill();
    const inTheMiddle = await timed(writing);
    expect(isDatabaseOutage(inTheMiddle.error)).toBe(true);
    // More than there are connections: each failed one must leave its place to another.
    for (let round = 0; round < 4; round++) {
      const tries = await Promise.all(Array.from({ length: 4 }, () => timed(database.run('INSERT INTO t VALUES (2)'))));
      expect(tries.map(({ error }) => isDatabaseOutage(error))).toEqual([true, true, true, true]);
      expect(Math.max(...tries.map(({ tookMs }) => tookMs))).toBeLessThan(NOTICED_MS);
    }
    await expect(database.healthy()).resolves.toBe(false);
    await server.start();
    await expect(database.healthy()).resolves.toBe(true);
    await expect(Promise.all(Array.from({ length: 8 }, () => database.query('SELECT id FROM t')))).resolves.toEqual(
      Array.from({ length: 8 }, () => []),
    );
  }, 60_000);

  it('is noticed soon when it is there but says nothing', async () => {
    await database.query('SELECT 1');
    await server.freeze();
    try {
      const tries = await Promise.all(Array.from({ length: 9 }, () => timed(database.run('INSERT INTO t VALUES (3)'))));
      expect(tries.map(({ error }) => (isDatabaseOutage(error) ? 'outage' : error))).toEqual(tries.map(() => 'outage'));
      expect(Math.max(...tries.map(({ tookMs }) => tookMs))).toBeLessThan(NOTICED_MS);
      const health = await timed(
        database.healthy().then((healthy) => (healthy ? Promise.reject(new Error('healthy')) : undefined)),
      );
      expect(health.error).toBeUndefined();
      expect(health.tookMs).toBeLessThan(NOTICED_MS);
    } finally {
      server.thaw();
    }
    await expect(database.healthy()).resolves.toBe(true);
    await expect(database.run('REPLACE INTO t VALUES (4)')).resolves.toMatchObject({ affectedRows: 1 });
  }, 60_000);

  it('is waited for by who opens it', async () => {
    await server.kill();
    const opening = open({ waitMs: 30_000 });
    await new Promise((resolve) => setTimeout(resolve, 700));
    await server.start();
    const opened = await opening;
    await expect(opened.healthy()).resolves.toBe(true);
    await opened.close();
  }, 60_000);

  it('is not waited for longer than was said', async () => {
    await server.kill();
    const { error } = await timed(open({ waitMs: 600 }));
    expect(isDatabaseOutage(error)).toBe(true);
    await server.start();
  }, 60_000);
});

describe('who signs in', () => {
  const as = (user: string): string => server.url.replace('root@', `${user}:secret@`);

  it('is told at once that the password is wrong, without the password', async () => {
    const { error, tookMs } = await timed(openDatabase({ url: as('root'), schema: 'spec', migrations: [], waitMs: 30_000 }));
    expect(error).toMatchObject({ errno: 1045 });
    expect(tookMs).toBeLessThan(NOTICED_MS);
    expect(String((error as Error).stack)).not.toContain('secret');
  }, 60_000);

  it('needs no right to make schemas where the schema is there', async () => {
    await database.run("CREATE USER IF NOT EXISTS narrow@'127.0.0.1' IDENTIFIED BY 'secret'");
    await database.run("GRANT SELECT, INSERT ON spec.* TO narrow@'127.0.0.1'");
    const narrow = await openDatabase({ url: as('narrow'), schema: 'spec', migrations: [] });
    await expect(narrow.healthy()).resolves.toBe(true);
    await narrow.close();
    await expect(openDatabase({ url: as('narrow'), schema: 'another', migrations: [], waitMs: 30_000 })).rejects.toMatchObject({
      errno: 1044,
    });
  }, 60_000);
});
