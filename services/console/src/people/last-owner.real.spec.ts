import { SpecConsole, SpecCaller } from '../console.fixture';
import { PeopleStore } from './people.store';
import { SessionsStore } from './sessions.store';

/* What this proves: whatever owners do to one another at the same moment, on whatever copies of the console, an owner always remains. */

jest.setTimeout(120_000);

type Act = (caller: SpecCaller, id: string) => Promise<{ status: number }>;
const ACTS: Record<string, Act> = {
  disables: (caller, id) => caller.post(`/api/users/${id}/disable`),
  'takes owner from': (caller, id) => caller.patch(`/api/users/${id}`, { owner: false }),
  deletes: (caller, id) => caller.delete(`/api/users/${id}`),
};
const KINDS = Object.keys(ACTS);
const OWNERS = 8;
const ROUNDS = 5;
/** Done, refused as the last owner, or no longer somebody who may: to whom a person of no common team is not there (404). */
const EXPECTED = [200, 204, 401, 403, 404, 409];

let copies: SpecConsole[];
const ids: string[] = [];

beforeAll(async () => {
  const first = await SpecConsole.open();
  copies = [first, await first.another()];
  const people = first.app.get(PeopleStore);
  for (let index = 0; index < OWNERS; index += 1) {
    const person = { name: 'Ada Example', passwordHash: 'none', owner: true, roles: new Map() };
    ids.push((await people.add({ ...person, email: `owner-${index}@example.com` }))!);
  }
});
afterAll(async () => {
  for (const copy of copies.reverse()) await copy.close();
});

/** Exactly these own the installation, each signed in on one of the copies. */
async function owners(some: readonly string[]): Promise<SpecCaller[]> {
  const { database, app } = copies[0]!;
  await database.run('UPDATE users SET owner = id IN (?), disabled_at = NULL, deleted_at = NULL', [some]);
  const origin = { ip: '127.0.0.1', userAgent: undefined, means: 'password' } as const;
  const sessions = app.get(SessionsStore);
  return Promise.all(
    some.map(async (id, index) => {
      const cookie = `session=${await sessions.begin(id, origin)}`;
      return new SpecCaller(copies[index % copies.length]!.app, { cookie });
    }),
  );
}

const left = (): Promise<number> => copies[0]!.app.get(PeopleStore).owners();

/** Everyone does something to the next, all at once. */
async function ring(some: readonly string[], kinds: (index: number) => string): Promise<number[]> {
  const callers = await owners(some);
  const answers = await Promise.all(
    callers.map((caller, index) => ACTS[kinds(index)]!(caller, some[(index + 1) % some.length]!)),
  );
  return answers.map(({ status }) => status);
}

const PAIRS = KINDS.flatMap((one) => KINDS.map((other) => [one, other] as const));

test.each(PAIRS)('of two owners, of whom one %s the other and the other %s the one, one remains', async (...kinds) => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const statuses = await ring(ids.slice(0, 2), (index) => kinds[index]!);
    expect(await left()).toBe(1);
    for (const status of statuses) expect(EXPECTED).toContain(status);
  }
});

test('of two owners who step down at the same moment, one remains', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const pair = ids.slice(0, 2);
    const callers = await owners(pair);
    const answers = await Promise.all(
      callers.map((caller, index) => caller.patch(`/api/users/${pair[index]!}`, { owner: false })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await left()).toBe(1);
  }
});

test('of many owners, each of whom shuts out the next, one remains', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const statuses = await ring(ids, (index) => KINDS[(index + round) % KINDS.length]!);
    expect(await left()).toBeGreaterThan(0);
    for (const status of statuses) expect(EXPECTED).toContain(status);
  }
});
