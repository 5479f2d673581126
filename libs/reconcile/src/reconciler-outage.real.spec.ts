import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isDatabaseOutage, type Database } from '@lever-certn/database/database';
import { startDatabase, type LocalDatabase } from '@lever-certn/local-stack/database';
import { FAST } from './bed.fixture';
import { Reconciler } from './reconciler';
import { addRows, count, openWork, sleep, until, workTable, type WorkRow } from './work-table.fixture';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'reconciler-outage-'));
let server: LocalDatabase;
let database: Database;

beforeAll(async () => {
  server = await startDatabase({ dir });
  database = await openWork('spec', 6, server.url);
}, 120_000);
afterAll(async () => {
  await database.close();
  await server.kill();
  fs.rmSync(dir, { recursive: true, force: true });
});

describe('a database that is killed while rows are worked', () => {
  it('costs no row, is told once, and is taken up again by itself', async () => {
    const alive = new Set<string>();
    const troubles: unknown[] = [];
    const reconciler = new Reconciler<WorkRow>({
      name: 'work',
      table: workTable(database),
      database,
      limit: FAST,
      pollMs: 50,
      leaseMs: 1_000,
      maxActive: 8,
      work: async (row) => {
        await sleep(20);
        alive.add(row.id);
        return { kind: 'done' };
      },
      onTrouble: (error) => troubles.push(error),
    });
    const rows = await addRows(database, 'a', 300);
    reconciler.start();
    await until('some are done', () => alive.size > 40);
    await server.kill();
    await until('it was noticed', () => troubles.length > 0);
    // Longer than the lease: nothing may be started on the strength of one that ran out.
    await sleep(1_500);
    const before = alive.size;
    await sleep(300);
    expect(alive.size).toBe(before);
    expect(troubles.length).toBeLessThanOrEqual(2);
    expect(troubles.every(isDatabaseOutage)).toBe(true);
    await server.start();
    await until('all are done', async () => (await count(database, 'work WHERE due_at IS NOT NULL')) === 0);
    expect(alive.size).toBe(rows.length);
    await reconciler.stop(1_000);
  }, 60_000);
});
