import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditStore, type FailedSignIn } from '../audit/audit.store';
import { itemsOf, SpecConsole, type SpecAnswer, type SpecCaller } from '../console.fixture';

/* What this proves: the audit tells of every wrong password, says nothing of what was typed, and can not be filled by who guesses. */

const HOUR_MS = 3_600_000;
const ROOM_MS = 10_000;
const password = 'a password of twelve';
const wrong = 'a wrong password of mine';

interface Line {
  by: string;
  says: string;
  userId: string | null;
  subject: string | null;
  subjectEmail: string | null;
  detail: Record<string, unknown>;
  ip: string | null;
  times: number;
}

let console: SpecConsole;
let owner: SpecCaller;
let teamId: string;

beforeAll(async () => {
  console = await SpecConsole.open();
  owner = await console.signIn();
  teamId = (await owner.post('/api/teams', { name: 'Ours' })).body.id as string;
});
afterAll(() => console.close());
beforeEach(async () => {
  // A line is of one hour: no test may begin right before the next.
  const leftMs = HOUR_MS - (Date.now() % HOUR_MS);
  if (leftMs < ROOM_MS) await sleep(leftMs);
  await console.database.script('DELETE FROM audit; DELETE FROM sign_in_failures');
});

const signIn = (email: string, typed = wrong): Promise<SpecAnswer> =>
  console.nobody().post('/api/session', { email, password: typed });
const lines = async (): Promise<Line[]> => itemsOf<Line>(await owner.get('/api/audit?action=sign-in-failed'));
const stored = async (): Promise<string> => JSON.stringify(await console.database.query('SELECT * FROM audit'));

async function someone(): Promise<SpecCaller & { id: string; email: string }> {
  const person = await console.person(owner, { [teamId]: 'admin' });
  return Object.assign(person, { email: (await person.get('/api/session')).body.user.email as string });
}

describe('a sign-in that fails', () => {
  test('is told by its account, with from where and how often, and found by its action', async () => {
    const { id, email } = await someone();
    for (let times = 0; times < 3; times += 1) expect((await signIn(email)).status).toBe(401);
    expect(await lines()).toEqual([
      expect.objectContaining({
        ...{ says: 'Failed to sign in', by: 'nobody', userId: null, subject: id, subjectEmail: email },
        ...{ detail: { means: 'password' }, ip: '127.0.0.1', times: 3 },
      }),
    ]);
    const { actions } = (await owner.get('/api/audit-choices')).body as { actions: object[] };
    expect(actions).toContainEqual({ action: 'sign-in-failed', says: 'Failed to sign in' });
    expect((await owner.get('/api/audit.csv?action=sign-in-failed')).text).toContain(
      `,Failed to sign in,sign-in-failed,${email},,3,`,
    );
  });

  test('is told also of a disabled account, and never of one that goes through', async () => {
    const { id, email } = await someone();
    expect((await signIn(email, password)).status).toBe(201);
    expect(await lines()).toEqual([]);
    await owner.post(`/api/users/${id}/disable`);
    expect((await signIn(email, password)).status).toBe(401);
    expect(await lines()).toEqual([expect.objectContaining({ subject: id, times: 1 })]);
  });

  test('with addresses nobody has makes one line for all of them, in which nothing is that was typed', async () => {
    for (const email of ['hunter2@example.com', 'my.secret@example.com']) expect((await signIn(email)).status).toBe(401);
    expect(await lines()).toEqual([
      expect.objectContaining({ subject: null, times: 2, detail: { means: 'password', account: 'none with this address' } }),
    ]);
    for (const typed of ['hunter2', 'my.secret', wrong]) {
      expect(await stored()).not.toContain(typed);
      expect(JSON.stringify(console.logged)).not.toContain(typed);
    }
  });

  test('sends as many statements for an address that nobody has as for an account', async () => {
    const { email } = await someone();
    const sent = async (address: string): Promise<number> => {
      const spies = [jest.spyOn(console.database, 'query'), jest.spyOn(console.database, 'run')];
      await signIn(address);
      const count = spies.reduce((sum, spy) => sum + spy.mock.calls.filter(([sql]) => sql.includes('audit')).length, 0);
      spies.forEach((spy) => spy.mockRestore());
      return count;
    };
    const known = await sent(email);
    expect(known).toBeGreaterThan(0);
    expect(await sent('nobody@example.com')).toBe(known);
  });

  test('is not silent where its line can not be written', async () => {
    const { email } = await someone();
    await console.database.run('RENAME TABLE audit TO audit_away');
    const answer = await signIn(email).finally(() => console.database.run('RENAME TABLE audit_away TO audit'));
    expect(answer.status).toBe(500);
  });

  test('is seen by owners, not by admins of teams', async () => {
    const admin = await someone();
    await signIn(admin.email);
    expect(itemsOf(await admin.get('/api/audit?action=sign-in-failed'))).toEqual([]);
  });
});

describe('elsewhere a wrong password is told too', () => {
  test('where one changes the own, by the person', async () => {
    const { id, put } = await someone();
    expect((await put('/api/session/password', { current: wrong, password: 'seven wild geese fly' })).status).toBe(400);
    expect(await lines()).toEqual([
      expect.objectContaining({ by: `user:${id}`, userId: id, subject: id, detail: { means: 'password-change' } }),
    ]);
  });

  test('where one joins a team with an account', async () => {
    const { id, email } = await someone();
    const [invited] = itemsOf<{ link: string }>(await owner.post('/api/invitations', { people: [{ email, owner: true }] }));
    const token = invited!.link.split('#')[1]!;
    expect((await console.nobody().post('/api/invitation/accept', { token, password: wrong })).status).toBe(401);
    expect(await lines()).toEqual([expect.objectContaining({ by: 'nobody', subject: id, detail: { means: 'invitation' } })]);
  });
});

describe('who guesses fills nothing', () => {
  const fail = (over: Partial<FailedSignIn>): Promise<void> =>
    console.app
      .get(AuditStore)
      .addFailedSignIn({ userId: randomUUID(), ip: '192.0.2.1', place: '192.0.2.1', means: 'password', ...over });

  test('however many try at once: one line, and none is left out of its count', async () => {
    const userId = randomUUID();
    await Promise.all([...Array(40)].map(() => fail({ userId })));
    expect(await lines()).toEqual([expect.objectContaining({ times: 40 })]);
  });

  test('from however many places: ten have a line each, the others share one that names none', async () => {
    const userId = randomUUID();
    for (let round = 0; round < 2; round += 1)
      for (let place = 0; place < 25; place += 1) await fail({ userId, ip: `192.0.2.${place}`, place: `192.0.2.${place}` });
    const found = await lines();
    expect(found).toHaveLength(11);
    expect(found.filter(({ ip, times }) => ip !== null && times === 2)).toHaveLength(10);
    expect(found.filter(({ ip }) => ip === null)).toEqual([
      expect.objectContaining({ times: 30, detail: { means: 'password', from: 'many other places' } }),
    ]);
  });

  test('of another account, another way in and another hour there is another line', async () => {
    const userId = randomUUID();
    await fail({ userId });
    await fail({ userId, means: 'invitation' });
    await fail({});
    await console.database.run("UPDATE audit SET counted_as = CONCAT('an hour ago ', id)");
    await fail({ userId });
    expect(await lines()).toHaveLength(4);
  });
});
