import { SECRET_FIELD } from '@lever-certn/events/team-settings';
import { itemsOf, SPEC_KEYRING, SpecConsole, type SpecCaller } from '../console.fixture';

let console: SpecConsole;
let owner: SpecCaller;
let team: string;
let teamId: string;
let count = 0;

const KEY = 'lever-key-of-sixteen-9f2c';
const CERTN_KEY = 'certn-key-of-sixteen-77aa';

beforeAll(async () => {
  console = await SpecConsole.open();
  owner = await console.signIn();
  console.vendors.leverKeys.set(KEY, 'ok').set('other-key-of-sixteen', 'ok').set('blind-key-of-sixteen', 'no-stages');
  console.vendors.certnKeys.set(CERTN_KEY, 'ok').set('certn-key-of-another-acct', 'ok');
});
afterAll(() => console.close());
beforeEach(async () => {
  console.vendors.broken = undefined;
  console.vendors.clockMs = undefined;
  console.vendors.opportunities = [];
  const made = await owner.post('/api/teams', { name: `Team ${(count += 1)}` });
  teamId = made.body.id as string;
  team = `/api/teams/${teamId}`;
});

const lever = (body: object = {}): object => ({
  apiKey: `${KEY}`,
  signatureTokens: [{ value: 'signature-token-of-lever' }],
  triggerStage: { id: `stage-of-${teamId}` },
  ...body,
});

/** A stage of its own for every team, since two teams of one account may not share one. */
async function setUp(): Promise<void> {
  console.vendors.stages.push({ id: `stage-of-${teamId}`, text: `Stage of ${teamId}` });
  expect((await owner.put(`${team}/lever`, lever())).status).toBe(200);
  expect((await owner.put(`${team}/certn`, { apiKey: CERTN_KEY, region: 'ca' })).status).toBe(200);
  const pack = await owner.post(`${team}/packages`, { name: 'Packages A', services: [{ type: 'IDENTITY_VERIFICATION_1' }] });
  expect((await owner.put(`${team}/default-package`, { packageId: pack.body.id })).status).toBe(200);
}

