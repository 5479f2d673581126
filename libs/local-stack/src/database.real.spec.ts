import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { startDatabase } from './database';
import { isAlive } from './running-processes';
import { temporaryFolder } from './temporary-folder.fixture';

const TIMEOUT_MS = 60_000;

describe('a database of our own', () => {
  const dir = temporaryFolder();

  const query = async (url: string, sql: string): Promise<RowDataPacket[]> => {
    const connection = await createConnection(url);
    try {
      return (await connection.query<RowDataPacket[]>(sql))[0];
    } finally {
      await connection.end();
    }
  };

  it(
    'keeps address and what was committed through kill -9, stop and a new start in the same folder',
    async () => {
      const database = await startDatabase({ dir: dir() });
      try {
        await query(database.url, 'CREATE SCHEMA kept');
        await query(database.url, 'CREATE TABLE kept.words (word VARCHAR(20)) CHARACTER SET utf8mb4');
        await query(database.url, "INSERT INTO kept.words VALUES ('zoë')");
        const { pid, url } = database;
        await database.kill();
        expect(isAlive(pid)).toBe(false);
        await database.start();
        expect(database.url).toBe(url);
        expect(await query(url, 'SELECT word FROM kept.words')).toEqual([{ word: 'zoë' }]);
      } finally {
        await database.stop();
      }
      const again = await startDatabase({ dir: dir() });
      try {
        expect(await query(again.url, 'SELECT word FROM kept.words')).toEqual([{ word: 'zoë' }]);
      } finally {
        await again.kill();
      }
    },
    TIMEOUT_MS,
  );

  it(
    'leaves the temporary tables of others alone when it starts',
    async () => {
      const one = await startDatabase({ dir: `${dir()}/one` });
      const connection = await createConnection(one.url);
      try {
        await connection.query('CREATE SCHEMA own');
        await connection.query('CREATE TEMPORARY TABLE own.word (word VARCHAR(20)) ENGINE=Aria');
        await (await startDatabase({ dir: `${dir()}/other` })).kill();
        await connection.query('DROP TEMPORARY TABLE own.word');
      } finally {
        await connection.end();
        await one.kill();
      }
    },
    TIMEOUT_MS,
  );

  it(
    'does not take a set-up that was interrupted for whole',
    async () => {
      const fs = await import('node:fs');
      fs.mkdirSync(`${dir()}/data-1/mysql`, { recursive: true });
      const database = await startDatabase({ dir: dir() });
      expect(await query(database.url, 'SELECT 1 one')).toEqual([{ one: 1 }]);
      await database.kill();
    },
    TIMEOUT_MS,
  );
});
