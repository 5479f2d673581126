import { randomUUID } from 'node:crypto';
import { IndexKey } from '@lever-certn/sealing/index-key';
import { itemsOf, SPEC_KEYRING, SpecConsole, type SpecCaller } from '../console.fixture';
import { bootstrapOwner } from './bootstrap-owner';
import { Passwords } from './passwords';
import { PeopleStore } from './people.store';

let console: SpecConsole;
let owner: SpecCaller;
let teamId: string;
let otherId: string;

beforeAll(async () => {
  console = await SpecConsole.open();
  owner = await console.signIn();
  teamId = (await owner.post('/api/teams', { name: 'Ours' })).body.id as string;
  otherId = (await owner.post('/api/teams', { name: 'Theirs' })).body.id as string;
});
afterAll(() => console.close());

const password = 'a password of twelve';
const newcomer = (over: object = {}): object => ({
  email: `p-${randomUUID()}@example.com`,
  name: 'Grace Example',
  password,
  ...over,
});
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

describe('people', () => {
  test('are made with a password by owners only, in teams there are', async () => {
    const admin = await console.person(owner, { [teamId]: 'admin' });
    expect((await owner.post('/api/users', newcomer({ roles: [{ teamId, role: 'viewer' }] }))).status).toBe(201);
    expect((await admin.post('/api/users', newcomer({ roles: [{ teamId, role: 'viewer' }] }))).status).toBe(403);
    expect((await owner.post('/api/users', newcomer({ roles: [{ teamId: randomUUID(), role: 'viewer' }] }))).status).toBe(400);
  });

  test.each([
    ['a short password', { password: 'short' }],
    ['an address that is none', { email: 'x' }],
    ['a role that is none', { roles: [{ teamId: 't', role: 'king' }] }],
    ['roles that are no list', { roles: 'admin' }],
    ['no name', { name: undefined }],
  ])('with %s are refused with a cure', async (_, over) => {
    const answer = await owner.post('/api/users', newcomer(over));
    expect([answer.status, answer.body.type]).toEqual([400, 'urn:lever-certn:problem:invalid']);
  });

  test('with an address that someone has are refused, in any case', async () => {
    const answer = await owner.post('/api/users', newcomer({ email: 'OWNER@Example.com' }));
    expect([answer.status, answer.body.type]).toEqual([409, 'urn:lever-certn:problem:name-taken']);
  });

  test('are seen by admins as far as their own teams go', async () => {
    const admin = await console.person(owner, { [teamId]: 'admin' });
    const both = await console.person(owner, { [teamId]: 'viewer', [otherId]: 'admin' });
    const elsewhere = await console.person(owner, { [otherId]: 'viewer' });
    const items = (await admin.get('/api/users')).body.items as { id: string; roles: unknown[] }[];
    expect(items.find(({ id }) => id === both.id)?.roles).toEqual([{ teamId, role: 'viewer' }]);
    expect(items.map(({ id }) => id)).not.toContain(elsewhere.id);
    expect((await admin.patch(`/api/users/${elsewhere.id}`, { name: 'x' })).status).toBe(404);
    expect((await admin.patch(`/api/users/${randomUUID()}`, { name: 'x' })).status).toBe(404);
  });

  test('get and lose roles by an admin without touching those elsewhere', async () => {
    const admin = await console.person(owner, { [teamId]: 'admin' });
    const both = await console.person(owner, { [teamId]: 'viewer', [otherId]: 'viewer' });
    expect((await admin.patch(`/api/users/${both.id}`, { roles: [] })).status).toBe(200);
    expect((await both.get(`/api/teams/${teamId}`)).status).toBe(404);
    expect((await both.get(`/api/teams/${otherId}`)).status).toBe(200);
  });

  test('given a new password by an owner are signed out everywhere, and choose their own after signing in with it', async () => {
    const email = `p-${randomUUID()}@example.com`;
    const { id } = (await owner.post('/api/users', newcomer({ email, mustChangePassword: false }))).body as { id: string };
    const session = await console.signIn(email, password);
    expect((await session.get('/api/teams')).status).toBe(200);
    expect((await session.patch(`/api/users/${id}`, { password: 'another password of mine' })).status).toBe(409);
    expect((await owner.patch(`/api/users/${id}`, { password: 'another password of mine' })).status).toBe(200);
    expect((await session.get('/api/session')).status).toBe(401);
    const again = await console.signIn(email, 'another password of mine');
    expect((await again.get('/api/session')).body.mustChangePassword).toBe(true);
    expect((await again.get('/api/teams')).body.type).toBe('urn:lever-certn:problem:password-change-needed');
    expect((await console.nobody().post('/api/session', { email, password })).status).toBe(401);
  });

  test('that are deleted can do nothing any more, nor can their tokens, and the audit still names them', async () => {
    const admin = await console.person(owner, { [teamId]: 'admin' });
    const made = await admin.post('/api/tokens', { name: 'script', teamId, role: 'admin', expiresAt: inDays(1) });
    const token = console.token(made.body.token as string);
    expect((await token.get(`/api/teams/${teamId}`)).status).toBe(200);
    expect((await owner.delete(`/api/users/${admin.id}`)).status).toBe(204);
    expect((await admin.get('/api/session')).status).toBe(401);
    expect((await token.get(`/api/teams/${teamId}`)).status).toBe(401);
    const audit = (await owner.get('/api/audit')).body.items as { by: string; email: string | null }[];
    expect(audit.find(({ by }) => by === `user:${admin.id}`)?.email).toMatch(/@example\.com$/);
  });

  test('the last owner stays', async () => {
    const me = (await owner.get('/api/session')).body.user.id as string;
    expect((await owner.delete(`/api/users/${me}`)).status).toBe(409);
    expect((await owner.patch(`/api/users/${me}`, { owner: false })).status).toBe(409);
  });

  test('lie in the table without names, addresses and passwords, and are found after INDEX_KEY was replaced', async () => {
    const rows = JSON.stringify(await console.database.query('SELECT * FROM users'));
    expect(rows).not.toContain('example.com');
    expect(rows).not.toContain('Grace');
    expect(rows).toContain('$argon2id$');
    const people = new PeopleStore(console.database, SPEC_KEYRING, IndexKey.parse(Buffer.alloc(32, 7).toString('base64')));
    expect(await people.byEmail('owner@example.com')).toBeUndefined();
    await people.reindex();
    expect(await people.byEmail('owner@example.com')).toMatchObject({ owner: true });
    await console.app.get(PeopleStore).reindex();
  });
});

