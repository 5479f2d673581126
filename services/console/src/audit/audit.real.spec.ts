import { itemsOf, SpecConsole, type SpecCaller } from '../console.fixture';
import { AuditStore } from './audit.store';

/** Opening a console takes seconds where others work on the same machine. */
interface Line {
  action: string;
  says: string;
  at: string;
  email: string | null;
  teamName: string | null;
  subjectEmail: string | null;
  changes: { field: string; from: string | null; to: string | null }[];
}

let console: SpecConsole;
let owner: SpecCaller;
let teamId: string;
const newest = async (query = ''): Promise<Line> => itemsOf<Line>(await owner.get(`/api/audit?limit=1${query}`))[0]!;

beforeAll(async () => {
  console = await SpecConsole.open();
  owner = await console.signIn();
  teamId = (await owner.post('/api/teams', { name: 'Ours' })).body.id as string;
});
afterAll(() => console.close());

describe('the audit tells old and new', () => {
  test('of a team', async () => {
    await owner.patch(`/api/teams/${teamId}`, { name: 'Ours Ltd', shareResults: true });
    expect(await newest()).toMatchObject({
      says: 'Changed a team',
      email: 'owner@example.com',
      teamName: 'Ours Ltd',
      changes: [
        { field: 'name', from: 'Ours', to: 'Ours Ltd' },
        { field: 'shareResults', from: 'false', to: 'true' },
      ],
    });
  });

  test('of a Lever connection, whose key and tokens are told by their endings only', async () => {
    const [first, second] = ['lever-key-of-the-audit-aaaa', 'lever-key-of-the-audit-bbbb'];
    for (const key of [first, second]) console.vendors.leverKeys.set(key, 'ok');
    await owner.put(`/api/teams/${teamId}/lever`, { apiKey: first, signatureTokens: [{ value: 'signature-token-cccc' }] });
    await owner.put(`/api/teams/${teamId}/lever`, { apiKey: second });
    expect((await newest()).changes).toEqual([{ field: 'lever.apiKey', from: 'ends in aaaa', to: 'ends in bbbb' }]);
    const { text } = await owner.get('/api/audit?limit=200');
    expect(text).toContain('ends in cccc');
    for (const secret of [first, second, 'signature-token']) expect(text).not.toContain(secret);
  });

  test('of packages and of the default', async () => {
    const { body } = await owner.post(`/api/teams/${teamId}/packages`, { name: 'Basic', certnPackageId: 'p-1' });
    const field = `package.${body.id as string}`;
    expect((await newest()).changes).toContainEqual({ field, from: null, to: 'Basic: Certn package p-1' });
    await owner.patch(`/api/teams/${teamId}/packages/${body.id as string}`, { active: false });
    expect((await newest()).changes).toContainEqual({
      field,
      from: 'Basic: Certn package p-1',
      to: 'Basic (deactivated): Certn package p-1',
    });
  });

  test('of a person: roles and that a password was set, never a name or the password', async () => {
    const person = await console.person(owner, { [teamId]: 'viewer' });
    await owner.patch(`/api/users/${person.id}`, {
      name: 'Secret Newname',
      password: 'another password of twelve',
      roles: [{ teamId, role: 'admin' }],
    });
    const line = await newest();
    expect(line).toMatchObject({ action: 'user-changed', subjectEmail: expect.stringMatching(/^person-.*@example\.com$/) });
    expect(line.changes).toEqual([
      { field: `role.${teamId}`, from: 'viewer', to: 'admin' },
      { field: 'name', from: null, to: 'changed' },
      { field: 'password', from: null, to: 'set' },
    ]);
    const rows = await console.database.query<{ detail: string | null; subject: string | null }>(
      'SELECT detail, subject FROM audit',
    );
    const stored = JSON.stringify(rows);
    for (const word of ['Secret Newname', 'another password', '@example.com']) expect(stored).not.toContain(word);
  });
});

describe('the audit is filtered', () => {
  test('by action, by person and by time, together', async () => {
    const person = await console.person(owner, { [teamId]: 'admin' });
    await person.patch(`/api/teams/${teamId}`, { name: 'By Somebody' });
    const lines = itemsOf<Line>(await owner.get(`/api/audit?action=team-changed&person=${person.id}`));
    expect(lines.map(({ changes }) => changes[0]?.to)).toEqual(['By Somebody']);
    const { at } = lines[0]!;
    const just = new Date(Date.parse(at) + 1000).toISOString();
    const query = `action=team-changed&person=${person.id}`;
    expect(itemsOf(await owner.get(`/api/audit?${query}&from=${at}&until=${just}`))).toHaveLength(1);
    expect(itemsOf(await owner.get(`/api/audit?${query}&until=${at}`))).toHaveLength(0);
    expect(itemsOf(await owner.get(`/api/audit?${query}&from=${just}`))).toHaveLength(0);
  });

  test('by what is known only, and says so otherwise', async () => {
    for (const query of ['action=something', 'from=yesterday']) expect((await owner.get(`/api/audit?${query}`)).status).toBe(400);
    const { actions } = (await owner.get('/api/audit-choices')).body as { actions: object[] };
    expect(actions).toContainEqual({ action: 'lever-saved', says: 'Saved the Lever connection' });
  });
});

describe('the audit as a table', () => {
  test('has all lines of the filter, in words, with no cell that a spreadsheet runs', async () => {
    await owner.patch(`/api/teams/${teamId}`, { name: '=1+1' });
    const { headers, text } = await owner.get('/api/audit.csv?action=team-changed');
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(text.split('\r\n')[0]).toBe('\ufeffTime (UTC),Who,By,From,Team,What,Action,Subject,Changes,Times,Details');
    expect(text).toContain('Changed a team');
    // The name of the team stands in a cell of its own.
    expect(text).toContain(",'=1+1,");
    expect(text).not.toMatch(/(^|[,\n])"?=1\+1/);
    const lines = itemsOf(await owner.get('/api/audit?action=team-changed&limit=200'));
    expect(text.trim().split('\r\n')).toHaveLength(lines.length + 1);
    expect((await newest()).action).toBe('audit-exported');
  });

  test('goes on over pages, and shows admins their own teams only', async () => {
    const store = console.app.get(AuditStore);
    const lines = [...Array(1100)].map(() => ({ action: 'checked-again' as const, teamId }));
    await store.change((_, tell) => tell(undefined, ...lines));
    expect((await owner.get('/api/audit.csv?action=checked-again')).text.trim().split('\r\n')).toHaveLength(1101);
    const otherId = (await owner.post('/api/teams', { name: 'Theirs' })).body.id as string;
    const other = await console.person(owner, { [otherId]: 'admin' });
    const { text } = await other.get('/api/audit.csv');
    expect(text).not.toContain(teamId);
    expect((await other.get(`/api/audit.csv?team=${teamId}`)).status).toBe(404);
  });
});