describe('saving the Lever connection', () => {
  test('tests the key, finds the stage by its name in any case, and tells nothing of the secrets', async () => {
    const answer = await owner.put(`${team}/lever`, lever({ triggerStage: { name: ' background CHECK ' } }));
    expect(answer.status).toBe(200);
    expect(answer.body.lever).toMatchObject({
      state: 'ok',
      triggerStage: { id: 'stage-check', name: 'Background Check' },
      apiKey: { endsIn: '9f2c', setAt: expect.any(String) },
      signatureTokens: [{ id: expect.any(String), endsIn: 'ever' }],
      webhookUrl: expect.stringMatching(/^https:\/\/hooks\.example\.com\/webhooks\/lever\/[0-9a-f]{32}$/),
    });
    expect(answer.text).not.toContain(KEY);
    expect(answer.text).not.toContain('signature-token-of-lever');
    await owner.delete(team);
  });

  test('publishes the settings whole, with the next version and sealed secrets', async () => {
    await owner.put(`${team}/lever`, lever({ triggerStage: undefined }));
    const published = console.settings(teamId);
    expect(published.map(({ version }) => version)).toEqual([1, 2]);
    const { apiKey, signatureTokens } = published[1]!.lever!;
    expect(SPEC_KEYRING.open(apiKey, { teamId, recordId: 'lever', field: SECRET_FIELD })).toBe(KEY);
    const [token] = signatureTokens;
    expect(SPEC_KEYRING.open(token!.value, { teamId, recordId: token!.id, field: SECRET_FIELD })).toBe(
      'signature-token-of-lever',
    );
    const rows = await console.database.query<{ settings: string; notes: string }>('SELECT * FROM teams WHERE id = ?', [teamId]);
    expect(JSON.stringify(rows)).not.toContain(KEY);
  });

  test.each([
    ['a key that Lever refuses', { apiKey: 'refused-key' }, 422, 'key-refused'],
    ['a key that may not read stages', { apiKey: 'blind-key-of-sixteen' }, 422, 'permission-missing'],
    ['a stage that is not there', { triggerStage: { name: 'Nowhere' } }, 422, 'stage-unknown'],
    ['a name of several stages', { triggerStage: { name: 'TWICE' } }, 422, 'stage-ambiguous'],
    ['a stage by id and name', { triggerStage: { id: 'stage-new', name: 'New applicant' } }, 400, 'invalid'],
    ['a token by id and value', { signatureTokens: [{ id: 'x', value: 'y' }] }, 400, 'invalid'],
    ['an unknown token id', { triggerStage: { id: 'stage-new' }, signatureTokens: [{ id: 'x' }] }, 400, 'invalid'],
    ['a key with a line break', { apiKey: 'two\nlines' }, 400, 'invalid'],
    ['a key that is a number', { apiKey: 5 }, 400, 'invalid'],
    ['six tokens', { signatureTokens: Array.from({ length: 6 }, () => ({ value: 'v' })) }, 400, 'invalid'],
  ])('%s is refused with a cure, and nothing is saved', async (_, body, status, type) => {
    const answer = await owner.put(`${team}/lever`, { ...lever({ triggerStage: { id: 'stage-new' } }), ...body });
    expect([answer.status, answer.body.type]).toEqual([status, `urn:lever-certn:problem:${type}`]);
    expect(answer.body.cure).toMatch(/.{10}/);
    if (String(type).startsWith('stage'))
      expect(answer.body.stages).toContainEqual({ id: 'stage-check', name: 'Background Check' });
    expect((await owner.get(team)).body.version).toBe(1);
  });

  test('while Lever can not be reached is saved, its state unknown', async () => {
    console.vendors.broken = 503;
    const answer = await owner.put(`${team}/lever`, lever({ triggerStage: { name: 'Background Check' } }));
    expect(answer.status).toBe(200);
    expect(answer.body.lever).toMatchObject({
      state: 'unknown',
      reason: 'unavailable',
      triggerStage: { id: null, name: 'Background Check' },
    });
  });

  test('keeps what is left out, and of the tokens what is named by id', async () => {
    await owner.put(`${team}/lever`, lever({ triggerStage: { id: 'stage-new' }, performAs: 'user-1' }));
    const before = (await owner.get(team)).body.lever;
    const answer = await owner.put(`${team}/lever`, {
      signatureTokens: [{ id: before.signatureTokens[0].id }, { value: 'second-token-of-lever' }],
    });
    expect(answer.body.lever).toMatchObject({ apiKey: before.apiKey, performAs: 'user-1', triggerStage: before.triggerStage });
    expect(answer.body.lever.signatureTokens).toEqual([before.signatureTokens[0], expect.objectContaining({ endsIn: 'ever' })]);
    const dropped = await owner.put(`${team}/lever`, {
      signatureTokens: [{ id: answer.body.lever.signatureTokens[1].id }],
      performAs: null,
    });
    expect(dropped.body.lever).toMatchObject({ performAs: null, signatureTokens: [answer.body.lever.signatureTokens[1]] });
    await owner.delete(team);
  });

  test('with the stage of another team of the account is a conflict', async () => {
    await setUp();
    const second = await owner.post('/api/teams', { name: 'Second' });
    const answer = await owner.put(`/api/teams/${second.body.id}/lever`, {
      apiKey: KEY,
      triggerStage: { id: `stage-of-${teamId}` },
    });
    expect([answer.status, answer.body.type]).toEqual([409, 'urn:lever-certn:problem:stage-taken']);
    expect(
      (
        await owner.put(`/api/teams/${second.body.id}/lever`, {
          apiKey: 'other-key-of-sixteen',
          triggerStage: { id: `stage-of-${teamId}` },
        })
      ).status,
    ).toBe(200);
  });

  test('a key that sees none of the known candidates belongs to another account', async () => {
    await setUp();
    await console.database.run(
      `INSERT INTO candidates (team_id, opportunity_id, moved_at) VALUES (?, 'opp-known', UTC_TIMESTAMP(3))`,
      [teamId],
    );
    const answer = await owner.put(`${team}/lever`, { apiKey: 'other-key-of-sixteen' });
    expect([answer.status, answer.body.type]).toEqual([422, 'urn:lever-certn:problem:other-account']);
    console.vendors.opportunities = [{ id: 'opp-known', stage: 'stage-new', stageChanges: [] }];
    expect((await owner.put(`${team}/lever`, { apiKey: 'other-key-of-sixteen' })).status).toBe(200);
  });
});

