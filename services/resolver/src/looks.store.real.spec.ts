import { randomBytes } from 'node:crypto';
import { openDatabase, type Database } from '@lever-certn/database/database';
import { MIGRATIONS } from './looks.migration';
import { lookId, LookStore, type LookHint, type LookRow } from './looks.store';
import { NOTHING_SAID, type Ask } from './said.rules';

const schema = `spec_${randomBytes(6).toString('hex')}`;
const T = (second: number): string => `2026-03-02T12:00:${String(second).padStart(2, '0')}.000Z`;
let database: Database;
let looks: LookStore;
let count = 0;

beforeAll(async () => {
  database = await openDatabase({ url: process.env.DATABASE_URL!, schema, migrations: MIGRATIONS });
  looks = new LookStore(database);
});
afterAll(async () => {
  await database.run(`DROP DATABASE ${schema}`);
  await database.close();
});

function hint(change: Partial<LookHint> = {}): LookHint {
  return { teamId: 'team-1', opportunityId: `o-${count}`, account: 'account-1', stageLook: true, ...change };
}
async function stored(row: LookRow): Promise<Record<string, unknown>> {
  const [found] = await database.query<Record<string, unknown>>(
    'SELECT *, due_at <= UTC_TIMESTAMP(6) AS is_due FROM looks WHERE id = ?',
    [row.id],
  );
  return found!;
}
const asksOf = (row: LookRow): Ask[] => JSON.parse(row.asks ?? '[]') as Ask[];
const done = (row: LookRow): Parameters<LookStore['settle']>[0] => ({ row, again: null, reason: null });

beforeEach(() => (count += 1));

describe('what asks for a look', () => {
  it('makes one row per team and opportunity, however many hints come at once', async () => {
    const rows = await Promise.all(
      Array.from({ length: 500 }, (_, index) => looks.record(hint({ opportunityId: `many-${index % 50}` }))),
    );
    expect(new Set(rows.map((row) => row.id)).size).toBe(50);
    const [found] = await database.query<{ n: number }>("SELECT COUNT(*) AS n FROM looks WHERE opportunity_id LIKE 'many-%'");
    expect(Number(found!.n)).toBe(50);
  });

  it('keeps teams apart that look at the same opportunity', async () => {
    const [one, two] = await Promise.all([looks.record(hint()), looks.record(hint({ teamId: 'team-2' }))]);
    expect(one.id).not.toBe(two.id);
    expect([one.teamId, two.teamId]).toEqual(['team-1', 'team-2']);
  });

  it('keeps the newest webhook, in whatever order they come', async () => {
    await looks.record(hint({ triggeredAt: T(2) }));
    const row = await looks.record(hint({ triggeredAt: T(1) }));
    expect(row).toMatchObject({ triggeredAt: T(2), stageLook: true });
    expect(await looks.record(hint({ triggeredAt: T(3) }))).toMatchObject({ triggeredAt: T(3) });
    expect(await looks.record(hint())).toMatchObject({ triggeredAt: T(3) });
  });

  it('keeps every ask once, together with the webhook', async () => {
    const byHand = { commandId: 'cmd', by: 'user:1', packageId: 'p' };
    const order: Ask = { checkId: 'c-h', transitionAt: T(5), byHand };
    await looks.record(hint({ triggeredAt: T(1) }));
    await Promise.all([
      looks.record(hint({ stageLook: false, ask: order })),
      looks.record(hint({ stageLook: false, ask: { checkId: 'c-1' } })),
    ]);
    await looks.record(hint({ stageLook: false, ask: { checkId: 'c-1' } }));
    const row = await looks.record(hint({ stageLook: false, ask: order }));
    expect(row).toMatchObject({ stageLook: true, triggeredAt: T(1) });
    expect(asksOf(row)).toEqual(expect.arrayContaining([order, { checkId: 'c-1' }]));
    expect(asksOf(row)).toHaveLength(2);
  });

  it('does not let asks grow without end', async () => {
    let row: LookRow | undefined;
    for (let ask = 0; ask < 40; ask += 1)
      row = await looks.record(
        hint({ ask: { checkId: `c-${ask}-${'x'.repeat(90)}`, byHand: { commandId: 'x'.repeat(2000), by: 'user:1' } } }),
      );
    expect(row!.asks!.length).toBeLessThan(80_000);
    expect(asksOf(row!).length).toBeGreaterThan(25);
  });

  it('keeps the account that is known when a later hint does not know it', async () => {
    await looks.record(hint({ account: '' }));
    expect(await looks.record(hint({ account: 'account-9' }))).toMatchObject({ account: 'account-9' });
    expect(await looks.record(hint({ account: '' }))).toMatchObject({ account: 'account-9' });
  });

  it('takes ids of any characters as they are', async () => {
    const ids = ["o'1", 'O-ß', 'o-ss', 'o-1 ', 'o-1', '💡', 'a\\b', 'a?b'];
    const rows = await Promise.all(ids.map((opportunityId) => looks.record(hint({ teamId: 'ids', opportunityId }))));
    expect(rows.map((row) => row.opportunityId)).toEqual(ids);
    expect(new Set(rows.map((row) => row.id)).size).toBe(ids.length);
  });
});

