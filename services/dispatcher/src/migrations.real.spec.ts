import { randomBytes } from 'node:crypto';
import { openDatabase } from '@lever-certn/database/database';
import { Checks1764000000000 } from './checks.migration';
import { MIGRATIONS } from './migrations';
import { OneOpen1764000000100 } from './one-open.migration';

const schema = `spec_${randomBytes(6).toString('hex')}`;
const open = (migrations: typeof MIGRATIONS) => openDatabase({ url: process.env.DATABASE_URL!, schema, migrations });
const CHECK =
  'check_id, team_id, opportunity_id, transition_at, account, state, open_key, case_status, decided_at, settings_version, created_at';
const check = (id: string, state: string, openKey: string): string =>
  `('${id}', 'team', 'opportunity', NOW(), 'account', '${state}', ${openKey}, 'CASE_ORDERED', NOW(), 1, NOW())`;

afterAll(async () => {
  const database = await open(MIGRATIONS);
  await database.run(`DROP DATABASE ${schema}`);
  await database.close();
});

it('checks of an earlier version keep what they were, and a second open one of an opportunity out', async () => {
  const before = await open([Checks1764000000000]);
  await before.run(
    `INSERT INTO checks (${CHECK}) VALUES ${check('closed', 'complete', 'NULL')}, ${check('stored', 'ordered', `'["team","opportunity"]'`)}`,
  );
  await before.close();
  const database = await open(MIGRATIONS);
  const rows = () =>
    database.query('SELECT check_id, state, is_open, case_status, due_at IS NOT NULL AS waits FROM checks ORDER BY check_id');
  const kept = [
    { check_id: 'closed', state: 'complete', is_open: null, case_status: 'CASE_ORDERED', waits: 0 },
    { check_id: 'stored', state: 'pending', is_open: 1, case_status: null, waits: 1 },
  ];
  expect(await rows()).toMatchObject(kept);
  const second = database.run(
    `INSERT INTO checks (${CHECK.replace('open_key', 'is_open')}) VALUES ${check('second', 'requested', '1')}`,
  );
  await expect(second).rejects.toMatchObject({ code: 'ER_DUP_ENTRY', key: 'one_open' });

  const runner = database.dataSource.createQueryRunner();
  const change = new OneOpen1764000000100();
  for (const step of ['up', 'down', 'up'] as const) await change[step](runner);
  await runner.release();
  expect(await rows()).toMatchObject(kept);
  await database.close();
});
