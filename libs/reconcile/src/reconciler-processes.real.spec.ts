import type { ChildProcess } from 'node:child_process';
import type { Database } from '@lever-certn/database/database';
import { spawnWorker } from './spawned-worker.fixture';
import { addRows, count, newSchema, openWork, sleep, until } from './work-table.fixture';
import type { WorkerOptions } from './worker.fixture';

const children: ChildProcess[] = [];
let schema: string;
let database: Database;

beforeEach(async () => {
  schema = newSchema();
  database = await openWork(schema);
}, 30_000);
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await database.run(`DROP DATABASE ${schema}`);
  await database.close();
});

async function worker(name: string, options: Partial<WorkerOptions>): Promise<ChildProcess> {
  const { child } = await spawnWorker({ schema, worker: name, callMs: 20, leaseMs: 1_500, ...options });
  children.push(child);
  return child;
}

const due = (): Promise<number> => count(database, 'work WHERE due_at <= UTC_TIMESTAMP(6)');
const calls = (): Promise<number> => count(database, 'calls');
const calledTwice = (): Promise<number> => count(database, '(SELECT id FROM calls GROUP BY id HAVING COUNT(*) > 1) twice');
const ends = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.once('exit', resolve));

describe('several processes', () => {
  it('work each row once, though their clocks are three minutes apart', async () => {
    for (let account = 0; account < 6; account++) await addRows(database, `account-${account}`, 100);
    const leaseMs = 20_000;
    await Promise.all([
      worker('behind', { leaseMs, clockAheadMs: -180_000 }),
      worker('right', { leaseMs }),
      worker('ahead', { leaseMs, clockAheadMs: 180_000 }),
    ]);
    for (let account = 0; account < 6; account++) await addRows(database, `account-${account}`, 50);
    await until('all rows are done', async () => (await due()) === 0);
    await expect(calls()).resolves.toBe(900);
    await expect(calledTwice()).resolves.toBe(0);
    // Accounts are not fought over: each was worked by one process all the time.
    await expect(
      count(database, '(SELECT account FROM calls GROUP BY account HAVING COUNT(DISTINCT worker) > 1) fought'),
    ).resolves.toBe(0);
  }, 40_000);

  it('come back for a row when the database says it is time, whatever their clocks say', async () => {
    await addRows(database, 'account', 1);
    await worker('ahead', { clockAheadMs: 180_000, againMs: 1_000 });
    await until('it was called twice', async () => (await calls()) >= 2);
    const [gap] = await database.query<{ us: number | string }>(
      'SELECT TIMESTAMPDIFF(MICROSECOND, MIN(at), MAX(at)) AS us FROM calls WHERE place <= (SELECT MIN(place) + 1 FROM calls)',
    );
    expect(Number(gap!.us)).toBeGreaterThanOrEqual(1_000_000);
    expect(Number(gap!.us)).toBeLessThan(5_000_000);
  }, 40_000);

  it('share the accounts of one that is killed', async () => {
    for (let account = 0; account < 4; account++) await addRows(database, `account-${account}`, 150);
    const killed = await worker('killed', { callMs: 100 });
    await until('it has begun', async () => (await calls()) > 50);
    killed.kill('SIGKILL');
    await Promise.all([worker('second', {}), worker('third', {})]);
    await until('all rows are done', async () => (await due()) === 0);
    // What was out when it died is called again, since nobody knows; nothing else is.
    await expect(
      count(database, '(SELECT id FROM calls GROUP BY id HAVING COUNT(*) > 1 AND SUM(worker = ?) = 0) twice', ['killed']),
    ).resolves.toBe(0);
    await expect(count(database, '(SELECT DISTINCT id FROM calls) called')).resolves.toBe(600);
  }, 40_000);

  it('refuse the late writes of one that was frozen for longer than its lease', async () => {
    const rows = await addRows(database, 'account', 100);
    // 40 of them: the others wait in its memory, and must stay there when it wakes.
    const frozen = await worker('frozen', { callMs: 800, leaseMs: 800, maxActive: 53, againMs: 3_600_000 });
    await until('its calls are out', async () => (await calls()) === 40);
    frozen.kill('SIGSTOP');
    await worker('other', { leaseMs: 800, againMs: 7_200_000 });
    await until('another process has worked all rows', async () => (await due()) === 0);
    frozen.kill('SIGCONT');
    await until('its turns are over', async () => (await count(database, 'turns WHERE worker = ?', ['frozen'])) === 40);
    await expect(database.query('SELECT DISTINCT outcome FROM turns WHERE worker = ?', ['frozen'])).resolves.toEqual([
      { outcome: 'refused' },
    ]);
    await expect(database.query('SELECT reason, COUNT(*) AS n FROM work GROUP BY reason')).resolves.toEqual([
      { reason: 'other', n: rows.length },
    ]);
    // It has lost the account, and knows: what comes now is worked by the other one only.
    await addRows(database, 'account', 20);
    await until('the new rows are done', async () => (await due()) === 0);
    await expect(count(database, "calls WHERE worker = 'frozen'")).resolves.toBe(40);
  }, 40_000);

  it('hand everything over at once when they stop', async () => {
    await addRows(database, 'account', 300);
    const stopped = await worker('stopped', { callMs: 50, leaseMs: 60_000 });
    await until('it has begun', async () => (await calls()) > 20);
    const gone = ends(stopped);
    stopped.kill('SIGTERM');
    await gone;
    await worker('next', { leaseMs: 60_000 });
    await until('all rows are done', async () => (await due()) === 0);
    await expect(calledTwice()).resolves.toBe(0);
    await sleep(50);
    await expect(count(database, "turns WHERE outcome <> 'done'")).resolves.toBe(0);
  }, 40_000);
});
