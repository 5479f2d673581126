import { randomUUID } from 'node:crypto';
import { cookieOf, itemsOf, SpecConsole, type SpecAnswer, type SpecCaller } from '../console.fixture';
import { PasswordResetsStore } from './password-resets.store';
import { SessionsStore } from './sessions.store';

let console: SpecConsole;
let owner: SpecCaller;
let admin: SpecCaller & { id: string };
let teamId: string;
let otherId: string;
const given = 'a password of twelve';
const password = 'seven wild geese fly';

beforeAll(async () => {
  console = await SpecConsole.open();
  owner = await console.signIn();
  teamId = (await owner.post('/api/teams', { name: 'Ours' })).body.id as string;
  otherId = (await owner.post('/api/teams', { name: 'Theirs' })).body.id as string;
  admin = await console.person(owner, { [teamId]: 'admin' });
});
afterAll(() => console.close());

type Someone = SpecCaller & { id: string };
const viewer = (): Promise<Someone> => console.person(owner, { [teamId]: 'viewer' });
const emailOf = async (person: Someone): Promise<string> => (await person.get('/api/session')).body.user.email as string;
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
const over = { status: 410, body: { type: 'urn:lever-certn:problem:link-over' } };

describe('disabling a person', () => {
  test('ends sessions and API tokens at once and lets nobody in, without saying why; enabling lets the person in again', async () => {
    const person = await console.person(owner, { [teamId]: 'admin' });
    const email = await emailOf(person);
    const made = await person.post('/api/tokens', { name: 's', teamId, role: 'viewer', expiresAt: inDays(1) });
    const token = console.token(made.body.token as string);
    const link = (await owner.post(`/api/users/${person.id}/password-reset`)).body.link as string;
    expect((await token.get('/api/teams')).status).toBe(200);
    const disabled = await owner.post(`/api/users/${person.id}/disable`);
    expect(disabled).toMatchObject({ status: 200, body: { disabledAt: expect.stringMatching(/Z$/) } });
    expect((await person.get('/api/session')).status).toBe(401);
    expect((await token.get('/api/teams')).status).toBe(401);
    expect(await console.nobody().post('/api/password-reset', { token: link.split('#')[1] })).toMatchObject(over);
    const refused = await console.nobody().post('/api/session', { email, password: given });
    const nobody = await console.nobody().post('/api/session', { email: 'nobody@example.com', password: given });
    expect([refused.status, refused.body]).toEqual([nobody.status, nobody.body]);
    expect((await owner.post(`/api/users/${person.id}/password-reset`)).status).toBe(409);
    expect((await owner.post(`/api/users/${person.id}/enable`)).body.disabledAt).toBeNull();
    expect((await token.get('/api/teams')).status).toBe(401);
    expect((await person.get('/api/session')).status).toBe(401);
    await console.signIn(email, given);
  });

  test('leaves no session that began at the same moment, nor one that begins later', async () => {
    const person = await viewer();
    const sessions = console.app.get(SessionsStore);
    const origin = { ip: '127.0.0.1', userAgent: undefined, means: 'password' } as const;
    const cookie = `session=${await sessions.begin(person.id, origin)}`;
    const raced = await console.database.query('SELECT * FROM sessions WHERE user_id = ?', [person.id]);
    await owner.post(`/api/users/${person.id}/disable`);
    const columns = Object.keys(raced[0] as object);
    await console.database.run(`INSERT INTO sessions (${columns.join(', ')}) VALUES ?`, [
      raced.map((row) => Object.values(row as Record<string, unknown>)),
    ]);
    const withCookie = (value: string): SpecCaller => console.nobody().with({ cookie: value });
    expect((await withCookie(cookie).get('/api/session')).status).toBe(401);
    const later = await sessions.begin(person.id, origin);
    await owner.post(`/api/users/${person.id}/enable`);
    expect((await withCookie(cookie).get('/api/session')).status).toBe(401);
    expect((await withCookie(`session=${later}`).get('/api/session')).status).toBe(401);
  });

  test('is for owners, and for admins of all of the person’s teams; nobody disables themselves', async () => {
    const elsewhere = await console.person(owner, { [teamId]: 'viewer', [otherId]: 'viewer' });
    const stranger = await console.person(owner, { [otherId]: 'viewer' });
    const another = await console.person(owner, { [teamId]: 'viewer' }, true);
    const mine = await viewer();
    for (const what of ['disable', 'enable', 'password-reset']) {
      const status = async (by: SpecCaller, id: string): Promise<number> => (await by.post(`/api/users/${id}/${what}`)).status;
      expect([what, await status(admin, elsewhere.id)]).toEqual([what, 403]);
      expect([what, await status(admin, another.id)]).toEqual([what, 403]);
      expect([what, await status(admin, stranger.id)]).toEqual([what, 404]);
      expect([what, await status(admin, randomUUID())]).toEqual([what, 404]);
      expect([what, await status(admin, admin.id)]).toEqual([what, 409]);
      expect([what, await status(mine, elsewhere.id)]).toEqual([what, 403]);
    }
    expect((await admin.post(`/api/users/${mine.id}/disable`)).status).toBe(200);
    expect((await admin.post(`/api/users/${mine.id}/enable`)).status).toBe(200);
    const manageable = new Map(
      itemsOf<{ id: string; manageable: boolean }>(await admin.get('/api/users')).map((user) => [user.id, user.manageable]),
    );
    expect([manageable.get(mine.id), manageable.get(elsewhere.id), manageable.get(admin.id)]).toEqual([true, false, false]);
  });
});

