import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyLeverSignature } from '@lever-certn/lever/lever-signature';
import { checkIdOfCommand } from '@lever-certn/events/identity.rules';
import { factsOfActivity, factsOfStatus } from '../candidates/facts.rules';
import { itemsOf, SpecConsole, type SpecCaller } from '../console.fixture';
import { CertnSetup } from './certn-setup';
import { ConnectionTestsStore } from './connection-tests.store';
import { ConnectionsCheck } from './connections-check';
import { LeverTest } from './lever-test';

const KEY = 'lever-key-of-sixteen-9f2c';
const CERTN_KEY = 'certn-key-of-sixteen-77aa';
const SIGNATURE_TOKEN = 'signature-token-of-lever';

let console: SpecConsole;
let owner: SpecCaller;
let ingress: Server;
let taken: { url: string; body: Record<string, unknown> }[] = [];
let ingressStatus = 202;
let team: string;
let teamId: string;
let stageId: string;
let count = 0;

beforeAll(async () => {
  ingress = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      taken.push({ url: request.url ?? '', body: JSON.parse(body) as Record<string, unknown> });
      response.writeHead(ingressStatus, ingressStatus === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end();
    });
  });
  await new Promise<void>((resolve) => ingress.listen(0, '127.0.0.1', resolve));
  const port = (ingress.address() as AddressInfo).port;
  console = await SpecConsole.open({ PUBLIC_INGRESS_URL: `http://127.0.0.1:${port}/` });
  owner = await console.signIn();
});
afterAll(async () => {
  await new Promise((resolve) => ingress.close(resolve));
  await console.close();
});
beforeEach(async () => {
  taken = [];
  ingressStatus = 202;
  const { vendors } = console;
  vendors.broken = undefined;
  vendors.opportunities = [];
  vendors.leverKeys.set(KEY, 'ok');
  vendors.certnKeys.set(CERTN_KEY, 'ok');
  teamId = (await owner.post('/api/teams', { name: `Team ${(count += 1)}` })).body.id as string;
  team = `/api/teams/${teamId}`;
  stageId = `stage-of-${teamId}`;
  vendors.stages.push({ id: stageId, text: `Stage ${count}` });
});

const saveLever = (): Promise<{ status: number }> =>
  owner.put(`${team}/lever`, { apiKey: KEY, signatureTokens: [{ value: SIGNATURE_TOKEN }], triggerStage: { id: stageId } });
const saveCertn = (body: object = {}): Promise<{ status: number }> =>
  owner.put(`${team}/certn`, { apiKey: CERTN_KEY, region: 'ca', ...body });

async function setUp(): Promise<void> {
  expect((await saveLever()).status).toBe(200);
  expect((await saveCertn({ webhookSecrets: [{ value: 'webhook-secret-of-certn' }] })).status).toBe(200);
  const pack = await owner.post(`${team}/packages`, { name: 'Packages A', services: [{ type: 'IDENTITY_VERIFICATION_1' }] });
  expect((await owner.put(`${team}/default-package`, { packageId: pack.body.id })).status).toBe(200);
  expect((await owner.post(`${team}/enable`)).status).toBe(200);
}

interface Step {
  part: string;
  done: boolean;
  cure: string | null;
  at: string | null;
}
const checklist = async (): Promise<Map<string, Step>> =>
  new Map(itemsOf<Step>(await owner.get(`${team}/checklist`)).map((step) => [step.part, step]));
const undone = async (): Promise<string[]> =>
  [...(await checklist()).values()].filter(({ done }) => !done).map(({ part }) => part);
const heard = (line: object): Promise<void> =>
  console.readModel.record(
    factsOfActivity({
      teamId,
      source: 'ingress',
      lines: [{ id: `line-${Math.random()}`, at: '2026-11-01T10:00:00.000Z', kind: 'delivery', outcome: 'accepted', ...line }],
    }),
  );
const warnings = async (): Promise<string[]> =>
  ((await owner.get(team)).body.warnings as { part: string }[]).map(({ part }) => part);