describe('the first owner', () => {
  test('is made once, however many processes start, and never replaces one', async () => {
    const fresh = await SpecConsole.open();
    const people = fresh.app.get(PeopleStore);
    const quiet = { info: () => undefined, warn: () => undefined };
    await fresh.database.run('DELETE FROM users');
    await Promise.all([1, 2, 3].map(() => bootstrapOwner(fresh.config, people, new Passwords(), quiet)));
    expect(await people.owners()).toBe(1);
    await bootstrapOwner(
      Object.assign(Object.create(fresh.config) as typeof fresh.config, { BOOTSTRAP_ADMIN_PASSWORD: 'another password' }),
      people,
      new Passwords(),
      quiet,
    );
    await fresh.signIn();
    await fresh.close();
  });
});

describe('API tokens', () => {
  test('are shown once, and lie in the table as a hash', async () => {
    const made = await owner.post('/api/tokens', { name: 'script', teamId, role: 'viewer', expiresAt: inDays(1) });
    expect(made.status).toBe(201);
    const value = made.body.token as string;
    expect(value).toMatch(/^lc_[\w-]{43}$/);
    expect(made.body.endsIn).toBe(value.slice(-4));
    const list = await owner.get('/api/tokens');
    expect(list.text).not.toContain(value);
    expect(JSON.stringify(await console.database.query('SELECT * FROM api_tokens'))).not.toContain(value);
    expect((await console.token(value).get(`/api/teams/${teamId}`)).status).toBe(200);
    expect((await console.token(value).get('/api/teams')).body.items).toHaveLength(1);
  });

  test('have a role not above their maker’s, also later', async () => {
    const viewer = await console.person(owner, { [teamId]: 'viewer' });
    const refused = await viewer.post('/api/tokens', { name: 's', teamId, role: 'admin', expiresAt: inDays(1) });
    expect(refused.status).toBe(403);
    const admin = await console.person(owner, { [teamId]: 'admin' });
    const made = await admin.post('/api/tokens', { name: 's', teamId, role: 'admin', expiresAt: inDays(1) });
    const token = console.token(made.body.token as string);
    const change = (): Promise<{ status: number }> => token.patch(`/api/teams/${teamId}`, { shareResults: false });
    expect((await change()).status).toBe(200);
    await owner.patch(`/api/users/${admin.id}`, { roles: [{ teamId, role: 'viewer' }] });
    expect((await change()).status).toBe(403);
    await owner.patch(`/api/users/${admin.id}`, { roles: [] });
    expect((await change()).status).toBe(401);
  });

  test.each([
    ['in the past', inDays(-1)],
    ['in two years', inDays(730)],
    ['at no time', 'soon'],
    ['on a day without time', '2026-13-01'],
  ])('that end %s are refused with a cure', async (_, expiresAt) => {
    const answer = await owner.post('/api/tokens', { name: 's', teamId, role: 'viewer', expiresAt });
    expect([answer.status, answer.body.type]).toEqual([400, 'urn:lever-certn:problem:invalid']);
  });

  test('end when they say, and when they are deleted', async () => {
    const viewer = await console.person(owner, { [teamId]: 'viewer' });
    const made = await viewer.post('/api/tokens', { name: 's', teamId, role: 'viewer', expiresAt: inDays(1) });
    const token = console.token(made.body.token as string);
    const stranger = await console.person(owner, { [otherId]: 'admin' });
    expect((await stranger.delete(`/api/tokens/${made.body.id}`)).status).toBe(404);
    await console.database.run('UPDATE api_tokens SET expires_at = UTC_TIMESTAMP(6) WHERE id = ?', [made.body.id]);
    expect((await token.get('/api/teams')).status).toBe(401);
    expect((await viewer.delete(`/api/tokens/${made.body.id}`)).status).toBe(204);
    expect((await viewer.get('/api/tokens')).body.items).toEqual([]);
  });

  test('make no tokens and change no people', async () => {
    const made = await owner.post('/api/tokens', { name: 's', teamId, role: 'admin', expiresAt: inDays(1) });
    const token = console.token(made.body.token as string);
    expect((await token.post('/api/tokens', { name: 's', teamId, role: 'admin', expiresAt: inDays(1) })).status).toBe(403);
    expect((await token.patch('/api/users/x', { name: 'x' })).status).toBe(403);
    expect((await token.get('/api/session')).body.user.owner).toBe(false);
  });
});

