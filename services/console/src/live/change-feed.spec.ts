import { ChangeFeed, type Follower, type News } from './change-feed';
import type { TeamChange } from './changes.rules';
import { MAX_READ, type ReadChanges, type StoredChange } from './changes.store';

const OPTIONS = { pollMs: 5, overlapMs: 60 };
const CHANGE: TeamChange = { what: ['candidates'], opportunityIds: ['opp'] };

/** The table of changes, in memory, answering like the real one. */
class FakeChanges {
  rows: StoredChange[] = [];
  asked: number[] = [];
  failing = false;
  lookedBack = 0;

  before(): Promise<number> {
    return Promise.resolve(this.lookedBack);
  }

  since(id: number, known: readonly number[], teamIds: readonly string[]): Promise<ReadChanges> {
    this.asked.push(id);
    if (this.failing) return Promise.reject(new Error('away'));
    const changes = this.rows.filter((row) => row.id > id && teamIds.includes(row.teamId) && !known.includes(row.id));
    const newest = this.rows.length > 0 ? Math.max(...this.rows.map((row) => row.id)) : null;
    return Promise.resolve({ newest, changes: changes.sort((a, b) => a.id - b.id).slice(0, MAX_READ) });
  }

  add(id: number, teamId = 'team', change = CHANGE): void {
    this.rows.push({ id, teamId, change });
  }
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let store: FakeChanges;
let failures: unknown[];
let feed: ChangeFeed;
let leave: (() => void)[];

beforeEach(() => {
  store = new FakeChanges();
  failures = [];
  feed = new ChangeFeed(store, { ...OPTIONS, onFailure: (error) => failures.push(error) });
  leave = [];
});
afterEach(async () => {
  for (const each of leave) each();
  await feed.stopped();
});

function follow(over: Partial<Follower> = {}): News[] {
  const heard: News[] = [];
  leave.push(feed.follow({ teamId: 'team', tell: (news) => heard.push(news), ...over }));
  return heard;
}

test('asks for nothing until somebody follows, and for nothing any more when nobody does', async () => {
  await rest(20);
  expect(store.asked).toEqual([]);
  follow();
  await rest(20);
  expect(store.asked.length).toBeGreaterThan(1);
  leave.pop()!();
  await feed.stopped();
  const asked = store.asked.length;
  await rest(30);
  expect(store.asked).toHaveLength(asked);
});

test('moves on once all who wrote must be done, and then still tells every change once', async () => {
  const heard = follow();
  for (let id = 1; id <= 10; id += 1) {
    store.add(id);
    await rest(20);
  }
  await rest(OPTIONS.overlapMs + 30);
  expect(store.asked.at(-1)).toBe(10);
  expect(heard.map((news) => news.id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('tells of a change that appears below those that were told', async () => {
  const heard = follow();
  store.add(7);
  await rest(30);
  store.add(5);
  await rest(30);
  expect(heard.map((news) => news.id)).toEqual([7, 5]);
});

test('does not lose ground when other teams are busy', async () => {
  follow();
  for (let id = 1; id <= 10; id += 1) {
    store.add(id, 'other');
    await rest(15);
  }
  await rest(OPTIONS.overlapMs + 30);
  expect(store.asked.at(-1)).toBe(10);
});

test('goes on after a failure, and tells what came meanwhile', async () => {
  const heard = follow();
  await rest(20);
  store.failing = true;
  store.add(1);
  await rest(OPTIONS.overlapMs * 2);
  store.failing = false;
  await rest(20);
  expect(failures.length).toBeGreaterThan(0);
  expect(heard).toEqual([{ kind: 'changed', id: 1, change: CHANGE }]);
});

test('has everybody read anew when the table was set back', async () => {
  const heard = follow();
  store.add(100);
  await rest(20);
  store.rows = [];
  store.add(3);
  await rest(20);
  expect(heard.map(({ kind }) => kind)).toEqual(['changed', 'reload']);
  store.add(4);
  await rest(20);
  expect(heard.at(-1)).toMatchObject({ kind: 'changed', id: 4 });
});

test('tells of every change of a wave that takes several readings', async () => {
  const heard = follow();
  for (let id = 1; id <= 2500; id += 1) store.add(id, 'team', { what: ['candidates'], opportunityIds: [`opp-${id}`] });
  await rest(300);
  expect(heard.map((news) => news.id)).toEqual([1000, 2000, 2500]);
  expect(store.asked.at(-1)).toBe(2500);
});

test('has everybody read anew when more changes than can be remembered', async () => {
  feed = new ChangeFeed(store, { ...OPTIONS, overlapMs: 60_000 });
  const heard = follow();
  await rest(20);
  for (let id = 1; id <= 6000; id += 1) store.add(id);
  await rest(300);
  expect(heard.at(-1)).toEqual({ kind: 'reload', id: 6000 });
});

test('tells who comes again from before what is remembered to read anew, and who comes from within it what changed', async () => {
  store.lookedBack = 50;
  store.add(51);
  const [old, recent, unreadable] = [follow({ lastId: 49 }), follow({ lastId: 50 }), follow({ lastId: NaN })];
  await rest(30);
  expect([old, recent, unreadable].map((heard) => heard.map(({ kind }) => kind))).toEqual([['reload'], ['changed'], ['reload']]);
});
