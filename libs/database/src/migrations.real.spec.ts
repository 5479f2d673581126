import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { MigrationInterface } from 'typeorm';
import { openDatabase, type Database } from './database';
import { MigrationsLockedError } from './migrations';

class Next1700000000001 implements MigrationInterface {
  async up(): Promise<void> {}
  async down(): Promise<void> {}
}

const run = path.resolve(__dirname, '../../../tools/swc-register.cjs');
const fixture = path.resolve(__dirname, 'migrations.fixture.ts');
let database: Database;
let schema: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  schema = `spec_${randomBytes(6).toString('hex')}`;
  database = await openDatabase({ url: process.env.DATABASE_URL!, schema, migrations: [] });
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await database.run(`DROP DATABASE ${schema}`);
  await database.close();
});

/** Started without `tools/run.cjs` between us, so that kill -9 meets the process itself. */
function opening(seconds: number): { child: ChildProcess; said(word: string): Promise<void>; code: Promise<number | null> } {
  const child = spawn(process.execPath, ['-C', '@lever-certn/source', '-r', run, fixture, schema, String(seconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const said = async (word: string): Promise<void> => {
    for (let tries = 0; !text.includes(`${word}\n`); tries++) {
      if (tries > 600) throw new Error(`the process never said ${word}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return { child, said, code: new Promise((resolve) => child.on('exit', resolve)) };
}

describe('migrations', () => {
  it('run once when three processes open the schema at the same time, and all of them get it', async () => {
    const processes = [opening(1), opening(1), opening(1)];
    await expect(Promise.all(processes.map(({ code }) => code))).resolves.toEqual([0, 0, 0]);
    await expect(database.query('SELECT * FROM runs')).resolves.toHaveLength(1);
    await expect(database.query('SELECT name FROM migrations ORDER BY id')).resolves.toEqual([
      { name: 'Slow1700000000000' },
      { name: 'Next1700000000001' },
    ]);
  }, 60_000);

  it('leave every connection to the service', async () => {
    const opened = await openDatabase({ url: process.env.DATABASE_URL!, schema, migrations: [Next1700000000001], poolSize: 1 });
    await expect(opened.query('SELECT name FROM migrations')).resolves.toEqual([{ name: 'Next1700000000001' }]);
    await opened.close();
  });

  it('go on in the next process when one is killed in the middle', async () => {
    const killed = opening(1.5);
    await killed.said('migrating');
    const next = opening(0);
    killed.child.kill('SIGKILL');
    await expect(next.code).resolves.toBe(0);
    await expect(database.query('SELECT * FROM runs')).resolves.toHaveLength(2);
    await expect(database.query('SELECT * FROM slow')).resolves.toEqual([]);
  }, 60_000);

  it('are given up when another process holds them for too long, and leave no connection behind', async () => {
    await database.withConnection(async (query) => {
      await query('SELECT GET_LOCK(?, 0)', [`${schema}.migrations`]);
      const waiting = openDatabase({
        url: process.env.DATABASE_URL!,
        schema,
        migrations: [Next1700000000001],
        migrationsWaitMs: 300,
      });
      await expect(waiting).rejects.toBeInstanceOf(MigrationsLockedError);
      const sessions = await query('SELECT id FROM information_schema.processlist WHERE db = ?', [schema]);
      expect(sessions).toHaveLength(1);
    });
  }, 60_000);
});