describe('testing connections', () => {
  test('says per permission of the Lever key whether it works', async () => {
    await setUp();
    await console.database.run(`INSERT INTO steps_seen VALUES (?, 'tag', 'forbidden', UTC_TIMESTAMP(3))`, [teamId]);
    const answer = await owner.post(`${team}/lever/test`);
    expect(answer.body).toMatchObject({ state: 'broken', reason: 'forbidden', cure: expect.any(String) });
    expect(answer.body.permissions).toEqual([
      { permission: 'Read stages', state: 'works', cure: null },
      { permission: 'Read opportunity info', state: 'works', cure: null },
      { permission: 'Write opportunity tags', state: 'missing', cure: expect.stringContaining('make a new key') },
      { permission: 'Write opportunity links', state: 'unknown', cure: expect.any(String) },
    ]);
  });

  test('says that Lever refuses the key, and the team shows it', async () => {
    await setUp();
    console.vendors.leverKeys.set(KEY, 'unauthorized');
    expect((await owner.post(`${team}/lever/test`)).body).toMatchObject({ state: 'broken', reason: 'unauthorized' });
    expect((await owner.get(team)).body).toMatchObject({
      lever: { state: 'broken' },
      warnings: expect.arrayContaining([expect.objectContaining({ part: 'lever-broken' })]),
    });
    console.vendors.leverKeys.set(KEY, 'ok');
    expect((await owner.post(`${team}/lever/test`)).body).toMatchObject({ state: 'ok' });
    expect((await owner.get(team)).body.lever.state).toBe('ok');
  });

  test('of Certn: refused, not reached, not set up', async () => {
    expect((await owner.post(`${team}/certn/test`)).body.type).toContain('not-set-up');
    await setUp();
    expect((await owner.post(`${team}/certn/test`)).body).toMatchObject({ state: 'ok' });
    console.vendors.broken = 500;
    expect((await owner.post(`${team}/certn/test`)).body).toMatchObject({
      state: 'unknown',
      reason: 'unavailable',
      permissions: [{ permission: 'Read cases', state: 'unknown' }, { permission: 'Order checks' }],
    });
    console.vendors.broken = undefined;
    for (const reason of ['unauthorized', 'forbidden'] as const) {
      console.vendors.certnKeys.set(CERTN_KEY, reason);
      const { body } = await owner.post(`${team}/certn/test`);
      expect(body).toMatchObject({ state: 'broken', reason, cure: expect.stringMatching(/.{10}/) });
      expect(body.permissions[0]).toMatchObject({
        permission: 'Read cases',
        state: 'missing',
        cure: expect.stringContaining('read cases'),
      });
      expect((await owner.get(team)).body).toMatchObject({ certn: { state: 'broken' } });
    }
    console.vendors.certnKeys.set(CERTN_KEY, 'ok');
    expect((await owner.post(`${team}/certn/test`)).body).toMatchObject({ state: 'ok' });
  });
});

describe('saving the Certn connection', () => {
  test.each([
    ['without a region', { apiKey: CERTN_KEY }, 400],
    ['without a key', { region: 'ca' }, 400],
    ['with a key that is refused', { apiKey: 'refused-key', region: 'ca' }, 422],
    ['with a region that is none', { apiKey: CERTN_KEY, region: 'moon' }, 400],
    ['with an end that is no time', { apiKey: CERTN_KEY, region: 'ca', keyExpiresAt: 'soon' }, 400],
  ])('%s is refused with a cure', async (_, body, status) => {
    const answer = await owner.put(`${team}/certn`, body);
    expect(answer.status).toBe(status);
    expect(answer.body.cure).toMatch(/.{10}/);
  });

  test('a key that can not read the case of an open check belongs to another account', async () => {
    await setUp();
    await console.database.run(
      `INSERT INTO candidates (team_id, opportunity_id, moved_at, status_rank, status_check_id, check_status) VALUES (?, 'o', UTC_TIMESTAMP(3), 'x', ?, 'pending')`,
      [teamId, `check-${teamId}`],
    );
    await console.database.run(
      `INSERT INTO checks (check_id, team_id, opportunity_id, transition_at, version, status, case_id) VALUES (?, ?, 'o', UTC_TIMESTAMP(3), 1, 'pending', 'case-7')`,
      [`check-${teamId}`, teamId],
    );
    const answer = await owner.put(`${team}/certn`, { apiKey: 'certn-key-of-another-acct' });
    expect([answer.status, answer.body.type]).toEqual([422, 'urn:lever-certn:problem:other-account']);
    console.vendors.cases.set('certn-key-of-another-acct', ['case-7']);
    expect((await owner.put(`${team}/certn`, { apiKey: 'certn-key-of-another-acct' })).status).toBe(200);
    expect((await owner.delete(team)).body).toMatchObject({ openChecks: 1 });
  });

  test('warns of a key that ends soon and of a missing webhook secret', async () => {
    const keyExpiresAt = new Date(Date.now() + 10 * 86_400_000).toISOString();
    const answer = await owner.put(`${team}/certn`, { apiKey: CERTN_KEY, region: 'ca', keyExpiresAt });
    expect(answer.body.warnings).toMatchObject([{ part: 'certn-webhook-secret' }, { part: 'certn-key-expires' }]);
  });
});

