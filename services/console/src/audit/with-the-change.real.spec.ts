import { randomUUID } from 'node:crypto';
import { itemsOf, SpecConsole, type SpecAnswer, type SpecCaller } from '../console.fixture';

/* What this proves: a change and the line that tells of it stand or fall together, whichever of the two can not be written. */

jest.setTimeout(120_000);

const password = 'a password of twelve';
const another = 'seven wild geese fly';
/** What the acts below change. */
const TABLES = ['users', 'memberships', 'sessions', 'api_tokens', 'invitations', 'invitation_roles', 'password_resets', 'teams'];

let console: SpecConsole;
let owner: SpecCaller;
let teamId: string;

beforeAll(async () => {
  console = await SpecConsole.open();
  owner = await console.signIn();
  teamId = (await owner.post('/api/teams', { name: 'Ours' })).body.id as string;
});
afterAll(() => console.close());

interface Ground {
  person: SpecCaller & { id: string };
  email: string;
  sessionId: string;
  tokenId: string;
  invitationId: string;
  invitation: string;
  reset: string;
}

const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();
const invite = (): Promise<SpecAnswer> =>
  owner.post('/api/invitations', { people: [{ email: `p-${randomUUID()}@example.com`, roles: [{ teamId, role: 'viewer' }] }] });
const secretOf = (link: unknown): string => String(link).split('#')[1]!;

async function ground(): Promise<Ground> {
  const person = await console.person(owner, { [teamId]: 'viewer' });
  const email = (await person.get('/api/session')).body.user.email as string;
  const invited = itemsOf<{ id: string; link: string }>(await invite())[0]!;
  return {
    person,
    email,
    sessionId: itemsOf<{ id: string }>(await person.get('/api/sessions'))[0]!.id,
    tokenId: (await person.post('/api/tokens', { name: 'script', teamId, role: 'viewer', expiresAt: inAnHour() })).body
      .id as string,
    invitationId: invited.id,
    invitation: secretOf(invited.link),
    reset: secretOf((await owner.post(`/api/users/${person.id}/password-reset`)).body.link),
  };
}

type Act = (on: Ground) => Promise<SpecAnswer>;
const ACTS: Record<string, Act> = {
  'signing in': ({ email }) => console.nobody().post('/api/session', { email, password }),
  'changing the own password': ({ person }) => person.put('/api/session/password', { current: password, password: another }),
  'ending a session': ({ person, sessionId }) => person.delete(`/api/sessions/${sessionId}`),
  'ending all sessions of a person': ({ person }) => owner.delete(`/api/users/${person.id}/sessions`),
  'ending a session of a person': ({ person, sessionId }) => owner.delete(`/api/users/${person.id}/sessions/${sessionId}`),
  'making a person': () => owner.post('/api/users', { email: `p-${randomUUID()}@example.com`, name: 'Ada Example', password }),
  'changing roles': ({ person }) => owner.patch(`/api/users/${person.id}`, { roles: [{ teamId, role: 'admin' }] }),
  'disabling a person': ({ person }) => owner.post(`/api/users/${person.id}/disable`),
  'deleting a person': ({ person }) => owner.delete(`/api/users/${person.id}`),
  'making a link to set a password': ({ person }) => owner.post(`/api/users/${person.id}/password-reset`),
  'setting a password by a link': ({ reset }) =>
    console.nobody().post('/api/password-reset/finish', { token: reset, password: another }),
  'making a token': ({ person }) => person.post('/api/tokens', { name: 'x', teamId, role: 'viewer', expiresAt: inAnHour() }),
  'deleting a token': ({ person, tokenId }) => person.delete(`/api/tokens/${tokenId}`),
  inviting: invite,
  'renewing an invitation': ({ invitationId }) => owner.post(`/api/invitations/${invitationId}/link`),
  'withdrawing an invitation': ({ invitationId }) => owner.delete(`/api/invitations/${invitationId}`),
  'accepting an invitation': ({ invitation }) =>
    console.nobody().post('/api/invitation/accept', { token: invitation, name: 'Ada Example', password: another }),
  'making a team': () => owner.post('/api/teams', { name: 'Theirs' }),
  'changing a team': () => owner.patch(`/api/teams/${teamId}`, { name: `Ours ${randomUUID()}` }),
};

async function without<T>(table: string, work: () => Promise<T>): Promise<T> {
  await console.database.run(`RENAME TABLE ${table} TO ${table}_away`);
  try {
    return await work();
  } finally {
    await console.database.run(`RENAME TABLE ${table}_away TO ${table}`);
  }
}

const rowsOf = async (table: string): Promise<string[]> =>
  (await console.database.query<object>(`SELECT * FROM ${table}`)).map((row) => JSON.stringify(row)).sort();
const state = async (): Promise<Record<string, string[]>> =>
  Object.fromEntries(await Promise.all(TABLES.map(async (table) => [table, await rowsOf(table)] as const)));

test.each(Object.keys(ACTS))(
  '%s fails, and changes nothing, where the line can not be written; else it writes one',
  async (name) => {
    const on = await ground();
    const before = await state();
    const refused = await without('audit', () => ACTS[name]!(on));
    expect(refused.status).toBe(500);
    expect(await state()).toEqual(before);
    const lines = (await rowsOf('audit')).length;
    expect((await ACTS[name]!(on)).status).toBeLessThan(300);
    expect((await rowsOf('audit')).length).toBeGreaterThan(lines);
    expect(await state()).not.toEqual(before);
  },
);

/** Of an act, a table that it comes to late. */
const LATE: [string, string][] = [
  ['signing in', 'sessions'],
  ['making a link to set a password', 'password_resets'],
  ['changing the own password', 'password_resets'],
  ['changing roles', 'memberships'],
  ['disabling a person', 'password_resets'],
  ['deleting a person', 'password_resets'],
  ['inviting', 'invitation_roles'],
  ['accepting an invitation', 'invitation_roles'],
  ['making a team', 'outbox'],
];

test.each(LATE)('%s writes no line, and changes nothing, where the change fails for want of %s', async (name, table) => {
  const on = await ground();
  const [before, lines] = [await state(), await rowsOf('audit')];
  expect((await without(table, () => ACTS[name]!(on))).status).toBe(500);
  expect(await rowsOf('audit')).toEqual(lines);
  expect(await state()).toEqual(before);
});
