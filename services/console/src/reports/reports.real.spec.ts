import { factsOfStatus } from '../candidates/facts.rules';
import { SpecConsole, type SpecAnswer, type SpecCaller } from '../console.fixture';
import { ReportsStore } from './reports.store';

const KEY = 'certn-key-of-sixteen-77aa';
let console: SpecConsole;
let owner: SpecCaller;
let teamId: string;
let count = 0;
let checkId = '';

beforeAll(async () => {
  console = await SpecConsole.open();
  owner = await console.signIn();
  console.vendors.certnKeys.set(KEY, 'ok');
  teamId = (await owner.post('/api/teams', { name: 'Team' })).body.id as string;
  await owner.put(`/api/teams/${teamId}/certn`, { apiKey: KEY, region: 'sandbox' });
});
afterAll(() => console.close());
beforeEach(async () => {
  console.vendors.report = { status: 'IN_PROGRESS' };
  console.vendors.reportsAsked = 0;
  console.vendors.broken = undefined;
  console.vendors.certnKeys.set(KEY, 'ok');
  checkId = `check-${(count += 1)}`;
  await status(1, { status: 'partial', reportReady: true });
});

async function status(version: number, over: object = {}, id = checkId, day = 1): Promise<void> {
  await console.readModel.record(
    factsOfStatus({
      teamId,
      opportunityId: `opp-${count}`,
      checkId: id,
      transitionAt: `2026-05-0${day}T10:00:00.000Z`,
      version,
      status: 'partial',
      servicesTotal: 2,
      servicesDone: 1,
      reportReady: true,
      caseId: 'case-1',
      occurredAt: '2026-05-01T11:00:00.000Z',
      ...over,
    }),
  );
}

const open = (caller = owner): Promise<SpecAnswer> =>
  caller.call('GET', `/reports/${checkId}`, undefined, { accept: 'text/html' });
const ready = (): void =>
  void (console.vendors.report = { status: 'COMPLETE', pdf_url: 'https://files.example.com/r.pdf?sig=1' });

describe('the link to a report', () => {
  test('has the report made, shows a page that goes on by itself, and leads to the fresh address', async () => {
    const first = await open();
    expect(first.status).toBe(200);
    expect(first.text).toContain('being prepared');
    expect(first.text).toMatch(new RegExp(`http-equiv="refresh" content="2; url=/reports/${checkId}"`));
    expect((await open()).text).toContain('being prepared');
    ready();
    const last = await open();
    expect([last.status, last.headers.location]).toEqual([303, 'https://files.example.com/r.pdf?sig=1']);
    expect(last.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(console.vendors.reportsAsked).toBe(1);
    const [line] = (await owner.get('/api/audit')).body.items;
    expect(line).toMatchObject({ action: 'report-opened', teamId, subject: checkId, email: 'owner@example.com' });
    const told = await console.database.query<{ outcome: string }>(
      'SELECT kind, outcome, check_id FROM timeline WHERE team_id = ?',
      [teamId],
    );
    expect(told).toContainEqual({ kind: 'command', outcome: 'report-opened', check_id: checkId });
    expect(told.filter((row) => row.outcome === 'report-opened')).toHaveLength(1);
    const stored = JSON.stringify(await console.database.query('SELECT * FROM reports'));
    expect(stored).not.toContain('files.example.com');
  });

  test('has it made again only when the check changed', async () => {
    ready();
    await open();
    expect((await open()).status).toBe(303);
    expect((await open()).status).toBe(303);
    expect(console.vendors.reportsAsked).toBe(1);
    await status(2, { status: 'complete', servicesDone: 2 });
    expect((await open()).text).toContain('being prepared');
    expect((await open()).status).toBe(303);
    expect(console.vendors.reportsAsked).toBe(2);
  });

  test('clicked by several at once has it made once', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => open()));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
    expect(console.vendors.reportsAsked).toBe(1);
  });

  test('says that it failed, and tries again when a person asks', async () => {
    await open();
    console.vendors.report = { status: 'FAILED' };
    expect((await open()).text).toContain('Try again');
    expect((await open()).text).toContain('Try again');
    expect(console.vendors.reportsAsked).toBe(1);
    ready();
    expect((await owner.call('POST', `/reports/${checkId}`)).text).toContain(`url=/reports/${checkId}`);
    await open();
    expect((await open()).status).toBe(303);
    expect(console.vendors.reportsAsked).toBe(2);
  });

  test('never leads to an address that is not https', async () => {
    console.vendors.report = { status: 'COMPLETE', pdf_url: 'http://files.example.com/r.pdf' };
    await open();
    const answer = await open();
    expect([answer.status, answer.headers.location]).toEqual([200, undefined]);
    expect(answer.text).toContain('Try again');
  });

  test('says that there is no report yet, and looks once more, since Lever may know of a result before the console does', async () => {
    checkId = `early-${count}`;
    await status(1, { status: 'analyzing', reportReady: false, servicesDone: 0 });
    const answer = await open();
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('There is no report yet')]);
    const again = /url=([^"]+)"/.exec(answer.text)?.[1];
    expect(again).toBe(`/reports/${checkId}?again=1`);
    expect((await owner.get(again!)).text).not.toContain('url=');
    expect(console.vendors.reportsAsked).toBe(0);
    await status(2, { status: 'partial', reportReady: true });
    expect((await owner.get(again!)).text).toContain('being prepared');
  });

  test('says that the candidate has a newer check', async () => {
    expect((await open()).text).not.toContain('newer check');
    await status(1, {}, `newer-${count}`, 2);
    expect((await open()).text).toContain('newer check');
  });

  test('says what stands in the way: Certn away, a refused key', async () => {
    console.vendors.broken = 503;
    const away = await open();
    expect(away.text).toContain('can not be reached');
    expect(away.text).toContain('http-equiv="refresh"');
    console.vendors.broken = undefined;
    console.vendors.certnKeys.set(KEY, 'unauthorized');
    expect((await open()).text).toContain('does not let us in');
    console.vendors.certnKeys.set(KEY, 'ok');
    expect((await open()).text).toContain('being prepared');
  });

  test('is not found for an unknown check', async () => {
    checkId = 'nobody';
    expect((await open()).status).toBe(404);
  });

  test('keeps to the strict policy of our pages', async () => {
    const { headers, text } = await open();
    expect(headers['content-security-policy']).toBe(
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;font-src 'self';connect-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'",
    );
    expect(text).not.toMatch(/<script|style=|onclick/);
    expect(headers['cache-control']).toBe('no-store');
  });
});