describe('packages', () => {
  const made = (body: object): Promise<{ status: number; body: { id: string; type?: string } }> =>
    owner.post(`${team}/packages`, body);
  const services = [{ type: 'IDENTITY_VERIFICATION_1' }];

  test.each([
    ['without services', { name: 'A' }],
    ['with services and a package of Certn', { name: 'A', services, certnPackageId: 'p' }],
    ['with an empty list', { name: 'A', services: [] }],
    ['with a service twice', { name: 'A', services: [...services, ...services] }],
    ['without a name', { services }],
    ['with a name of spaces', { name: '   ', services }],
    [
      'with arguments that are nested too deep',
      { name: 'A', services: [{ type: 'X', arguments: { a: { a: { a: { a: { a: { a: 1 } } } } } } }] },
    ],
    ['with arguments that are a list', { name: 'A', services: [{ type: 'X', arguments: [] }] }],
  ])('%s are refused with a cure', async (_, body) => {
    const answer = await made(body);
    expect([answer.status, answer.body.type]).toEqual([400, 'urn:lever-certn:problem:invalid']);
  });

  test('of one team differ in name after trimming, composition and case', async () => {
    await made({ name: 'Café Basic', services });
    const answer = await made({ name: '  CAFE\u0301 basic', services });
    expect([answer.status, answer.body.type]).toEqual([409, 'urn:lever-certn:problem:name-taken']);
    expect((await made({ name: 'certn - pending', services })).status).toBe(409);
  });

  test('the default one can be neither deleted nor deactivated, another one can', async () => {
    const first = (await made({ name: 'First', services })).body.id;
    const second = (await made({ name: 'Second', certnPackageId: 'p-2' })).body.id;
    expect((await owner.put(`${team}/default-package`, { packageId: first })).body.defaultPackageId).toBe(first);
    expect((await owner.delete(`${team}/packages/${first}`)).status).toBe(409);
    expect((await owner.patch(`${team}/packages/${first}`, { active: false })).status).toBe(409);
    expect((await owner.patch(`${team}/packages/${second}`, { active: false })).body).toMatchObject({
      active: false,
      certnPackageId: 'p-2',
    });
    expect((await owner.put(`${team}/default-package`, { packageId: second })).status).toBe(409);
    expect((await owner.delete(`${team}/packages/${second}`)).status).toBe(204);
    expect((await owner.delete(`${team}/packages/${second}`)).status).toBe(404);
    expect((await owner.get(`${team}/packages`)).body.items).toMatchObject([{ id: first, isDefault: true }]);
  });

  test('change from services to a package of Certn as a whole', async () => {
    const { id } = (await made({ name: 'First', services })).body;
    const answer = await owner.patch(`${team}/packages/${id}`, { certnPackageId: 'p-1', name: 'Renamed' });
    expect(answer.body).toEqual({ id, name: 'Renamed', certnPackageId: 'p-1', active: true, isDefault: false });
    expect(console.settings(teamId).at(-1)!.packages[0]).toEqual({
      packageId: id,
      name: 'Renamed',
      certnPackageId: 'p-1',
      active: true,
    });
  });
});