describe('a link to set a new password', () => {
  const make = async (by: SpecCaller, id: string): Promise<string> => {
    const answer = await by.post(`/api/users/${id}/password-reset`);
    expect(answer.status).toBe(201);
    expect(answer.body.link).toMatch(/^http:\/\/localhost:8080\/password-reset#[\w-]{43}$/);
    return (answer.body.link as string).split('#')[1]!;
  };
  const open = (token: string): Promise<SpecAnswer> => console.nobody().post('/api/password-reset', { token });
  const finish = (token: string, to = password): Promise<SpecAnswer> =>
    console.nobody().post('/api/password-reset/finish', { token, password: to });

  test('is not used up by opening it; used once it ends all sessions and signs in', async () => {
    const person = await viewer();
    const email = await emailOf(person);
    const token = await make(admin, person.id);
    for (let time = 0; time < 3; time += 1) expect(await open(token)).toMatchObject({ status: 200, body: { email } });
    expect((await person.get('/api/session')).status).toBe(200);
    expect((await finish(token, 'short')).status).toBe(400);
    const finished = await finish(token);
    expect(finished).toMatchObject({ status: 201, body: { user: { email }, mustChangePassword: false } });
    expect(
      (
        await console
          .nobody()
          .with({ cookie: cookieOf(finished) })
          .get('/api/teams')
      ).status,
    ).toBe(200);
    expect((await person.get('/api/session')).status).toBe(401);
    expect(await finish(token)).toMatchObject(over);
    expect(await open(token)).toMatchObject(over);
    expect((await console.nobody().post('/api/session', { email, password: given })).status).toBe(401);
    await console.signIn(email, password);
  });

  test('is used by one, however many try at once', async () => {
    const token = await make(owner, (await viewer()).id);
    const statuses = (await Promise.all([1, 2, 3, 4].map((which) => finish(token, `password number ${which}`)))).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([201, 410, 410, 410]);
  });

  test('ends after 72 hours, with the next one, with another password, and with the right of who made it', async () => {
    const person = await viewer();
    const email = await emailOf(person);
    const old = await make(owner, person.id);
    const next = await make(admin, person.id);
    expect(await open(old)).toMatchObject(over);
    expect((await open(next)).status).toBe(200);
    // Somebody who may more by now is no longer the admin's to set a password for.
    await owner.patch(`/api/users/${person.id}`, { owner: true });
    expect(await finish(next)).toMatchObject(over);
    await owner.patch(`/api/users/${person.id}`, { owner: false });
    await (await console.signIn(email, given)).put('/api/session/password', { current: given, password });
    expect(await finish(next)).toMatchObject(over);
    const late = await make(owner, person.id);
    await console.database.run('UPDATE password_resets SET expires_at = expires_at - INTERVAL 4321 MINUTE');
    expect(await finish(late)).toMatchObject(over);
    await console.app.get(PasswordResetsStore).sweep();
    expect(await console.database.query('SELECT user_id FROM password_resets')).toEqual([]);
  });

  test('lies in the table as a hash, and in the audit without it', async () => {
    const person = await viewer();
    const token = await make(owner, person.id);
    await finish(token);
    const again = await make(owner, person.id);
    const text = JSON.stringify(await console.database.query('SELECT * FROM password_resets; SELECT * FROM audit'));
    expect(text).not.toContain(token);
    expect(text).not.toContain(again);
    const actions = itemsOf<{ action: string; subject: string }>(await owner.get('/api/audit'))
      .filter(({ subject }) => subject === person.id)
      .map(({ action }) => action);
    expect(actions.slice(0, 3)).toEqual(['password-reset-made', 'password-reset-used', 'password-reset-made']);
  });

  test.each(['not-a-token', 'y'.repeat(43)])('that never was is answered like one that is used up: %s', async (token) => {
    expect(await open(token)).toMatchObject(over);
    expect(await finish(token)).toMatchObject(over);
  });
});

describe('sessions', () => {
  const agent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
  interface Line {
    id: string;
    current: boolean;
    browser: string;
    ip: string;
    seenAt: string;
  }

  test('are listed with when, from where and by what, and ended one by one or all others', async () => {
    const person = await viewer();
    const email = await emailOf(person);
    const answer = await console.nobody().with({ 'user-agent': agent }).post('/api/session', { email, password: given });
    const other = console.nobody().with({ cookie: cookieOf(answer) });
    const third = await console.signIn(email, given);
    const lines = itemsOf<Line>(await person.get('/api/sessions'));
    expect(lines).toHaveLength(3);
    expect(lines.filter(({ current }) => current)).toHaveLength(1);
    const chrome = lines.find(({ browser }) => browser === 'Chrome on Windows')!;
    expect(chrome).toMatchObject({ ip: '127.0.0.1', means: 'password', current: false });
    expect(Date.now() - Date.parse(chrome.seenAt)).toBeLessThan(60_000);
    expect((await person.delete(`/api/sessions/${chrome.id}`)).status).toBe(204);
    expect((await other.get('/api/session')).status).toBe(401);
    expect((await person.delete('/api/sessions')).body).toEqual({ ended: 1 });
    expect((await third.get('/api/session')).status).toBe(401);
    expect((await person.get('/api/session')).status).toBe(200);
    expect((await owner.get('/api/audit')).text).toMatch(/session-ended.*|sessions-ended/);
  });

  test('of others are seen and ended by owners only, and only through the person whose they are', async () => {
    const person = await viewer();
    const another = await viewer();
    const [line] = itemsOf<Line>(await owner.get(`/api/users/${person.id}/sessions`));
    expect(line).toMatchObject({ current: false });
    expect((await admin.get(`/api/users/${person.id}/sessions`)).status).toBe(403);
    expect((await another.delete(`/api/sessions/${line!.id}`)).status).toBe(404);
    expect((await owner.delete(`/api/users/${another.id}/sessions/${line!.id}`)).status).toBe(404);
    expect((await owner.get(`/api/users/${randomUUID()}/sessions`)).status).toBe(404);
    expect((await owner.delete(`/api/users/${person.id}/sessions/${line!.id}`)).status).toBe(204);
    expect((await person.get('/api/session')).status).toBe(401);
    expect((await owner.delete(`/api/users/${another.id}/sessions`)).body).toEqual({ ended: 1 });
    expect((await another.get('/api/session')).status).toBe(401);
  });

  test('do not pile up: signing in again in the same browser ends the one before, and the fifty used last stay', async () => {
    const person = await viewer();
    const email = await emailOf(person);
    await person.post('/api/session', { email, password: given });
    expect((await person.get('/api/session')).status).toBe(401);
    const id = person.id;
    await console.database.run(
      `INSERT INTO sessions (id, user_id, created_at, seen_at) SELECT SHA2(CONCAT(a.id, b.id), 256), ?, UTC_TIMESTAMP(6) - INTERVAL 5 MINUTE,
         UTC_TIMESTAMP(6) - INTERVAL 5 MINUTE FROM users a JOIN users b LIMIT 80`,
      [id],
    );
    const last = await console.signIn(email, given);
    const lines = itemsOf<Line>(await last.get('/api/sessions'));
    expect(lines).toHaveLength(50);
    expect(lines[0]!.current).toBe(true);
  });
});
