import { randomUUID } from 'node:crypto';
import { cookieOf, itemsOf, SpecConsole, type SpecAnswer, type SpecCaller } from '../console.fixture';
import { InvitationsStore } from './invitations.store';

let console: SpecConsole;
let owner: SpecCaller;
let admin: SpecCaller & { id: string };
let teamId: string;
let otherId: string;
const password = 'seven wild geese fly';

beforeAll(async () => {
  console = await SpecConsole.open();
  owner = await console.signIn();
  teamId = (await owner.post('/api/teams', { name: 'Ours' })).body.id as string;
  otherId = (await owner.post('/api/teams', { name: 'Theirs' })).body.id as string;
  admin = await console.person(owner, { [teamId]: 'admin' });
});
afterAll(() => console.close());

interface Made {
  id: string;
  email: string;
  link: string;
  expiresAt: string;
  roles: object[];
}
const address = (): string => `p-${randomUUID()}@example.com`;
const as = (role: string, ofTeam = teamId): object[] => [{ teamId: ofTeam, role }];
const invite = async (by: SpecCaller, ...people: object[]): Promise<Made[]> => {
  const answer = await by.post('/api/invitations', { people });
  if (answer.status !== 201) throw new Error(answer.text);
  return itemsOf<Made>(answer);
};
const tokenOf = ({ link }: { link: string }): string => link.split('#')[1]!;
const accept = (token: string, more: object = { name: 'Ada Example', password }): Promise<SpecAnswer> =>
  console.nobody().post('/api/invitation/accept', { token, ...more });
const open = (token: string): Promise<SpecAnswer> => console.nobody().post('/api/invitation', { token });
const over = { status: 410, body: { type: 'urn:lever-certn:problem:link-over', cure: expect.any(String) as string } };

describe('an invitation', () => {
  test('is a link that may wait 72 hours, whose secret no server is sent and no table holds', async () => {
    const [made] = await invite(admin, { email: address(), name: 'Ada Example', roles: as('viewer') });
    expect(made!.link).toMatch(/^http:\/\/localhost:8080\/invitation#[\w-]{43}$/);
    expect(Date.parse(made!.expiresAt) - Date.now()).toBeGreaterThan(71.9 * 3_600_000);
    expect(Date.parse(made!.expiresAt) - Date.now()).toBeLessThan(72.1 * 3_600_000);
    const tables = JSON.stringify(await console.database.query('SELECT * FROM invitations; SELECT * FROM audit'));
    expect(tables).not.toContain(tokenOf(made!));
    expect(tables).not.toContain('Ada');
    expect(tables).not.toContain(made!.email);
    expect((await admin.get('/api/invitations')).text).not.toContain(tokenOf(made!));
  });

  test('is not used up by looking at it, and used up by joining, which signs in and shows the own team only', async () => {
    const email = address();
    const [made] = await invite(admin, { email, roles: as('viewer') });
    for (let time = 0; time < 3; time += 1)
      expect(await open(tokenOf(made!))).toMatchObject({
        status: 200,
        body: { email, name: '', owner: false, teams: [{ id: teamId, name: 'Ours', role: 'viewer' }], invitedBy: 'Ada Example' },
      });
    const joined = await accept(tokenOf(made!), { name: 'Grace Example', password });
    expect(joined).toMatchObject({
      status: 201,
      body: {
        user: { email, name: 'Grace Example', owner: false },
        teams: [{ id: teamId, role: 'viewer' }],
        mustChangePassword: false,
      },
    });
    const person = console.nobody().with({ cookie: cookieOf(joined) });
    expect(itemsOf(await person.get('/api/teams'))).toHaveLength(1);
    expect((await person.get(`/api/teams/${otherId}`)).status).toBe(404);
    expect(await open(tokenOf(made!))).toMatchObject(over);
    expect(await accept(tokenOf(made!))).toMatchObject(over);
    await console.signIn(email, password);
    expect(itemsOf<Made>(await admin.get('/api/invitations')).map((one) => one.email)).not.toContain(email);
  });

  test('makes one person, however often it is accepted at once', async () => {
    const [made] = await invite(admin, { email: address(), roles: as('viewer') });
    const statuses = (await Promise.all(Array.from({ length: 5 }, () => accept(tokenOf(made!))))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThanOrEqual(1);
    const users = itemsOf<{ email: string }>(await owner.get('/api/users'));
    expect(users.filter(({ email }) => email === made!.email)).toHaveLength(1);
    expect(await open(tokenOf(made!))).toMatchObject(over);
  });

  test.each([
    ['without a name', { password }, 'name'],
    ['without a password', { name: 'Ada Example' }, 'password'],
    ['with a short password', { name: 'Ada Example', password: 'short' }, 'password'],
    ['with the name as password', { name: 'Ada Lovelace Example', password: 'ada lovelace example' }, 'password'],
  ])('accepted %s is refused, and still good', async (_, more, field) => {
    const [made] = await invite(admin, { email: address(), roles: as('viewer') });
    const answer = await accept(tokenOf(made!), more);
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, field]);
    expect((await open(tokenOf(made!))).status).toBe(200);
  });

  test.each(['not-a-token', 'x'.repeat(43)])('that never was is answered like one that is used up: %s', async (token) => {
    expect(await open(token)).toMatchObject(over);
    expect(await accept(token)).toMatchObject(over);
  });

  test('is over after 72 hours, is shown as such, and a new link ends the old', async () => {
    const [made] = await invite(admin, { email: address(), roles: as('viewer') });
    await console.database.run('UPDATE invitations SET expires_at = expires_at - INTERVAL 4321 MINUTE WHERE id = ?', [made!.id]);
    expect(await open(tokenOf(made!))).toMatchObject(over);
    expect(await accept(tokenOf(made!))).toMatchObject(over);
    const listed = itemsOf<Made & { over: boolean }>(await admin.get('/api/invitations')).find(({ id }) => id === made!.id);
    expect(listed?.over).toBe(true);
    const renewed = (await admin.post(`/api/invitations/${made!.id}/link`)).body as Made;
    const again = (await admin.post(`/api/invitations/${renewed.id}/link`)).body as Made;
    expect((await open(tokenOf(renewed))).status).toBe(410);
    expect((await accept(tokenOf(again))).status).toBe(201);
  });

  test('withdrawn is over', async () => {
    const [made] = await invite(admin, { email: address(), roles: as('viewer') });
    expect((await admin.delete(`/api/invitations/${made!.id}`)).status).toBe(204);
    expect(await open(tokenOf(made!))).toMatchObject(over);
    expect((await admin.delete(`/api/invitations/${made!.id}`)).status).toBe(404);
  });

  test('ends with the right of who made it', async () => {
    const inviter = await console.person(owner, { [teamId]: 'admin' });
    const [kept, lost] = await invite(
      inviter,
      { email: address(), roles: as('admin') },
      { email: address(), roles: as('viewer') },
    );
    expect((await open(tokenOf(kept!))).status).toBe(200);
    await owner.patch(`/api/users/${inviter.id}`, { roles: as('viewer') });
    expect(await accept(tokenOf(kept!))).toMatchObject(over);
    await owner.patch(`/api/users/${inviter.id}`, { roles: as('admin') });
    await owner.post(`/api/users/${inviter.id}/disable`);
    expect(await accept(tokenOf(lost!))).toMatchObject(over);
  });
});

