import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Database } from '@lever-certn/database/database';
import { startDatabase, type LocalDatabase } from '@lever-certn/local-stack/database';
import { spawnWorker, type SpawnedWorker } from './spawned-worker.fixture';
import { addRows, count, openWork, sleep, until, type WorkRow } from './work-table.fixture';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'reconciler-deadlocks-'));
const SCHEMA = 'spec';
const ACCOUNTS = Array.from({ length: 8 }, (_, number) => `account-${number}`);
const PER_SECOND = 500;
const PER_ROUND = 100;
const ROUNDS = 50;
/** Rows that are hinted at again and again, a half of them each time, beside as many new ones. */
const KNOWN = 96;
/** As long as a round: outcomes are written in the moment in which the same rows are recorded again. */
const CALL_MS = (PER_ROUND * 1_000) / PER_SECOND;

/** Says when to give up, and nothing of how fast it must be. */
const WITHIN_MS = 60_000;

const children: ChildProcess[] = [];
/** A server of its own, since its count of deadlocks is that of the whole server. */
let server: LocalDatabase;
let database: Database;

beforeAll(async () => {
  server = await startDatabase({ dir });
  database = await openWork(SCHEMA, 10, server.url);
}, 120_000);
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await database.close();
  await server.kill();
  fs.rmSync(dir, { recursive: true, force: true });
});

async function worker(name: string): Promise<SpawnedWorker> {
  const spawned = await spawnWorker({ schema: SCHEMA, worker: name, callMs: CALL_MS, leaseMs: 1_500, pollMs: 50 }, server.url);
  children.push(spawned.child);
  return spawned;
}

/** As the database itself has counted them: those that were tried again with success are among them. */
async function deadlocks(): Promise<number> {
  const [row] = await database.query<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'");
  return Number(row!.Value);
}

/** When each row was last recorded, by the database's clock. */
const recordedAt = new Map<string, string>();

/** As stores record: in the order of the ids, in one round trip, answering the rows as they stand. */
async function record(rows: readonly { id: string; account: string }[]): Promise<WorkRow[]> {
  const sorted = [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
  const [, stands, times] = await database.script(
    `INSERT INTO work (id, account, due_at) VALUES ${sorted.map(() => '(?, ?, UTC_TIMESTAMP(6))').join(', ')}
     ON DUPLICATE KEY UPDATE hint = hint + 1, due_at = UTC_TIMESTAMP(6);
     SELECT id, team_id AS teamId, account, hint, turn, attempts, kind FROM work WHERE id IN (?);
     SELECT UTC_TIMESTAMP(6) AS now`,
    [...sorted.flatMap(({ id, account }) => [id, account]), sorted.map(({ id }) => id)],
  );
  const [{ now }] = times as [{ now: string }];
  for (const { id } of sorted) if (now > (recordedAt.get(id) ?? '')) recordedAt.set(id, now);
  return stands as WorkRow[];
}

describe('two processes and a recorder that offers them 500 rows a second', () => {
  it(
    'lose no hint, and the database never has to sacrifice one for the other',
    async () => {
      const workers = [await worker('one'), await worker('two')] as const;
      const ownerOf = (account: string): SpawnedWorker => workers[ACCOUNTS.indexOf(account) % 2]!;
      const known: WorkRow[] = [];
      for (const account of ACCOUNTS) {
        const rows = await addRows(database, account, KNOWN / ACCOUNTS.length);
        ownerOf(account).wake(rows);
        known.push(...rows);
      }
      const hints = new Map(known.map(({ id }) => [id, 1]));
      const before = await deadlocks();

      // By the clock, whether or not the round before was written: so recorders of two processes meet, too.
      const startedMs = performance.now();
      const recording: Promise<void>[] = [];
      let made = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const again = known.filter((_, index) => (round >> (index % 5)) % 2 === (index < KNOWN / 2 ? 0 : 1));
        const fresh = Array.from({ length: PER_ROUND - again.length }, () => ({
          id: randomUUID(),
          account: ACCOUNTS[made++ % ACCOUNTS.length]!,
        }));
        for (const { id } of again) hints.set(id, hints.get(id)! + 1);
        recording.push(
          record([...again, ...fresh]).then((rows) => {
            // Now and then nobody is told, as when a process dies after it has recorded, or the wrong one.
            if (round % 10 === 5) return;
            for (const one of workers) one.wake(rows.filter(({ account }) => (ownerOf(account) === one) === (round % 10 !== 0)));
          }),
        );
        await sleep(startedMs + ((round + 1) * PER_ROUND * 1_000) / PER_SECOND - performance.now());
      }
      await Promise.all(recording);
      await until('all rows are done', async () => (await count(database, 'work WHERE due_at IS NOT NULL')) === 0, WITHIN_MS);

      await expect(deadlocks()).resolves.toBe(before);
      await expect(count(database, 'work')).resolves.toBe(KNOWN + made);
      const calls = await database.query<{ id: string; at: string }>('SELECT id, MAX(at) AS at FROM calls GROUP BY id');
      expect(calls).toHaveLength(KNOWN + made);
      expect(calls.filter(({ id, at }) => at < recordedAt.get(id)!)).toEqual([]);
      const stands = await database.query<WorkRow>('SELECT id, hint FROM work');
      expect(stands.filter(({ id, hint }) => hint !== (hints.get(id) ?? 1))).toEqual([]);
      await expect(database.query('SELECT DISTINCT worker FROM calls ORDER BY worker')).resolves.toEqual([
        { worker: 'one' },
        { worker: 'two' },
      ]);
    },
    2 * WITHIN_MS,
  );
});
