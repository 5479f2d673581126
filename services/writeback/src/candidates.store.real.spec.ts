import { randomBytes } from 'node:crypto';
import { openDatabase, type Database } from '@lever-certn/database/database';
import type { CandidateRow } from './candidate-row';
import { positionOf } from './candidate.rules';
import { MIGRATIONS } from './candidates.migration';
import { candidateId, CandidateStore, type CandidateHint, type CandidateSettlement } from './candidates.store';

const schema = `spec_${randomBytes(6).toString('hex')}`;
const T = (day: number): string => `2026-03-${String(day).padStart(2, '0')}T12:00:00.000Z`;
let database: Database;
let candidates: CandidateStore;
let count = 0;

beforeAll(async () => {
  database = await openDatabase({ url: process.env.DATABASE_URL!, schema, migrations: MIGRATIONS });
  candidates = new CandidateStore(database);
});
afterAll(async () => {
  await database.run(`DROP DATABASE ${schema}`);
  await database.close();
});
beforeEach(() => (count += 1));

/** A status as the desk records it. */
function hint(version: number, change: Partial<CandidateHint> & { day?: number } = {}): CandidateHint {
  const { day = 1, ...rest } = change;
  return {
    teamId: 'team-1',
    opportunityId: `o-${count}`,
    account: 'account-1',
    checkId: `c-${day}`,
    position: positionOf({ transitionAt: T(day), version }),
    facts: { status: 'pending' },
    isOpen: true,
    profile: 'classic',
    wantedTag: 'CERTN - Pending',
    linkWanted: false,
    ...rest,
  };
}
const partial = (version: number, change: Parameters<typeof hint>[1] = {}): CandidateHint =>
  hint(version, { facts: { status: 'partial' }, wantedTag: 'CERTN - Partial', linkWanted: true, ...change });

async function stored(): Promise<Record<string, unknown>> {
  const [found] = await database.query<Record<string, unknown>>(
    'SELECT *, due_at IS NOT NULL AS waits FROM candidates WHERE id = ?',
    [candidateId('team-1', `o-${count}`)],
  );
  return found!;
}
function written(row: CandidateRow, tag: string, change: Partial<CandidateSettlement> = {}): CandidateSettlement {
  return { row, writtenTag: tag, profile: 'classic', linksWritten: [], reason: null, dueInMs: null, wrote: true, ...change };
}