describe('the right to have a report made', () => {
  test('is taken by one of several clicks that saw the same', async () => {
    const store = console.app.get(ReportsStore);
    const taken = async (nowMs: number): Promise<number> => {
      const before = await store.read(checkId);
      const all = await Promise.all([1, 2, 3].map((n) => store.take(checkId, 1, before, nowMs + n)));
      return all.filter(Boolean).length;
    };
    expect(await taken(Date.now())).toBe(1);
    await store.set(checkId, 'preparing', 'file');
    expect(await taken(Date.now() + 1000)).toBe(1);
  });
});

describe('who is not signed in', () => {
  test('is led to the sign-in, which knows the way back', async () => {
    const asked = await open(console.nobody());
    expect([asked.status, asked.headers.location]).toEqual([303, `/sign-in?return=${encodeURIComponent(`/reports/${checkId}`)}`]);
  });
});

describe('a form', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  test('from another site is refused with a page', async () => {
    const caller = await console.signIn();
    const from = { ...form, origin: 'https://evil.example', accept: 'text/html' };
    const answer = await caller.call('POST', `/reports/${checkId}`, '', from);
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('<h1>');
  });

  test('is not how the API takes bodies', async () => {
    expect((await console.nobody().call('POST', '/api/session', 'email=x', form)).status).toBe(415);
  });
});

describe('bodies that are none', () => {
  test.each([
    ['not JSON', '{', 400],
    ['a list', '[]', 400],
    ['null', 'null', 400],
    ['nested deeper than anything needs', `{"a":${'['.repeat(30)}${']'.repeat(30)}}`, 400],
    ['with __proto__', '{"__proto__":{"owner":true}}', 400],
    ['with a constructor that has a prototype', '{"constructor":{"prototype":{}}}', 400],
    ['larger than 256 KiB', `{"email":"${'x'.repeat(300_000)}"}`, 413],
  ])('%s are refused with a cure', async (_, body, status) => {
    const answer = await console.nobody().post('/api/session', body);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      type: expect.stringMatching(/:(not-json|too-large)$/),
      status,
      cure: expect.stringMatching(/.{10}/),
    });
  });

  test('of another type are refused', async () => {
    expect((await console.nobody().call('POST', '/api/session', '<x/>', { 'content-type': 'application/xml' })).status).toBe(415);
  });

  test('nothing unforeseen was logged', () => expect(console.logged).toEqual([]));
});