describe('what a test found', () => {
  test('is kept when a connection is saved, and shown with the team', async () => {
    await saveLever();
    await saveCertn();
    const { lever, certn } = (await owner.get(team)).body;
    expect(lever.lastTest).toMatchObject({ state: 'ok', triggerStage: { id: stageId, state: 'found' } });
    expect(lever.lastTest.permissions).toHaveLength(4);
    expect(certn.lastTest).toMatchObject({ state: 'ok', triggerStage: null });
  });

  test('of an older key is not shown for a new one', async () => {
    await saveLever();
    console.vendors.leverKeys.set('another-key-of-lever', 'ok');
    console.vendors.broken = 503;
    expect((await owner.put(`${team}/lever`, { apiKey: 'another-key-of-lever' })).status).toBe(200);
    expect((await owner.get(team)).body.lever.lastTest).toBeNull();
  });

  test('an older key could not do says nothing of the new one', async () => {
    await saveLever();
    await console.database.run(`INSERT INTO steps_seen VALUES (?, 'tag', 'forbidden', UTC_TIMESTAMP(3) - INTERVAL 1 DAY)`, [
      teamId,
    ]);
    expect((await owner.post(`${team}/lever/test`)).body.state).toBe('ok');
  });

  test('a key that may not read opportunities is refused before it is saved, with the permission by name', async () => {
    console.vendors.leverKeys.set('half-key-of-sixteen-c', 'no-opportunities');
    const answer = await owner.put(`${team}/lever`, { apiKey: 'half-key-of-sixteen-c' });
    expect([answer.status, answer.body.permission]).toEqual([422, 'Read opportunity info']);
  });

  test('a write that Lever refuses at once is missing before the first candidate, and tried on nobody', async () => {
    console.vendors.leverKeys.set('tagless-key-of-sixteen', 'no-tags');
    console.vendors.asked.length = 0;
    const answer = await owner.put(`${team}/lever`, { apiKey: 'tagless-key-of-sixteen' });
    expect(answer.body.lever).toMatchObject({ state: 'broken', reason: 'forbidden' });
    expect(answer.body.lever.lastTest.permissions[2]).toMatchObject({ permission: 'Write opportunity tags', state: 'missing' });
    const posts = console.vendors.asked.filter((line) => line.startsWith('POST'));
    expect(posts.every((line) => line.includes('/opportunities/00000000-0000-0000-0000-000000000000/'))).toBe(true);
    expect(posts).toHaveLength(2);
  });
});

describe('the check that nobody asks for', () => {
  const check = (everyMs: number): ConnectionsCheck =>
    new ConnectionsCheck({
      tests: console.app.get(ConnectionTestsStore),
      lever: console.app.get(LeverTest),
      certn: console.app.get(CertnSetup),
      everyMs,
    });
  const rounds = async (): Promise<void> => {
    const due = check(-1000);
    // One team of an account in a round: other teams of this spec have the same key.
    for (let round = 0; round <= count; round += 1) await due.run();
  };

  test('notices a vanished trigger stage, and that it is there again', async () => {
    await setUp();
    console.vendors.stages = console.vendors.stages.filter(({ id }) => id !== stageId);
    await rounds();
    expect(await warnings()).toContain('trigger-stage-vanished');
    expect(await undone()).toContain('trigger-stage');
    console.vendors.stages.push({ id: stageId, text: 'Again' });
    await rounds();
    expect(await warnings()).not.toContain('trigger-stage-vanished');
  });

  test('notices keys that broke', async () => {
    await setUp();
    console.vendors.leverKeys.set(KEY, 'unauthorized');
    console.vendors.certnKeys.set(CERTN_KEY, 'unauthorized');
    await rounds();
    expect(await warnings()).toEqual(expect.arrayContaining(['lever-broken', 'certn-broken']));
    expect(await undone()).toEqual(expect.arrayContaining(['lever-key', 'certn-key']));
  });

  test('does not forget a broken key because the vendor is away', async () => {
    await setUp();
    console.vendors.leverKeys.set(KEY, 'unauthorized');
    await rounds();
    console.vendors.broken = 503;
    await rounds();
    expect(await warnings()).toContain('lever-broken');
  });

  test('tests one team of an account in a round, and none that was tested lately', async () => {
    await setUp();
    expect(await check(3_600_000).run()).toBe(0);
    const [teams] = await console.database.query<{ teams: number; lever: number; certn: number }>(
      'SELECT COUNT(lever_account) teams, COUNT(DISTINCT lever_account) lever, COUNT(DISTINCT certn_account) certn FROM teams',
    );
    expect(Number(teams!.teams)).toBeGreaterThan(Number(teams!.lever));
    expect(await check(-1000).run()).toBe(Number(teams!.lever) + Number(teams!.certn));
  });
});