describe('what the statuses of an opportunity want', () => {
  it('is what the newest check wants, in whatever order they arrive', async () => {
    const [a, b, c] = [hint(1, { day: 2 }), partial(7, { day: 1 }), hint(3, { day: 2, wantedTag: 'CERTN - Analyzing' })];
    for (const order of [
      [a, b, c],
      [c, b, a],
      [b, c, a],
    ]) {
      count += 1;
      for (const each of order) await candidates.record({ ...each, opportunityId: `o-${count}` });
      expect(await stored()).toMatchObject({
        check_id: 'c-2',
        wanted_tag: 'CERTN - Analyzing',
        newest: c.position,
        links_wanted: 'c-1',
      });
    }
  });

  it('is the same when all arrive at once', async () => {
    const all = [5, 3, 9, 1, 8].map((version) => hint(version, { wantedTag: `CERTN - ${version}` }));
    await Promise.all(all.map((each) => candidates.record(each)));
    expect(await stored()).toMatchObject({ wanted_tag: 'CERTN - 9' });
  });

  it('wants one link per check, once', async () => {
    await Promise.all([partial(2), partial(3), partial(1, { day: 4 }), partial(2)].map((each) => candidates.record(each)));
    expect(await stored()).toMatchObject({ links_wanted: 'c-1,c-4' });
  });

  it('is nothing new when a repeat or an older version comes', async () => {
    const row = await candidates.record(partial(4));
    await candidates.settle(written(row!, 'CERTN - Partial', { linksWritten: ['c-1'] }));
    expect(await candidates.record(partial(4))).toBeNull();
    expect(await candidates.record(hint(2))).toBeNull();
    expect(await stored()).toMatchObject({ waits: 0, hint: 1 });
  });

  it('is nothing to do when a newer version wants the tag that is there', async () => {
    const row = await candidates.record(hint(1));
    await candidates.settle(written(row!, 'CERTN - Pending'));
    expect(await candidates.record(hint(2))).toBeNull();
    expect(await candidates.record(hint(3, { wantedTag: 'CERTN - Analyzing' }))).toMatchObject({ writtenTag: 'CERTN - Pending' });
  });

  it('is something to do when the tag that is there is wanted again while another one is being written', async () => {
    const first = await candidates.record(hint(1));
    await candidates.settle(written(first!, 'CERTN - Pending'));
    const second = await candidates.record(hint(2, { wantedTag: 'CERTN - Analyzing' }));
    await candidates.record(hint(3));
    await candidates.settle(written(second!, 'CERTN - Analyzing'));
    expect(await stored()).toMatchObject({ waits: 1, wanted_tag: 'CERTN - Pending', written_tag: 'CERTN - Analyzing' });
  });

  it('is something to do when only a link is new', async () => {
    const row = await candidates.record(hint(3, { day: 2 }));
    await candidates.settle(written(row!, 'CERTN - Pending'));
    expect(await candidates.record(partial(5, { day: 1 }))).toMatchObject({
      checkId: 'c-2',
      linksWanted: ['c-1'],
      linksWritten: [],
    });
  });

  it('is something to do while the tag profile is not known', async () => {
    const row = await candidates.record(hint(1, { profile: '', wantedTag: '' }));
    await candidates.settle(written(row!, ''));
    expect(await candidates.record(hint(2, { profile: '', wantedTag: '' }))).not.toBeNull();
  });
});

describe('a turn', () => {
  it('sees that something newer was recorded, or that another process worked the row', async () => {
    const row = (await candidates.record(hint(1)))!;
    expect(await candidates.isCurrent(row)).toBe(true);
    await candidates.record(hint(2, { wantedTag: 'CERTN - Analyzing' }));
    expect(await candidates.isCurrent(row)).toBe(false);
    const next = (await candidates.record(hint(3)))!;
    expect(await candidates.isCurrent(next)).toBe(true);
    await candidates.settle(written(next, 'CERTN - Pending'));
    expect(await candidates.isCurrent(next)).toBe(false);
  });

  it('that comes too late is refused, and what it wrote at Lever is looked at once more', async () => {
    const row = (await candidates.record(hint(1)))!;
    await candidates.settle(written(row, 'CERTN - Pending'));
    await candidates.settle(written(row, 'CERTN - Stale'));
    expect(await stored()).toMatchObject({ waits: 1, written_tag: null, hint: 2 });
  });

  it('that comes too late and wrote nothing changes nothing', async () => {
    const row = (await candidates.record(hint(1)))!;
    await candidates.settle(written(row, 'CERTN - Pending'));
    await candidates.settle(written(row, 'CERTN - Stale', { wrote: false }));
    expect(await stored()).toMatchObject({ waits: 0, written_tag: 'CERTN - Pending', hint: 1 });
  });

  it('that failed in the middle of a write has the row looked at only if it moved on', async () => {
    const row = (await candidates.record(hint(1)))!;
    await candidates.lookAgainIfMoved(row);
    expect(await stored()).toMatchObject({ hint: 1 });
    await candidates.settle(written(row, 'CERTN - Pending'));
    await candidates.lookAgainIfMoved(row);
    expect(await stored()).toMatchObject({ waits: 1, hint: 2, written_tag: null });
  });

  it('of a row that the database has lost brings it back whole', async () => {
    const row = (await candidates.record(hint(1)))!;
    const all = (): Promise<unknown[]> =>
      database.query(
        `SELECT id, team_id, opportunity_id, account, newest, check_id, facts, is_open, profile, wanted_tag, written_tag, links_wanted, traceparent
         FROM candidates WHERE id = ?`,
        [row.id],
      );
    await candidates.settle(written(row, 'CERTN - Pending'));
    const before = await all();
    await database.run('DELETE FROM candidates WHERE id = ?', [row.id]);
    await candidates.settle(written(row, 'CERTN - Pending', { wrote: false }));
    expect(await all()).toEqual(before);
  });

  it('is written for many rows at once, some too late', async () => {
    const rows = await Promise.all(
      Array.from({ length: 300 }, (_, index) => candidates.record(hint(1, { teamId: 'bulk', opportunityId: `b-${index}` }))),
    );
    for (const row of rows.slice(0, 30)) await candidates.settle(written(row!, 'first'));
    await Promise.all(rows.map((row) => candidates.settle(written(row!, 'second'))));
    const found = await database.query<{ written_tag: string | null; waits: number; n: number }>(
      "SELECT written_tag, due_at IS NOT NULL AS waits, COUNT(*) AS n FROM candidates WHERE team_id = 'bulk' GROUP BY 1, 2 ORDER BY 1",
    );
    expect(found.map(({ written_tag, waits, n }) => [written_tag, Number(waits), Number(n)])).toEqual([
      [null, 1, 30],
      ['second', 0, 270],
    ]);
  });
});