describe('inviting', () => {
  test('many at once answers a link for each; one address gets one, with the higher role', async () => {
    const twice = address();
    const people = [
      ...Array.from({ length: 20 }, () => ({ email: address(), roles: as('viewer') })),
      { email: twice, roles: as('viewer') },
      { email: twice.toUpperCase(), roles: as('admin') },
    ];
    const made = await invite(admin, ...people);
    expect(made).toHaveLength(21);
    expect(new Set(made.map(({ link }) => link)).size).toBe(21);
    expect(made[20]).toMatchObject({ roles: as('admin') });
  });

  test('an address again joins what was promised, and ends the first link', async () => {
    const email = address();
    const [first] = await invite(owner, { email, roles: as('admin') });
    const [second] = await invite(owner, { email, roles: [...as('viewer'), ...as('viewer', otherId)] });
    expect((await open(tokenOf(first!))).status).toBe(410);
    const { teams } = (await open(tokenOf(second!))).body as { teams: { id: string; role: string }[] };
    expect(teams.find(({ id }) => id === teamId)?.role).toBe('admin');
    expect(teams.find(({ id }) => id === otherId)?.role).toBe('viewer');
  });

  test.each([
    ['to a team of others', () => ({ roles: as('viewer', otherId) }), 403],
    ['to nothing', () => ({ roles: [] }), 403],
    ['as an owner', () => ({ owner: true, roles: as('viewer') }), 403],
    ['to an address that is none', () => ({ email: 'ada', roles: as('viewer') }), 400],
    ['as a king', () => ({ roles: as('king') }), 400],
  ])('%s is refused to an admin, and then nobody of the list is invited', async (_, person, status) => {
    const good = address();
    const answer = await admin.post('/api/invitations', {
      people: [
        { email: good, roles: as('viewer') },
        { email: address(), ...person() },
      ],
    });
    expect(answer.status).toBe(status);
    expect((await admin.get('/api/invitations')).text).not.toContain(good);
  });

  test('to a team that is not there, to nothing by an owner, or more than a hundred is refused', async () => {
    const refused = async (people: object[]): Promise<number> => (await owner.post('/api/invitations', { people })).status;
    expect(await refused([{ email: address(), roles: as('viewer', randomUUID()) }])).toBe(400);
    expect(await refused([{ email: address() }])).toBe(400);
    expect(await refused(Array.from({ length: 101 }, () => ({ email: address(), roles: as('viewer') })))).toBe(400);
  });

  test('shows admins the invitations of their teams, with the roles there', async () => {
    const [both] = await invite(owner, { email: address(), owner: true, roles: [...as('viewer'), ...as('admin', otherId)] });
    const [theirs] = await invite(owner, { email: address(), roles: as('admin', otherId) });
    const seen = itemsOf<Made>(await admin.get('/api/invitations'));
    expect(seen.find(({ id }) => id === both!.id)?.roles).toEqual(as('viewer'));
    expect(seen.map(({ id }) => id)).not.toContain(theirs!.id);
    expect((await admin.delete(`/api/invitations/${theirs!.id}`)).status).toBe(404);
    expect((await admin.post(`/api/invitations/${theirs!.id}/link`)).status).toBe(404);
    expect((await admin.post(`/api/invitations/${both!.id}/link`)).status).toBe(403);
  });

  test('answers the same for an address that has an account, whose person joins with the own password only', async () => {
    const email = address();
    const [first] = await invite(owner, { email, name: 'Ada Example', roles: as('viewer', otherId) });
    const person = console.nobody().with({ cookie: cookieOf(await accept(tokenOf(first!))) });
    const [known, unknown] = await invite(admin, { email, roles: as('admin') }, { email: address(), roles: as('admin') });
    expect(Object.keys(known!)).toEqual(Object.keys(unknown!));
    expect((await person.get(`/api/teams/${teamId}`)).status).toBe(404);
    const guessed = await accept(tokenOf(known!), { name: 'Eve Example', password: 'a guess of the inviter' });
    expect([guessed.status, guessed.body.type]).toEqual([401, 'urn:lever-certn:problem:sign-in-failed']);
    expect((await person.get(`/api/teams/${teamId}`)).status).toBe(404);
    expect((await accept(tokenOf(known!), { password })).body.user.name).toBe('Ada Example');
    expect((await person.get(`/api/teams/${teamId}`)).body.name).toBe('Ours');
    expect((await person.get(`/api/teams/${otherId}`)).status).toBe(200);
  });

  test('somebody who is signed in with that address needs no password, anybody else does', async () => {
    const email = address();
    const [first] = await invite(owner, { email, roles: as('viewer', otherId) });
    const person = console.nobody().with({ cookie: cookieOf(await accept(tokenOf(first!))) });
    const [made] = await invite(admin, { email, roles: as('viewer') });
    expect((await admin.post('/api/invitation/accept', { token: tokenOf(made!) })).status).toBe(400);
    expect((await person.post('/api/invitation/accept', { token: tokenOf(made!) })).status).toBe(201);
  });

  test('is told in the audit of the team, with who it was and without whom', async () => {
    const email = address();
    const [made] = await invite(admin, { email, roles: as('viewer') });
    await accept(tokenOf(made!), { name: 'Grace Example', password });
    const answer = await admin.get(`/api/audit?team=${teamId}`);
    const lines = itemsOf<{ action: string; subject: string; by: string; detail: object }>(answer).filter(
      ({ subject }) => subject === made!.id,
    );
    expect(lines.map(({ action }) => action)).toEqual(['invitation-accepted', 'user-invited']);
    expect(lines[1]).toMatchObject({ by: `user:${admin.id}`, detail: { role: 'viewer' } });
    expect(JSON.stringify(await console.database.query('SELECT * FROM audit'))).not.toContain(email);
  });

  test('leaves nothing behind once nobody cares', async () => {
    const [made] = await invite(admin, { email: address(), roles: as('viewer') });
    await console.database.run('UPDATE invitations SET expires_at = expires_at - INTERVAL 34 DAY WHERE id = ?', [made!.id]);
    await console.app.get(InvitationsStore).sweep();
    const left = await console.database.query<{ id: string }>(
      'SELECT id FROM invitations WHERE id = ? UNION ALL SELECT invitation_id FROM invitation_roles WHERE invitation_id = ?',
      [made!.id, made!.id],
    );
    expect(left).toEqual([]);
    expect((await open(tokenOf((await invite(admin, { email: address(), roles: as('viewer') }))[0]!))).status).toBe(200);
  });
});