describe('the audit', () => {
  test('shows admins what was done in their teams, and holds no secret', async () => {
    const secret = 'lever-key-of-the-audit';
    console.vendors.leverKeys.set(secret, 'ok');
    await owner.put(`/api/teams/${teamId}/lever`, { apiKey: secret, signatureTokens: [{ value: 'token-of-the-audit' }] });
    const admin = await console.person(owner, { [teamId]: 'admin' });
    const answer = await admin.get('/api/audit?limit=200');
    const items = answer.body.items as { teamId: string; action: string; detail: object }[];
    expect(new Set(items.map((item) => item.teamId))).toEqual(new Set([teamId]));
    expect(items[0]).toMatchObject({
      action: 'lever-saved',
      email: 'owner@example.com',
      ip: '127.0.0.1',
      detail: { apiKey: 'replaced' },
    });
    for (const word of [secret, 'token-of-the-audit', password]) expect(answer.text).not.toContain(word);
    expect((await admin.get(`/api/audit?team=${otherId}`)).status).toBe(404);
  });

  test('comes page by page, newest first', async () => {
    const seen: string[] = [];
    for (let after: string | null = ''; after !== null;) {
      const page = await owner.get(`/api/audit?limit=9${after ? `&after=${after}` : ''}`);
      seen.push(...itemsOf<{ at: string }>(page).map(({ at }) => at));
      after = page.body.next;
    }
    const [count] = await console.database.query<{ n: number }>('SELECT COUNT(*) n FROM audit');
    expect(seen).toHaveLength(Number(count!.n));
    expect(seen).toEqual([...seen].sort().reverse());
  });
});

describe('hashing passwords', () => {
  test('runs two at a time, and refuses more than can wait', async () => {
    const passwords = new Passwords();
    let settled = 0;
    const all = Array.from({ length: 54 }, () => passwords.hash('x').finally(() => (settled += 1)));
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(2);
    expect(settled).toBe(54);
    expect(await passwords.matches(await passwords.hash('y'), 'y')).toBe(true);
    expect(await passwords.matches('not a hash', 'y')).toBe(false);
    expect(await passwords.matches(undefined, 'nobody signs in with this')).toBe(false);
  });
});