describe('enabling', () => {
  const enable = (body: object = {}): Promise<{ status: number; body: Record<string, unknown> }> =>
    owner.post(`${team}/enable`, body);

  test('names what is missing, in the order in which it is set up', async () => {
    const answer = await enable();
    expect(answer.status).toBe(409);
    expect((answer.body.missing as { part: string }[]).map(({ part }) => part)).toEqual([
      'lever-key',
      'signature-token',
      'trigger-stage',
      'default-package',
      'certn-key',
    ]);
  });

  test('counts from Lever’s own clock, once', async () => {
    await setUp();
    console.vendors.clockMs = Date.parse('2026-03-01T12:00:00Z');
    expect((await enable()).body).toMatchObject({ enabled: true, activeSince: '2026-03-01T12:00:01.000Z' });
    console.vendors.clockMs = Date.parse('2026-03-01T13:00:00Z');
    expect((await enable()).body.activeSince).toBe('2026-03-01T12:00:01.000Z');
    expect(console.settings(teamId).at(-1)).toMatchObject({ enabled: true, activeSince: '2026-03-01T12:00:01.000Z' });
  });

  test('waits for Lever, since without its clock nobody knows from when on moves count', async () => {
    await setUp();
    console.vendors.broken = 503;
    expect((await enable()).status).toBe(503);
    expect((await owner.get(team)).body.enabled).toBe(false);
  });

  test('after a pause in which nobody moved goes on as before', async () => {
    await setUp();
    console.vendors.clockMs = Date.parse('2026-03-01T12:00:00Z');
    await enable();
    expect((await owner.post(`${team}/disable`)).body.enabled).toBe(false);
    console.vendors.clockMs = undefined;
    expect((await enable()).body).toMatchObject({ enabled: true, activeSince: '2026-03-01T12:00:01.000Z' });
  });

  const pausedWith = async (count: number): Promise<Record<string, unknown>> => {
    console.published.length = 0;
    await setUp();
    console.vendors.clockMs = Date.parse('2026-03-01T12:00:00Z');
    await enable();
    await owner.post(`${team}/disable`);
    console.vendors.clockMs = undefined;
    const stage = `stage-of-${teamId}`;
    const movedAt = (id: string, updatedAt: number): (typeof console.vendors.opportunities)[number] => ({
      id,
      stage,
      stageChanges: [{ toStageId: stage, updatedAt }],
    });
    console.vendors.opportunities = [
      movedAt('before', Date.parse('2026-03-01T12:30:00Z')),
      ...[...Array(count).keys()].map((number) => movedAt(`moved-${number}`, Date.now())),
    ];
    const asked = await enable();
    expect([asked.status, asked.body.movedMeanwhile]).toEqual([409, Math.min(count, 500)]);
    expect((await owner.get(team)).body.enabled).toBe(false);
    return asked.body;
  };

  test('after a pause asks whether those who moved meanwhile are included, and leaves them out', async () => {
    const { now } = await pausedWith(2);
    expect((await enable({ includeSince: now })).body).toMatchObject({ enabled: true, activeSince: now });
    expect(console.commands()).toEqual([]);
  });

  test('with those who moved meanwhile has each of them looked at with the new settings, since nobody did during the pause', async () => {
    const { pausedSince } = await pausedWith(2);
    const enabled = await enable({ includeSince: pausedSince });
    expect(enabled.body).toMatchObject({ enabled: true, activeSince: '2026-03-01T12:00:01.000Z' });
    const look = { type: 'look', teamId, settingsVersion: enabled.body.version };
    expect(console.commands()).toMatchObject([
      { ...look, opportunityId: 'moved-0' },
      { ...look, opportunityId: 'moved-1' },
    ]);
  });

  test('of more than five hundred who moved meanwhile starts no check: they can only be left out', async () => {
    const { atLeast, now, pausedSince } = await pausedWith(501);
    expect(atLeast).toBe(true);
    expect((await enable({ includeSince: pausedSince })).status).toBe(409);
    expect((await owner.get(team)).body.enabled).toBe(false);
    expect(console.commands()).toEqual([]);
    expect((await enable({ includeSince: now })).body.enabled).toBe(true);
  });

  test('after a pause with those who moved meanwhile leaves the time as it was', async () => {
    await setUp();
    console.vendors.clockMs = Date.parse('2026-03-01T12:00:00Z');
    await enable();
    await owner.post(`${team}/disable`);
    console.vendors.clockMs = undefined;
    expect((await enable({ includeSince: '2026-03-01T12:00:01.000Z' })).body).toMatchObject({
      enabled: true,
      activeSince: '2026-03-01T12:00:01.000Z',
    });
  });

  test.each([
    ['before it was active', '2026-02-01T12:00:00.000Z', 'too-early'],
    ['that is to come', '2100-01-01T00:00:00.000Z', 'ahead'],
  ])('refuses to include since a time %s', async (_, includeSince, message) => {
    await setUp();
    console.vendors.clockMs = Date.parse('2026-03-01T12:00:00Z');
    await enable();
    await owner.post(`${team}/disable`);
    const answer = await enable({ includeSince });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ field: 'includeSince', message }]);
  });

  test('with another stage begins anew, also while it is enabled', async () => {
    await setUp();
    console.vendors.clockMs = Date.parse('2026-03-01T12:00:00Z');
    await enable();
    console.vendors.stages.push({ id: `other-${teamId}`, text: `Other of ${teamId}` });
    console.vendors.clockMs = Date.parse('2026-03-02T12:00:00Z');
    const answer = await owner.put(`${team}/lever`, { triggerStage: { id: `other-${teamId}` } });
    expect(answer.body).toMatchObject({ enabled: true, activeSince: '2026-03-02T12:00:01.000Z' });
    console.vendors.broken = 503;
    expect((await owner.put(`${team}/lever`, { triggerStage: { id: `stage-of-${teamId}` } })).status).toBe(503);
  });

  test('finds a stage whose name only was known', async () => {
    await setUp();
    console.vendors.broken = 503;
    await owner.put(`${team}/lever`, { triggerStage: { name: `Stage of ${teamId}` } });
    expect((await owner.get(team)).body.lever.triggerStage.id).toBeNull();
    console.vendors.broken = undefined;
    expect((await enable()).body).toMatchObject({ enabled: true, lever: { triggerStage: { id: `stage-of-${teamId}` } } });
  });
});

