import { randomBytes } from 'node:crypto';
import { openDatabase, type Database } from '@lever-certn/database/database';
import { IndexKey } from '@lever-certn/sealing/index-key';
import { Keyring } from '@lever-certn/sealing/keyring';
import { MIGRATIONS } from './schema/migrations';

/** Keys of specs. */
export const SPEC_KEYRING = Keyring.parse(`k1:${Buffer.alloc(32, 1).toString('base64')}`);
export const SPEC_INDEX_KEY = IndexKey.parse(Buffer.alloc(32, 2).toString('base64'));

/** A schema of its own on the real database; `drop` removes it. */
export async function openSpecDatabase(): Promise<{ database: Database; drop: () => Promise<void> }> {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('DATABASE_URL is not set: it names the database that real specs run on');
  const schema = `spec_console_${randomBytes(4).toString('hex')}`;
  const database = await openDatabase({ url, schema, migrations: MIGRATIONS });
  const drop = async (): Promise<void> => {
    await database.run(`DROP DATABASE ${schema}`);
    await database.close();
  };
  return { database, drop };
}