describe('the checklist', () => {
  test('of a new team has everything to do, each with its cure', async () => {
    const steps = [...(await checklist()).values()];
    expect(steps.map(({ done }) => done)).toEqual(Array(10).fill(false));
    for (const { cure } of steps) expect(cure).toMatch(/.{15}/);
  });

  test('becomes green by facts only', async () => {
    await setUp();
    expect(await undone()).toEqual(['lever-webhook', 'certn-challenge']);
    await heard({ vendor: 'lever', outcome: 'signature-wrong', count: 3 });
    await heard({ vendor: 'lever', outcome: 'verify-connection', count: 1 });
    await heard({ vendor: 'lever', outcome: 'not-for-us', reason: 'test-event', opportunityId: 'test-event-1' });
    await heard({ vendor: 'certn', outcome: 'challenge-refused', count: 1 });
    expect(await undone()).toEqual(['lever-webhook', 'certn-challenge']);
    await heard({ vendor: 'lever', outcome: 'not-for-us', reason: 'other-stage', opportunityId: 'opp-1' });
    await heard({ vendor: 'certn', outcome: 'challenge-answered', count: 1 });
    const answer = await owner.get(`${team}/checklist`);
    expect(answer.body.done).toBe(true);
    expect((await checklist()).get('lever-webhook')).toMatchObject({ cure: null, at: '2026-11-01T10:00:00.000Z' });
    await owner.post(`${team}/disable`);
    expect(await undone()).toEqual(['enabled']);
  });
});

describe('a test event', () => {
  test('needs a signature token', async () => {
    const answer = await owner.post(`${team}/test-event`);
    expect([answer.status, answer.body.type]).toEqual([409, 'urn:lever-certn:problem:not-set-up']);
    expect(taken).toEqual([]);
  });

  test('is signed with the newest token, goes to our own ingress, and is none that starts a check', async () => {
    await saveLever();
    const before = (await owner.get(team)).body.lever;
    await owner.put(`${team}/lever`, { signatureTokens: [{ id: before.signatureTokens[0].id }, { value: 'the-second-token' }] });
    const answer = await owner.post(`${team}/test-event`);
    expect([answer.status, answer.body]).toEqual([200, expect.objectContaining({ outcome: 'taken', status: 202, cure: null })]);
    const [event] = taken;
    expect(event!.url).toBe(new URL(before.webhookUrl as string).pathname);
    const { token, triggeredAt, signature } = event!.body as { token: string; triggeredAt: number; signature: string };
    expect(verifyLeverSignature({ token, triggeredAt, signature }, ['the-second-token'])).toBe(true);
    expect(event!.body.event).not.toBe('candidateStageChange');
    expect(event!.body.data).toEqual({ opportunityId: expect.stringMatching(/^test-event-/), candidateId: expect.anything() });
    expect(console.commands().filter((command) => command.teamId === teamId)).toEqual([]);
  });

  test.each([401, 404, 503, 302, 500])('answered with %d says what to do', async (status) => {
    await saveLever();
    ingressStatus = status;
    const answer = await owner.post(`${team}/test-event`);
    expect(answer.body).toMatchObject({ outcome: 'refused', status, cure: expect.stringMatching(/.{20}/) });
    expect(taken).toHaveLength(1);
  });

  test('that nobody answers says which address is to be checked', async () => {
    await saveLever();
    console.config.INGRESS_URL = 'http://127.0.0.1:1';
    const answer = await owner.post(`${team}/test-event`);
    delete console.config.INGRESS_URL;
    expect(answer.body).toMatchObject({ outcome: 'unreachable', status: null, cure: expect.stringContaining('INGRESS_URL') });
  });
});