describe('a team', () => {
  test('is listed by name, page by page, to those who are of it', async () => {
    const admin = await console.person(owner, { [teamId]: 'admin' });
    expect((await admin.get('/api/teams')).body).toMatchObject({ items: [{ id: teamId }], next: null });
    const seen: string[] = [];
    for (let after: string | null = ''; after !== null;) {
      const page = await owner.get(`/api/teams?limit=7${after ? `&after=${after}` : ''}`);
      seen.push(...itemsOf<{ id: string }>(page).map(({ id }) => id));
      after = page.body.next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toContain(teamId);
  });

  test.each(['limit=0', 'limit=201', 'limit=x', 'after=nonsense', 'after=W10', 'unknown=1'])(
    'refuses the query %s with a cure',
    async (query) => {
      const answer = await owner.get(`/api/teams?${query}`);
      expect([answer.status, answer.body.type]).toEqual([400, 'urn:lever-certn:problem:invalid']);
    },
  );

  test('that is deleted is gone for everyone, and its settings end in a tombstone', async () => {
    const viewer = await console.person(owner, { [teamId]: 'viewer' });
    expect((await owner.delete(team)).status).toBe(204);
    expect((await viewer.get(team)).status).toBe(404);
    expect((await owner.get(team)).status).toBe(404);
    expect(console.published.at(-1)).toEqual({ topic: 'team-settings', event: null, key: teamId });
    expect((await owner.put(`${team}/lever`, lever())).status).toBe(404);
  });

  test('two saves at once both count', async () => {
    await Promise.all([
      owner.patch(team, { tagProfile: 'current' }),
      owner.patch(team, { shareResults: true }),
      owner.patch(team, { name: 'Both' }),
    ]);
    expect((await owner.get(team)).body).toMatchObject({ version: 4, tagProfile: 'current', shareResults: true, name: 'Both' });
    const versions = console.settings(teamId).map(({ version }) => version);
    // The newest may be published twice, so that the topic ends with it.
    expect([...new Set(versions)].sort()).toEqual([1, 2, 3, 4]);
    expect(versions.at(-1)).toBe(4);
  });

  test('saved while the broker is away waits in the outbox', async () => {
    console.brokerAway = true;
    expect((await owner.patch(team, { name: 'Waits' })).status).toBe(200);
    console.brokerAway = false;
    const rows = await console.database.query<{ version: number }>('SELECT version FROM outbox WHERE aggregate_id = ?', [teamId]);
    expect(rows).toEqual([{ version: 2 }]);
  });
});
