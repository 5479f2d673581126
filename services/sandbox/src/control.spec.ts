import { ControlClient } from './control-client.fixture';
import { DEMO } from './demo-seed';
import { startSandbox, type Sandbox } from './sandbox';

let sandbox: Sandbox;
let control: ControlClient;

beforeEach(async () => {
  sandbox = await startSandbox();
  control = new ControlClient(sandbox.url);
});

afterEach(() => sandbox.stop());

const basic = (key: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
});
const lever = (path: string, key: string = DEMO.leverKey): Promise<Response> =>
  fetch(sandbox.leverUrl + path, { headers: basic(key) });
const certn = (path: string, key: string = DEMO.certnKey, body?: object): Promise<Response> =>
  fetch(`${sandbox.certnUrl}/api/public${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Api-Key ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body && JSON.stringify(body),
  });
const order = (email: string): Promise<Response> =>
  certn('/cases/order/', DEMO.certnKey, {
    email_address: email,
    send_invite_email: true,
    check_types_with_arguments: { CREDIT_REPORT_1: {} },
  });
const OPPORTUNITIES = '/lever/accounts/demo/opportunities';

describe('the demo account', () => {
  it('is there from the start, with the trigger stage and candidates of example.com', async () => {
    const people = await control.get(OPPORTUNITIES);
    expect(people.length).toBeGreaterThanOrEqual(8);
    for (const { emails } of people) for (const email of emails) expect(email).toMatch(/@example\.com$/);
    const { stages, signatureToken } = await control.get('/lever/accounts/demo');
    expect(stages).toContainEqual({ id: 'background-check', text: DEMO.triggerStage });
    expect(signatureToken).toBe(DEMO.signatureToken);
    expect((await lever('/stages')).status).toBe(200);
    expect((await certn('/groups/')).status).toBe(200);
  });

  it('is not there where nothing was asked for', async () => {
    await control.post('/reset');
    expect(await control.get('/lever/accounts')).toEqual([]);
    expect((await lever('/stages')).status).toBe(401);
    await control.post('/reset', { seed: true });
    expect((await lever('/stages')).status).toBe(200);
  });
});

describe('tenants', () => {
  it('see nothing of each other', async () => {
    const made = await control.post('/tenants', { id: 'two', leverKey: 'k2', certnKey: 'c2', stages: ['Only'] });
    expect(made).toMatchObject({ id: 'two', lever: { keys: [{ key: 'k2' }] }, certn: { keys: [{ key: 'c2' }] } });
    const { id } = await control.post(OPPORTUNITIES, { name: 'Ada', stage: 'Offer' });
    expect((await lever(`/opportunities/${id}`, 'k2')).status).toBe(404);
    const { id: caseId } = (await (await order('ada@example.com')).json()) as { id: string };
    expect((await certn(`/cases/${caseId}/`, 'c2')).status).toBe(404);
    expect(await control.get('/orders/two')).toMatchObject({ count: 0 });
  });

  it('can not be made twice, and are gone with their keys when deleted', async () => {
    await expect(control.post('/lever/accounts', { id: 'demo' })).rejects.toThrow('409');
    expect((await lever('/stages')).status).toBe(200);
    await control.delete('/lever/accounts/demo');
    await control.delete('/certn/accounts/demo');
    expect((await lever('/stages')).status).toBe(401);
    expect((await certn('/groups/')).status).toBe(401);
  });
});

describe('keys', () => {
  it('can be refused and taken back', async () => {
    await control.put(`/lever/accounts/demo/keys/${DEMO.leverKey}`, { refused: true });
    await control.put(`/certn/accounts/demo/keys/${DEMO.certnKey}`, { refused: true });
    expect([(await lever('/stages')).status, (await certn('/groups/')).status]).toEqual([401, 401]);
    await control.put(`/lever/accounts/demo/keys/${DEMO.leverKey}`, { refused: false });
    await control.put(`/certn/accounts/demo/keys/${DEMO.certnKey}`, { refused: false });
    expect([(await lever('/stages')).status, (await certn('/groups/')).status]).toEqual([200, 200]);
  });

  it('may be several, each with grants of its own', async () => {
    await control.put('/lever/accounts/demo/keys/second', { permissions: ['stages:read'] });
    expect((await lever('/stages', 'second')).status).toBe(200);
    expect((await lever('/opportunities', 'second')).status).toBe(403);
    await control.delete('/lever/accounts/demo/keys/second');
    expect((await lever('/stages', 'second')).status).toBe(401);
  });

  it.each([
    ['a bearer', { authorization: `Bearer ${DEMO.leverKey}` }],
    ['a password', { authorization: `Basic ${Buffer.from(`${DEMO.leverKey}:x`).toString('base64')}` }],
    ['nothing', {}],
  ])('are refused as %s', async (_, headers) => {
    expect((await fetch(`${sandbox.leverUrl}/stages`, { headers: headers as Record<string, string> })).status).toBe(401);
  });
});

describe('what is written to the control API', () => {
  it.each([
    ['an unknown field', '/faults', { on: 'lever', kind: 'reset', tims: 1 }, '400'],
    ['an unknown kind', '/faults', { on: 'lever', kind: 'explode' }, '400'],
    ['a kind of the other sort', '/faults', { on: 'lever', kind: 'lose' }, '400'],
    ['a missing field', '/faults', { on: 'lever' }, '400'],
    ['an unknown account', '/lever/accounts/none/opportunities', {}, '404'],
    ['an unknown stage', OPPORTUNITIES, { stage: 'none' }, '404'],
    ['an unknown action', '/certn/cases/none/act', { action: 'explode' }, '400'],
    ['an unknown case', '/certn/cases/none/act', { action: 'open' }, '404'],
    ['an unknown scenario', '/scenario-runs', { account: 'demo', email: 'a@example.com', scenario: 'none' }, '404'],
  ])('with %s is refused', async (_, path, body, status) => {
    await expect(control.post(path, body)).rejects.toThrow(status);
  });

  it('with a rate that is none is refused', async () => {
    await expect(control.put('/limits', { lever: 'fast' })).rejects.toThrow('400');
  });
});

describe('candidates', () => {
  it('are moved by name of the stage in any case, and Lever remembers each move at a time of its own', async () => {
    const { id } = await control.post(OPPORTUNITIES, { stage: 'Offer' });
    for (let move = 0; move < 5; move += 1)
      await control.post(`${OPPORTUNITIES}/${id}/move`, { stage: move % 2 ? 'OFFER' : ' background check ' });
    const { stageChanges, stageName } = await control.get<{ stageChanges: { updatedAt: number }[]; stageName: string }>(
      `${OPPORTUNITIES}/${id}`,
    );
    const times = stageChanges.map(({ updatedAt }) => updatedAt);
    expect(new Set(times).size).toBe(6);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(stageName).toBe(DEMO.triggerStage);
  });

  it('can be made and moved by the thousand', async () => {
    const { ids } = await control.post<{ ids: string[] }>(OPPORTUNITIES, { count: 2_000, prefix: 'many', stage: 'Offer' });
    expect(new Set(ids).size).toBe(2_000);
    expect(await control.post('/lever/accounts/demo/moves', { ids, stage: DEMO.triggerStage, webhook: false })).toEqual({
      moved: 2_000,
    });
    expect(await control.get('/tally/demo?stage=background-check')).toMatchObject({
      opportunities: 2_000,
      orders: { 0: 2_000 },
      exact: 0,
    });
  });

  it('can be changed, and deleted', async () => {
    const { id } = await control.post(OPPORTUNITIES, { emails: [] });
    const changed = await control.patch(`${OPPORTUNITIES}/${id}`, {
      emails: ['cured@example.com'],
      archived: true,
      contactAllowed: false,
      stageChanges: null,
    });
    expect(changed).toMatchObject({
      emails: ['cured@example.com'],
      stageChanges: null,
      dataProtection: { contact: { allowed: false } },
    });
    expect(changed.archived.archivedAt).toEqual(expect.any(Number));
    await control.delete(`${OPPORTUNITIES}/${id}`);
    expect((await lever(`/opportunities/${id}`)).status).toBe(404);
  });

  it('may be two of one person', async () => {
    const first = await control.post(OPPORTUNITIES, { name: 'Ada', emails: ['ada@example.com'] });
    const second = await control.post(OPPORTUNITIES, { contactId: first.contact });
    expect(second).toMatchObject({ name: 'Ada', emails: ['ada@example.com'], contact: first.contact });
  });
});

describe('counts', () => {
  it('tell who has exactly one order and one tag, and who has not', async () => {
    const people = await Promise.all(
      ['a', 'b', 'c', 'd'].map((who) =>
        control.post<{ id: string }>(OPPORTUNITIES, { emails: [`${who}@example.com`], stage: DEMO.triggerStage }),
      ),
    );
    const tag = (id: string, tags: string[]): Promise<unknown> => control.patch(`${OPPORTUNITIES}/${id}`, { tags });
    await order('a@example.com');
    await tag(people[0]!.id, ['Driver', 'CERTN - Pending']);
    await order('b@example.com');
    await order('B@example.com');
    await order('d@example.com');
    await tag(people[1]!.id, ['CERTN - Pending', 'CERTN - Analyzing']);
    const counted = await control.get('/tally/demo?stage=Background%20Check');
    expect(counted).toMatchObject({ opportunities: 4, exact: 1, orders: { 0: 1, 1: 2, 2: 1 }, statusTags: { 0: 2, 1: 1, 2: 1 } });
    expect(counted.wrong).toEqual([
      { id: people[1]!.id, orders: 2, statusTags: 2, links: 0 },
      { id: people[2]!.id, orders: 0, statusTags: 0, links: 0 },
      { id: people[3]!.id, orders: 1, statusTags: 0, links: 0 },
    ]);
    expect(await control.get('/orders-by-email/demo')).toEqual({ 'a@example.com': 1, 'b@example.com': 2, 'd@example.com': 1 });
    expect(await control.get(`/orders/demo?opportunity=${people[1]!.id}`)).toMatchObject({ count: 2 });
    expect((await control.get('/opportunity-counts/demo'))[people[0]!.id]).toEqual({ tags: 2, links: 0, orders: 1 });
  });

  it('tell when the tag came after the last move', async () => {
    const { id } = await control.post(OPPORTUNITIES, { stage: 'Offer' });
    await control.post(`${OPPORTUNITIES}/${id}/move`, { stage: DEMO.triggerStage });
    const addTag = (): Promise<Response> =>
      fetch(`${sandbox.leverUrl}/opportunities/${id}/addTags`, {
        method: 'POST',
        headers: { ...basic(DEMO.leverKey), 'content-type': 'application/json' },
        body: JSON.stringify({ tags: ['CERTN - Pending'] }),
      });
    const beforeMs = Date.now();
    await addTag();
    const [[tagged, movedAt, taggedAt]] = (await control.get('/tally/demo?stage=background-check&times=true')).times;
    expect(tagged).toBe(id);
    expect(taggedAt).toBeGreaterThanOrEqual(beforeMs - 5);
    expect(taggedAt).toBeGreaterThanOrEqual(movedAt - 5);
    await control.post(`${OPPORTUNITIES}/${id}/move`, { stage: DEMO.triggerStage });
    expect((await control.get('/tally/demo?stage=background-check&times=true')).times[0][2]).toBeNull();
  });

  it('tell the calls of each route with their answers, until they are cleared', async () => {
    await lever('/stages');
    await lever('/stages', 'wrong');
    expect(await control.get('/counters')).toMatchObject({
      routes: { 'lever GET /stages': { calls: 2, statuses: { 200: 1, 401: 1 } } },
      accounts: { 'lever demo': 1, 'lever (nobody)': 1 },
    });
    await control.delete('/counters');
    expect((await control.get('/counters')).routes).toEqual({});
  });
});

describe('rate limits', () => {
  it('are none unless asked for, then hold for each key', async () => {
    for (let call = 0; call < 40; call += 1) expect((await lever('/stages')).status).toBe(200);
    await control.put('/limits', { lever: '1/hour burst 3', certn: '2/hour' });
    await control.put('/lever/accounts/demo/keys/second', {});
    const statuses = async (call: () => Promise<Response>): Promise<number[]> => [
      (await call()).status,
      (await call()).status,
      (await call()).status,
      (await call()).status,
    ];
    expect(await statuses(() => lever('/stages'))).toEqual([200, 200, 200, 429]);
    expect(await statuses(() => lever('/stages', 'second'))).toEqual([200, 200, 200, 429]);
    expect(await statuses(() => certn('/groups/'))).toEqual([200, 200, 429, 429]);
    await control.put('/limits', { lever: null, certn: null });
    expect([(await lever('/stages')).status, (await certn('/groups/')).status]).toEqual([200, 200]);
  });
});

describe('cases', () => {
  it('send an invitation, go through their steps, and end as the worst of their results', async () => {
    const made = (await (await order('ada@example.com')).json()) as { id: string };
    expect(await control.get('/certn/accounts/demo/mailbox?email=ada@example.com')).toMatchObject([
      { caseId: made.id, to: 'ada@example.com' },
    ]);
    const act = (action: string, more: object = {}): Promise<{ overall_status: string; overall_score: string }> =>
      control.post(`/certn/cases/${made.id}/act`, { action, ...more });
    const seen: string[] = [];
    for (const action of [
      'open',
      'start',
      'submit',
      'begin',
      'dispute',
      'ask-applicant',
      'expire',
      'decline',
      'bounce',
      'resend',
      'cancel',
    ])
      seen.push((await act(action)).overall_status);
    expect(seen).toEqual([
      'APPLICANT_OPENED',
      'APPLICANT_STARTED',
      'APPLICANT_SUBMITTED',
      'IN_PROGRESS',
      'IN_DISPUTE',
      'APPLICANT_ACTION_REQUIRED',
      'APPLICANT_EXPIRED',
      'APPLICANT_DECLINED',
      'INVITE_UNDELIVERABLE',
      'APPLICANT_INVITED',
      'CANCELLED',
    ]);
    const two = await control.post('/certn/accounts/demo/cases', { email: 'bo@example.com', checks: { A_1: {}, B_1: {} } });
    await control.post(`/certn/cases/${two.id}/act`, { action: 'complete-service', check: 'B_1', score: 'REVIEW' });
    expect(await control.post(`/certn/cases/${two.id}/act`, { action: 'complete-service' })).toMatchObject({
      overall_status: 'COMPLETE',
      overall_score: 'REVIEW',
    });
  });

  it('take any status, also one nobody knows, and always look changed after', async () => {
    const made = await control.post<{ id: string; modified: string }>('/certn/accounts/demo/cases', {
      email: 'ada@example.com',
      checks: { A_1: {} },
    });
    const after = await control.post<{ overall_status: string; modified: string }>(`/certn/cases/${made.id}/status`, {
      status: 'SOMETHING_NEW',
      score: null,
    });
    expect(after.overall_status).toBe('SOMETHING_NEW');
    expect(Date.parse(after.modified)).toBeGreaterThan(Date.parse(made.modified));
    expect((await control.post(`/certn/cases/${made.id}/checks/A_1`, { status: 'SUPERSEDED' })).checks[0].status).toBe(
      'SUPERSEDED',
    );
  });

  it('can not reach an address that bounces', async () => {
    const made = (await (await order('bounce.me@example.com')).json()) as { id: string };
    expect(await control.get(`/certn/cases/${made.id}`)).toMatchObject({ overall_status: 'INVITE_UNDELIVERABLE' });
  });

  it('go on by themselves at the pace of their account', async () => {
    await control.patch('/certn/accounts/demo', { pace: { applicantMs: 5, servicesMs: 5 } });
    const made = (await (await order('ada@example.com')).json()) as { id: string };
    const status = async (): Promise<string> =>
      (await control.get<{ overall_status: string }>(`/certn/cases/${made.id}`)).overall_status;
    for (let look = 0; look < 200 && (await status()) !== 'COMPLETE'; look += 1)
      await new Promise((next) => setTimeout(next, 10));
    expect(await status()).toBe('COMPLETE');
  });

  it('play a script once they are there', async () => {
    const run = await control.post('/scenario-runs', {
      account: 'demo',
      email: 'ada@example.com',
      scenario: 'review',
      stepMs: 1,
    });
    expect(run).toMatchObject({ state: 'running', caseId: null });
    const made = (await (await order('ada@example.com')).json()) as { id: string };
    const state = async (): Promise<string> => (await control.get<{ state: string }>(`/scenario-runs/${run.id}`)).state;
    for (let look = 0; look < 200 && (await state()) === 'running'; look += 1) await new Promise((next) => setTimeout(next, 10));
    expect(await control.get(`/scenario-runs/${run.id}`)).toMatchObject({ state: 'finished', caseId: made.id, done: 5, of: 5 });
    expect(await control.get(`/certn/cases/${made.id}`)).toMatchObject({ overall_status: 'COMPLETE', overall_score: 'REVIEW' });
  });
});

describe('faults of calls', () => {
  it('strike the route they name, so many times, after those they let pass', async () => {
    await control.post('/faults', { on: 'lever', kind: 'status', status: 500, route: 'GET /stages', skip: 1, times: 2 });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1)
      statuses.push((await lever('/stages')).status, (await lever('/opportunities')).status);
    expect(statuses).toEqual([200, 200, 500, 200, 500, 200, 200, 200]);
    expect(await control.get('/faults')).toEqual([]);
  });

  it('strike the account they name, until they are taken away', async () => {
    await control.post('/tenants', { id: 'two', leverKey: 'k2' });
    const { id } = await control.post('/faults', { on: 'lever', kind: 'status', account: 'two', route: '/stages*' });
    expect([(await lever('/stages')).status, (await lever('/stages', 'k2')).status]).toEqual([200, 503]);
    expect(await control.get('/faults')).toMatchObject([{ id, hits: 1 }]);
    await control.delete(`/faults/${id}`);
    expect((await lever('/stages', 'k2')).status).toBe(200);
  });

  it('strike with a probability', async () => {
    await control.post('/faults', { on: 'lever', kind: 'status', probability: 0.5 });
    const statuses = new Set<number>();
    for (let call = 0; call < 200 && statuses.size < 2; call += 1) statuses.add((await lever('/stages')).status);
    expect(statuses).toEqual(new Set([200, 503]));
  });

  it('may do what was asked and still fail, or slow it down as well', async () => {
    await control.post('/faults', { on: 'certn', kind: 'status', status: 500, performed: true, times: 1 });
    await control.post('/faults', { on: 'certn', kind: 'latency', ms: 120 });
    const startedMs = Date.now();
    expect((await order('ada@example.com')).status).toBe(500);
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(115);
    expect(await control.get('/orders/demo?email=ada@example.com')).toMatchObject({ count: 1 });
  });

  it('wait before every answer of a vendor when told to', async () => {
    await control.put('/latency', { certn: 120 });
    const timed = async (call: Promise<Response>): Promise<number> => {
      const startedMs = Date.now();
      await call;
      return Date.now() - startedMs;
    };
    expect(await timed(certn('/groups/'))).toBeGreaterThanOrEqual(115);
    await control.put('/latency', { certn: 0 });
    expect((await certn('/groups/')).status).toBe(200);
  });

  it('refuse connections for a while and no longer', async () => {
    await control.post('/outage', { ms: 300 });
    await new Promise((next) => setTimeout(next, 100));
    await expect(lever('/stages')).rejects.toThrow('fetch failed');
    let status = 0;
    for (let look = 0; look < 100 && status === 0; look += 1) {
      await new Promise((next) => setTimeout(next, 50));
      status = await lever('/stages').then(
        (answer) => answer.status,
        () => 0,
      );
    }
    expect(status).toBe(200);
  });
});

describe('answers of the vendors to what is wrong', () => {
  it('have the shape of each', async () => {
    const notJson = (url: string, authorization: string): Promise<Response> =>
      fetch(url, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: '{' });
    const { authorization } = basic(DEMO.leverKey);
    const [stage] = [await lever('/nowhere')];
    expect([stage.status, await stage.json()]).toEqual([404, { code: 'ResourceNotFound', message: 'Not found' }]);
    const bad = await notJson(`${sandbox.leverUrl}/opportunities/a/addTags`, authorization);
    expect([bad.status, await bad.json()]).toMatchObject([400, { code: 'BadRequestError' }]);
    const unknown = await certn('/cases/none/');
    expect([unknown.status, await unknown.json()]).toMatchObject([
      404,
      { type: 'client_error', errors: [{ code: 'not_found', attr: null }] },
    ]);
    const broken = await notJson(`${sandbox.certnUrl}/api/public/cases/order/`, `Api-Key ${DEMO.certnKey}`);
    expect([broken.status, await broken.json()]).toMatchObject([400, { type: 'client_error' }]);
    expect((await certn('/cases')).status).toBe(404);
  });

  it('refuse an order with a field nobody documented', async () => {
    const wrong = await certn('/cases/order/', DEMO.certnKey, {
      email_address: 'a@example.com',
      check_types_with_arguments: { A_1: {} },
      first_name: 'Ada',
    });
    expect([wrong.status, await wrong.json()]).toMatchObject([
      400,
      { type: 'validation_error', errors: [{ attr: 'first_name' }] },
    ]);
  });

  it('refuse an offset that was decoded, or is of another list', async () => {
    for (let index = 0; index < 3; index += 1) await control.post('/lever/accounts/demo/stages', { text: `More ${index}` });
    const { next } = (await (await lever('/stages?limit=2')).json()) as { next: string };
    expect((await lever(`/stages?limit=2&offset=${encodeURIComponent(next)}`)).status).toBe(200);
    const decoded = await lever(`/stages?limit=2&offset=${next}`);
    expect([decoded.status, await decoded.json()]).toMatchObject([
      400,
      { message: expect.stringContaining('Invalid offset token') },
    ]);
    expect((await lever(`/opportunities?limit=2&offset=${encodeURIComponent(next)}`)).status).toBe(400);
    expect((await lever('/stages?limit=101')).status).toBe(400);
  });
});

describe('the board', () => {
  it('is served with its style and its script, and may load nothing from elsewhere', async () => {
    for (const [path, type] of Object.entries({ '/': 'text/html', '/board.css': 'text/css', '/board.js': 'text/javascript' })) {
      const answer = await fetch(sandbox.url + path);
      expect(answer.headers.get('content-type')).toContain(type);
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    }
  });

  it('hears of changes at once', async () => {
    const stop = new AbortController();
    const stream = await fetch(`${sandbox.url}/control/stream`, { signal: stop.signal });
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    await reader.read();
    await control.post(OPPORTUNITIES, {});
    let heard = '';
    while (!heard.includes('opportunity')) heard += (await reader.read()).value ?? '';
    expect(heard).toContain('data: ["opportunity"]');
    stop.abort();
  });
});