describe('those who stand in the stage', () => {
  const MOVED = Date.parse('2026-05-01T00:00:00Z');
  const stand = (...ids: string[]): void => {
    console.vendors.opportunities = ids.map((id) => ({
      id,
      stage: stageId,
      stageChanges: [{ toStageId: stageId, updatedAt: MOVED }],
    }));
  };
  const order = (body: object, key?: string): ReturnType<SpecCaller['post']> =>
    owner.call('POST', `${team}/standing/order`, body, key === undefined ? {} : { 'idempotency-key': key });
  const commands = (): ReturnType<SpecConsole['commands']> => console.commands().filter((command) => command.teamId === teamId);
  const checkOf = (opportunityId: string, status: 'pending' | 'complete', transitionAt: string): Promise<void> =>
    console.readModel.record(
      factsOfStatus({
        teamId,
        opportunityId,
        checkId: `check-${teamId}-${opportunityId}`,
        transitionAt,
        version: 1,
        status,
        servicesTotal: 1,
        servicesDone: 0,
        reportReady: false,
        occurredAt: transitionAt,
      }),
    );

  test('are listed with when they came and the check they have', async () => {
    await setUp();
    stand('a', 'b', 'c');
    await checkOf('b', 'pending', '2026-05-01T00:00:00.000Z');
    await checkOf('c', 'complete', '2025-05-01T00:00:00.000Z');
    const answer = await owner.get(`${team}/standing`);
    expect(itemsOf(answer)).toMatchObject([
      { opportunityId: 'a', movedInAt: '2026-05-01T00:00:00.000Z', check: null },
      { opportunityId: 'b', check: { status: 'pending' } },
      { opportunityId: 'c', check: null },
    ]);
  });

  test('need a stage and a key', async () => {
    expect((await owner.get(`${team}/standing`)).body.type).toContain('not-set-up');
  });

  test('are not told of while Lever is away; that is said with a cure', async () => {
    await setUp();
    console.vendors.broken = 503;
    expect((await owner.get(`${team}/standing`)).body).toMatchObject({ status: 503, cure: expect.any(String) });
  });

  test('are ordered for all at once, each by a command of its own, and a repeat orders nobody again', async () => {
    await setUp();
    const body = { opportunityIds: ['a', 'b'], expected: 2, reason: 'Stood there before' };
    const first = await order(body, 'key-1');
    expect(first.status).toBe(202);
    expect(commands()).toMatchObject([
      { type: 'order', opportunityId: 'a', reason: 'Stood there before' },
      { type: 'order', opportunityId: 'b' },
    ]);
    expect(first.body.ordered).toEqual(
      commands().map(({ opportunityId, commandId }) => ({
        opportunityId,
        commandId,
        checkId: checkIdOfCommand(teamId, opportunityId!, commandId),
      })),
    );
    const again = await order({ ...body, opportunityIds: ['b', 'a'] }, 'key-1');
    expect(again.body).toEqual(first.body);
    expect(commands()).toHaveLength(2);
    expect((await order({ opportunityIds: ['c'], expected: 1 }, 'key-1')).status).toBe(409);
    const detail = await owner.get('/api/audit');
    expect(itemsOf(detail)[0]).toMatchObject({ action: 'ordered-standing', detail: { count: 2 } });
    const lines = await console.database.query<{ n: number }>('SELECT COUNT(*) n FROM timeline WHERE team_id = ?', [teamId]);
    expect(Number(lines[0]!.n)).toBe(2);
  });

  test('who have an open check by now are left out', async () => {
    await setUp();
    await checkOf('b', 'pending', '2026-05-01T00:00:00.000Z');
    const answer = await order({ opportunityIds: ['a', 'b'], expected: 2 });
    expect(answer.body).toMatchObject({ ordered: [{ opportunityId: 'a' }], leftOut: ['b'] });
    expect(commands()).toHaveLength(1);
  });

  test.each([
    ['another number than was confirmed', { opportunityIds: ['a', 'b'], expected: 3 }, 409],
    ['one twice, counted twice', { opportunityIds: ['a', 'a'], expected: 2 }, 409],
    ['nobody', { opportunityIds: [], expected: 0 }, 400],
    ['more than 200', { opportunityIds: Array.from({ length: 201 }, (_, n) => `o${n}`), expected: 200 }, 400],
    ['no number', { opportunityIds: ['a'] }, 400],
    ['ids that are numbers', { opportunityIds: [5], expected: 1 }, 400],
  ])('an order for %s is refused whole', async (_, body, status) => {
    await setUp();
    const answer = await order(body);
    expect([answer.status, typeof answer.body.cure]).toEqual([status, 'string']);
    expect(commands()).toEqual([]);
  });

  test('are not ordered for while the integration is disabled', async () => {
    await setUp();
    await owner.post(`${team}/disable`);
    expect((await order({ opportunityIds: ['a'], expected: 1 })).status).toBe(409);
    expect(commands()).toEqual([]);
  });
});
