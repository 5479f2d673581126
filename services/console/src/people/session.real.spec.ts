import { cookieOf, SpecConsole } from '../console.fixture';

let console: SpecConsole;
beforeAll(async () => (console = await SpecConsole.open()));
afterAll(() => console.close());

const good = { email: 'owner@example.com', password: 'a password of twelve' };

describe('signing in', () => {
  test('gives a cookie that scripts of a page can not read, and says who one is', async () => {
    const answer = await console.nobody().post('/api/session', { ...good, email: 'OWNER@example.com ' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      user: expect.objectContaining({ email: 'owner@example.com', owner: true }),
      teams: [],
      mustChangePassword: false,
      hasPassword: true,
    });
    expect(answer.headers['set-cookie']).toMatch(/^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200$/);
    const again = await console
      .nobody()
      .with({ cookie: cookieOf(answer) })
      .get('/api/session');
    expect(again.body.user.email).toBe('owner@example.com');
  });

  test.each([
    ['another password', { ...good, password: 'another password' }, 401],
    ['an address nobody has', { ...good, email: 'nobody@example.com' }, 401],
    ['a password of a kilobyte', { ...good, password: 'x'.repeat(1000) }, 400],
    ['no password', { email: good.email }, 400],
    ['an address that is none', { ...good, email: 'owner' }, 400],
    ['a field nobody knows', { ...good, owner: true }, 400],
  ])('%s is refused with a cure', async (_, body, status) => {
    const answer = await console.nobody().post('/api/session', body);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status, cure: expect.stringMatching(/.{10}/) });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('of another site is refused, of no site and of our own is not', async () => {
    const statusFrom = async (headers: Record<string, string>): Promise<number> =>
      (await console.nobody().with(headers).post('/api/session', good)).status;
    expect(await statusFrom({ origin: 'https://evil.example' })).toBe(403);
    expect(await statusFrom({ origin: 'null' })).toBe(403);
    expect(await statusFrom({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await statusFrom({ origin: 'http://localhost:8080' })).toBe(201);
    expect(await statusFrom({ origin: 'http://127.0.0.1:8080' })).toBe(201);
    expect(await statusFrom({})).toBe(201);
  });
});

describe('a session', () => {
  test('ends when one signs out', async () => {
    const owner = await console.signIn();
    expect((await owner.delete('/api/session')).status).toBe(204);
    expect((await owner.get('/api/session')).status).toBe(401);
  });

  test('ends after resting for half an hour', async () => {
    const owner = await console.signIn();
    await console.database.run('UPDATE sessions SET seen_at = seen_at - INTERVAL 29 MINUTE');
    expect((await owner.get('/api/session')).status).toBe(200);
    await console.database.run('UPDATE sessions SET seen_at = seen_at - INTERVAL 29 MINUTE');
    expect((await owner.get('/api/session')).status).toBe(200);
    await console.database.run('UPDATE sessions SET seen_at = seen_at - INTERVAL 31 MINUTE');
    expect((await owner.get('/api/session')).status).toBe(401);
  });

  test('ends after twelve hours, however busy', async () => {
    const owner = await console.signIn();
    await console.database.run('UPDATE sessions SET created_at = created_at - INTERVAL 721 MINUTE');
    expect((await owner.get('/api/session')).status).toBe(401);
  });

  test('is not found in the table by its cookie', async () => {
    const answer = await console.nobody().post('/api/session', good);
    const secret = cookieOf(answer).split('=')[1];
    const rows = await console.database.query<{ id: string }>('SELECT id FROM sessions');
    expect(rows.map(({ id }) => id)).not.toContain(secret);
    expect(rows.length).toBeGreaterThan(0);
  });

  test('on https is bound to the host', async () => {
    const secure = await SpecConsole.open({ PUBLIC_CONSOLE_URL: 'https://console.example.com' });
    const answer = await secure.nobody().post('/api/session', good);
    expect(answer.headers['set-cookie']).toMatch(
      /^__Host-session=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200; Secure$/,
    );
    expect(
      (
        await secure
          .nobody()
          .with({ cookie: cookieOf(answer) })
          .get('/api/session')
      ).status,
    ).toBe(200);
    expect(answer.headers['strict-transport-security']).toContain('max-age');
    await secure.close();
  });
});