describe('what became of a look', () => {
  it('ends the row and forgets what was asked', async () => {
    const row = await looks.record(hint({ triggeredAt: T(1), ask: { checkId: 'c-1' } }));
    await looks.settle({ ...done(row), memory: { ...NOTHING_SAID, spoken: 3 }, reason: 'left-stage' });
    expect(await stored(row)).toMatchObject({
      due_at: null,
      asks: null,
      triggered_at: null,
      stage_look: 0,
      reason: 'left-stage',
    });
    const again = await looks.record(hint());
    expect(JSON.parse(again.memory!)).toMatchObject({ spoken: 3 });
  });

  it('keeps what was said when nothing was', async () => {
    const row = await looks.record(hint());
    await looks.settle({ ...done(row), memory: { ...NOTHING_SAID, spoken: 1 } });
    const next = await looks.record(hint());
    await looks.settle(done(next));
    expect(JSON.parse((await stored(row)).memory as string)).toMatchObject({ spoken: 1 });
  });

  it('leaves the row due, with all that was asked, when a hint came meanwhile', async () => {
    const row = await looks.record(hint({ triggeredAt: T(1) }));
    await looks.record(hint({ triggeredAt: T(2), ask: { checkId: 'c-1' } }));
    await looks.settle(done(row));
    const found = await stored(row);
    expect(found).toMatchObject({ is_due: 1, triggered_at: T(2), stage_look: 1 });
    expect(found.asks).toContain('c-1');
  });

  it('is refused when another process worked the row meanwhile', async () => {
    const row = await looks.record(hint());
    await looks.settle({ ...done(row), memory: { ...NOTHING_SAID, spoken: 1 } });
    await looks.settle({ ...done(row), memory: { ...NOTHING_SAID, spoken: 99 }, reason: 'late' });
    expect(await stored(row)).toMatchObject({ reason: null, memory: expect.stringContaining('"spoken":1') as string });
  });

  it('comes back for the transition, and begins anew when a new webhook comes', async () => {
    const row = await looks.record(hint({ triggeredAt: T(1) }));
    await looks.settle({ row, again: { inMs: 60_000, reason: 'no-transition', lookups: 1 }, reason: null });
    const found = await stored(row);
    expect(found).toMatchObject({ is_due: 0, lookups: 1, reason: 'no-transition', stage_look: 1, triggered_at: T(1) });
    expect(await looks.record(hint({ triggeredAt: T(2) }))).toMatchObject({ lookups: 0, triggeredAt: T(2) });
  });

  it('is written for many rows at once', async () => {
    const rows = await Promise.all(
      Array.from({ length: 450 }, (_, index) => looks.record(hint({ teamId: 'bulk', opportunityId: `b-${index}` }))),
    );
    await Promise.all(rows.map((row, index) => looks.settle({ ...done(row), reason: index % 2 ? 'archived' : null })));
    const found = await database.query<{ reason: string | null; n: number }>(
      "SELECT reason, COUNT(*) AS n FROM looks WHERE team_id = 'bulk' AND due_at IS NULL GROUP BY reason",
    );
    expect(Object.fromEntries(found.map(({ reason, n }) => [String(reason), Number(n)]))).toEqual({ null: 225, archived: 225 });
  });

  it('is written by the key, not by reading the table', async () => {
    const explained = await database.query<{ table: string; type: string }>(
      `EXPLAIN UPDATE (SELECT _ascii '${lookId('bulk', 'b-1')}' AS id, 1 AS turn UNION ALL SELECT _ascii '${lookId('bulk', 'b-2')}', 2) v
       STRAIGHT_JOIN looks t ON t.id = v.id AND t.turn = v.turn SET t.turn = 3`,
    );
    expect(explained.find(({ table }) => table === 't')).toMatchObject({ type: 'eq_ref' });
  });
});

describe('a team whose account changes', () => {
  it('takes along what waits, due now', async () => {
    const row = await looks.record(hint({ teamId: 'moving' }));
    await looks.settle({ row, again: { inMs: 3_600_000, reason: 'no-transition', lookups: 1 }, reason: null });
    await looks.repoint('moving', 'account-2');
    expect(await stored(row)).toMatchObject({ account: 'account-2', is_due: 1 });
    expect(await looks.waitingAccounts()).toContainEqual({ teamId: 'moving', account: 'account-2' });
  });
});

describe('erasing a candidacy', () => {
  it('keeps the ids and nothing that was said, and refuses the turn under way', async () => {
    const row = await looks.record(hint({ triggeredAt: T(1), ask: { checkId: 'c-1' } }));
    await looks.settle({ ...done(row), memory: { ...NOTHING_SAID, spoken: 1 } });
    const next = await looks.record(hint());
    await looks.erase(next.teamId, next.opportunityId);
    await looks.settle({ ...done(next), memory: { ...NOTHING_SAID, spoken: 2 } });
    expect(await stored(row)).toMatchObject({
      memory: null,
      asks: null,
      due_at: null,
      reason: 'erased',
      opportunity_id: row.opportunityId,
    });
  });
});