describe('a change of settings', () => {
  it('takes along what waits to another account, due now', async () => {
    const row = (await candidates.record(hint(1)))!;
    await candidates.settle(written(row, 'CERTN - Pending', { dueInMs: 3_600_000, reason: 'no-account-yet' }));
    await candidates.repoint('team-1', 'account-2');
    const [found] = await database.query<{ is_due: number }>(
      'SELECT due_at <= UTC_TIMESTAMP(6) AS is_due FROM candidates WHERE id = ?',
      [row.id],
    );
    expect(Number(found!.is_due)).toBe(1);
    expect(await stored()).toMatchObject({ account: 'account-2' });
  });

  it('cures what waits for a cure, and nothing else', async () => {
    const row = (await candidates.record(hint(1, { account: 'account-2' })))!;
    await candidates.settle(written(row, 'CERTN - Pending', { dueInMs: 3_600_000, reason: 'perform-as' }));
    await candidates.repoint('team-1', 'account-2');
    expect(await stored()).toMatchObject({ reason: null });
  });

  it('makes rows of open checks due under the new tag profile, once', async () => {
    const open = (await candidates.record(hint(1, { teamId: 'profiled', opportunityId: 'open' })))!;
    const closed = (await candidates.record(hint(1, { teamId: 'profiled', opportunityId: 'closed', isOpen: false })))!;
    await candidates.settle(written(open, 'CERTN - Pending'));
    await candidates.settle(written(closed, 'CERTN - Complete'));
    await candidates.reprofile('profiled', 'account-1', 'current');
    await candidates.reprofile('profiled', 'account-1', 'current');
    const rows = await database.query<{ opportunity_id: string; waits: number; hint: number }>(
      "SELECT opportunity_id, due_at IS NOT NULL AS waits, hint FROM candidates WHERE team_id = 'profiled' ORDER BY 1",
    );
    expect(rows.map((row) => [row.opportunity_id, Number(row.waits), row.hint])).toEqual([
      ['closed', 0, 1],
      ['open', 1, 2],
    ]);
    expect(await candidates.openProfiles()).toContainEqual({ teamId: 'profiled', profile: 'current' });
  });
});

describe('erasing a candidacy', () => {
  it('keeps the ids, wants nothing more and refuses the turn under way', async () => {
    const row = (await candidates.record(partial(1)))!;
    await candidates.erase('team-1', `o-${count}`);
    await candidates.settle(written(row, 'CERTN - Partial', { wrote: false }));
    expect(await stored()).toMatchObject({ waits: 0, facts: null, reason: 'erased', written_tag: '', check_id: 'c-1' });
  });
});
