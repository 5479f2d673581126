import { cookieOf, SpecConsole, type SpecCaller } from '../console.fixture';

let console: SpecConsole;
let owner: SpecCaller;
const given = 'a password of twelve';
const mine = 'seven wild geese fly';

beforeAll(async () => {
  console = await SpecConsole.open({ BOOTSTRAP_ADMIN_PASSWORD_CHANGE: true });
  owner = await console.signIn();
});
afterAll(() => console.close());

const change = (caller: SpecCaller, current: string, password: string): ReturnType<SpecCaller['put']> =>
  caller.put('/api/session/password', { current, password });

describe('the first owner, whose password lay in the environment', () => {
  test('may do nothing but see who it is, sign out and choose a password', async () => {
    expect((await owner.get('/api/session')).body.mustChangePassword).toBe(true);
    for (const [method, path] of [
      ['GET', '/api/teams'],
      ['POST', '/api/teams'],
      ['GET', '/api/sessions'],
      ['POST', '/api/tokens'],
      ['GET', '/reports/check-1'],
    ] as const) {
      const answer = await owner.call(method, path, method === 'POST' ? { name: 'x' } : undefined);
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.body).toMatchObject({ type: 'urn:lever-certn:problem:password-change-needed', cure: expect.any(String) });
    }
  });

  test.each([
    ['a wrong current one', 'not the password', mine, 'current'],
    ['the same again', given, given, 'password'],
    ['one too short', given, 'short', 'password'],
    ['the own address', given, 'owner@example.com', 'password'],
    ['one character many times', given, 'x'.repeat(20), 'password'],
  ])('with %s is refused, and told which field', async (_, current, password, field) => {
    const answer = await change(owner, current, password);
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, field]);
    expect((await owner.get('/api/teams')).status).toBe(403);
  });

  test('goes on in the same session once it is chosen, alone, and the given one is worth nothing', async () => {
    const elsewhere = await console.signIn();
    const answer = await change(owner, given, mine);
    expect(answer).toMatchObject({ status: 200, body: { mustChangePassword: false, user: { owner: true } } });
    expect((await owner.get('/api/teams')).status).toBe(200);
    expect((await elsewhere.get('/api/session')).status).toBe(401);
    expect((await console.nobody().post('/api/session', { email: 'owner@example.com', password: given })).status).toBe(401);
    const again = await console.nobody().post('/api/session', { email: 'owner@example.com', password: mine });
    expect(again.body.mustChangePassword).toBe(false);
    const audit = (await owner.get('/api/audit')).body.items as { action: string; email: string }[];
    expect(audit.map(({ action }) => action)).toContain('password-changed');
    expect(cookieOf(again)).toMatch(/^session=/);
  });

  test('is not asked again by another start', async () => {
    const rows = await console.database.query<{ must_change_password: number }>('SELECT must_change_password FROM users');
    expect(rows.map((row) => Number(row.must_change_password))).toEqual([0]);
  });
});

test('a person made with a password chooses another at the first sign-in, unless it was said that it stays', async () => {
  const teamId = (await owner.post('/api/teams', { name: 'Ours' })).body.id as string;
  const person = { email: 'made@example.com', name: 'Made Example', password: given, roles: [{ teamId, role: 'admin' }] };
  expect((await owner.post('/api/users', person)).status).toBe(201);
  const made = await console.signIn('made@example.com', given);
  expect((await made.get(`/api/teams/${teamId}`)).status).toBe(403);
  expect((await change(made, given, mine)).status).toBe(200);
  expect((await made.get(`/api/teams/${teamId}`)).status).toBe(200);
});
