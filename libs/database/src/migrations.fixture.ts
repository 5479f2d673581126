import type { MigrationInterface, QueryRunner } from 'typeorm';
import { openDatabase } from './database';

/** A process that opens a schema: `<schema> <seconds the first migration takes>`. Says `migrating` when that has begun, and `open` when all is done. */
const [schema, seconds] = process.argv.slice(2);

/** Not to be run twice, and slow, so that two processes at once would surely collide. */
export class Slow1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    process.stdout.write('migrating\n');
    await runner.query('CREATE TABLE IF NOT EXISTS runs (pid INT NOT NULL)');
    await runner.query('INSERT INTO runs VALUES (?)', [process.pid]);
    await runner.query('SELECT SLEEP(?)', [Number(seconds)]);
    await runner.query('CREATE TABLE IF NOT EXISTS slow (id INT NOT NULL PRIMARY KEY)');
  }
  async down(): Promise<void> {}
}

export class Next1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE IF NOT EXISTS next (id INT NOT NULL PRIMARY KEY)');
  }
  async down(): Promise<void> {}
}

void (async () => {
  const database = await openDatabase({
    url: process.env.DATABASE_URL!,
    schema: schema!,
    migrations: [Slow1700000000000, Next1700000000001],
  });
  process.stdout.write('open\n');
  await database.close();
})();
