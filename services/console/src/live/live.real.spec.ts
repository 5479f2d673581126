import type { ActivityLine } from '@lever-certn/events/activity';
import { factsOfActivity, factsOfRequest, factsOfStatus } from '../candidates/facts.rules';
import { SpecConsole, type SpecCaller } from '../console.fixture';
import { SpecStream } from './event-stream.fixture';

const CHECK_MS = 300;
let one: SpecConsole;
let other: SpecConsole;
let owner: SpecCaller;
let teamId: string;
let path: string;
const open: SpecStream[] = [];

beforeAll(async () => {
  const settings = { LIVE_CHECK_MS: CHECK_MS, LIVE_STREAMS_PER_PERSON: 3, LIVE_STREAMS: 5 };
  one = await SpecConsole.open(settings);
  other = await one.another(settings);
  for (const console of [one, other]) await console.app.listen(0, '127.0.0.1');
  owner = await one.signIn();
});
afterAll(async () => {
  await other.close();
  await one.close();
});
beforeEach(async () => {
  teamId = (await owner.post('/api/teams', { name: 'Team' })).body.id as string;
  path = `/api/teams/${teamId}/events`;
  await one.database.run('DELETE FROM changes');
});
afterEach(async () => {
  for (const stream of open.splice(0)) {
    stream.close();
    await stream.until(({ ended }) => ended);
  }
});

async function follow(console: SpecConsole, caller: SpecCaller, headers: Record<string, string> = {}): Promise<SpecStream> {
  const stream = await SpecStream.open(console, caller, path, headers);
  open.push(stream);
  return stream;
}

const at = '2026-11-01T10:00:00.000Z';
const told = (opportunityId: string, ofTeam = teamId): Promise<void> =>
  one.readModel.record(
    factsOfRequest(
      {
        teamId: ofTeam,
        opportunityId,
        checkId: `${ofTeam} ${opportunityId}`,
        transitionAt: at,
        wanted: true,
        decidedAt: at,
        settingsVersion: 1,
      },
      `request ${opportunityId}`,
    ),
  );
const line = (over: Partial<ActivityLine>): Promise<void> =>
  one.readModel.record(
    factsOfActivity({
      teamId,
      source: 'ingress',
      lines: [{ id: JSON.stringify(over), at, kind: 'delivery', outcome: 'accepted', ...over }],
    }),
  );
const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('what one copy of the console records', () => {
  test('reaches a page that is connected to another copy within 2 seconds, and says which candidate changed, and nothing of a person', async () => {
    const stream = await follow(other, owner);
    await stream.until(({ events }) => events.length > 0);
    await told('opp-1');
    const tookMs = await stream.until((heard) => heard.of('changed').length > 0);
    expect(tookMs).toBeLessThan(2000);
    expect(stream.of('changed')[0]).toEqual({
      event: 'changed',
      id: expect.stringMatching(/^\d+$/),
      data: { what: ['candidates'], opportunityIds: ['opp-1'] },
    });
  });

  test.each<[string, () => Promise<unknown>, string[]]>([
    ['a status', () => one.readModel.record(factsOfStatus(status('opp-1'))), ['candidates']],
    ['a webhook', () => line({ vendor: 'lever' }), ['deliveries']],
    ['a problem', () => line({ kind: 'problem', outcome: 'raised', reason: 'case-not-visible' }), ['problems']],
    ['a line of a timeline', () => line({ kind: 'done', outcome: 'ok', step: 'tag', opportunityId: 'opp-1' }), ['candidates']],
    ['a connection', () => line({ kind: 'connection', outcome: 'broken', vendor: 'lever' }), ['team']],
    ['what a person changed', () => owner.patch(`/api/teams/${teamId}`, { name: 'Renamed' }), ['team']],
    ['a package', () => owner.post(`/api/teams/${teamId}/packages`, { name: 'A', certnPackageId: 'p' }), ['team']],
  ])('%s is told as what it changes', async (_, change, what) => {
    const stream = await follow(other, owner);
    await stream.until(({ events }) => events.length > 0);
    await change();
    await stream.until((heard) => heard.of('changed').length > 0);
    expect(stream.of('changed')[0]!.data.what).toEqual(what);
  });

  test('is gathered: a wave of changes is a few events, and names no more than fifty', async () => {
    const stream = await follow(other, owner);
    await stream.until(({ events }) => events.length > 0);
    await Promise.all(Array.from({ length: 120 }, (_, index) => told(`opp-${index}`)));
    await stream.until((heard) => heard.of('changed').some(({ data }) => data.opportunityIds === null));
    expect(stream.of('changed').length).toBeLessThanOrEqual(3);
  });

  test('is told to followers of that team only', async () => {
    const foreign = (await owner.post('/api/teams', { name: 'Foreign' })).body.id as string;
    const stream = await follow(one, owner);
    await told('opp-1', foreign);
    await told('opp-2');
    await stream.until((heard) => heard.of('changed').length > 0);
    await rest(700);
    expect(stream.of('changed').flatMap(({ data }) => data.opportunityIds as string[])).toEqual(['opp-2']);
  });

  test('is told though it is committed after what was written later', async () => {
    const stream = await follow(other, owner);
    await stream.until(({ events }) => events.length > 0);
    await one.database.withConnection(async (query) => {
      await query('START TRANSACTION');
      await query(
        `INSERT INTO changes (team_id, at, told) VALUES (?, UTC_TIMESTAMP(3), '{"what":["candidates"],"opportunityIds":["late"]}')`,
        [teamId],
      );
      await told('early');
      await stream.until((heard) => heard.of('changed').length > 0);
      await rest(2500);
      await query('COMMIT');
    });
    await stream.until((heard) => heard.of('changed').length > 1);
    expect(stream.of('changed').map(({ data }) => data.opportunityIds as string[])).toEqual([['early'], ['late']]);
  });

  test('is told once, however long one follows', async () => {
    const stream = await follow(one, owner);
    await told('opp-1');
    await rest(2500);
    expect(stream.of('changed')).toHaveLength(1);
  });
});

describe('a page that comes', () => {
  test('hears what changed in the seconds before, while it was loading', async () => {
    await told('opp-1');
    await rest(1500);
    const stream = await follow(one, owner);
    await stream.until((heard) => heard.of('changed').length > 0);
    expect(stream.of('changed')[0]!.data.opportunityIds).toEqual(['opp-1']);
  });

  test('again hears what it missed', async () => {
    const before = await follow(other, owner);
    await told('opp-1');
    await before.until((heard) => heard.of('changed').length > 0);
    before.close();
    await told('opp-2');
    const after = await follow(one, owner, { 'last-event-id': before.of('changed')[0]!.id });
    await after.until((heard) => heard.of('changed').some(({ data }) => (data.opportunityIds as string[]).includes('opp-2')));
    expect(after.of('reload')).toEqual([]);
  });

  test.each(['1', 'what?', ''])('again after longer than is remembered (%p) reads everything anew', async (lastId) => {
    await one.database.run(`INSERT INTO changes (team_id, at, told) VALUES ('x', UTC_TIMESTAMP(3) - INTERVAL 60 SECOND, '{}')`);
    const stream = await follow(one, owner, { 'last-event-id': lastId });
    await stream.until((heard) => heard.of('reload').length > 0);
  });

  test('is answered so that no proxy gathers it, and no cache keeps it', async () => {
    const { status: answered, headers } = await follow(one, owner);
    expect(answered).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
      'cache-control': 'no-store, no-transform',
      'content-security-policy': expect.any(String),
    });
  });

  test('is refused when its person has too many open, and let in when one is closed', async () => {
    for (let n = 0; n < 3; n += 1) await follow(one, owner);
    const refused = await SpecStream.open(one, owner, path);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '30']);
    open[0]!.close();
    await rest(100);
    expect((await follow(one, owner)).status).toBe(200);
  });

  test('is refused when there are too many in all', async () => {
    const viewer = await one.person(owner, { [teamId]: 'viewer' });
    for (let n = 0; n < 3; n += 1) await follow(one, owner);
    for (let n = 0; n < 2; n += 1) await follow(one, viewer);
    expect((await SpecStream.open(one, viewer, path)).status).toBe(429);
  });

  test('to a team that is another’s, or none, finds nothing', async () => {
    const foreignId = (await owner.post('/api/teams', { name: 'Foreign' })).body.id as string;
    const foreign = await one.person(owner, { [foreignId]: 'admin' });
    expect((await SpecStream.open(one, foreign, path)).status).toBe(404);
    expect((await SpecStream.open(one, owner, '/api/teams/none/events')).status).toBe(404);
    expect((await SpecStream.open(one, one.nobody(), path)).status).toBe(401);
  });
});

describe('a stream ends', () => {
  const WITHIN_MS = CHECK_MS * 4;

  test('when the person signs out, and says so', async () => {
    const viewer = await one.person(owner, { [teamId]: 'viewer' });
    const stream = await follow(other, viewer);
    await viewer.delete('/api/session');
    await stream.until(({ ended }) => ended, WITHIN_MS);
    expect(stream.events.at(-1)!.event).toBe('over');
  });

  test('when the role in the team is lost', async () => {
    const viewer = await one.person(owner, { [teamId]: 'viewer' });
    const stream = await follow(other, viewer);
    await one.database.run('DELETE FROM memberships WHERE user_id = ?', [viewer.id]);
    await stream.until(({ ended }) => ended, WITHIN_MS);
  });

  test('when the team is taken away, for owners too', async () => {
    const stream = await follow(other, owner);
    await owner.delete(`/api/teams/${teamId}`);
    await stream.until(({ ended }) => ended, WITHIN_MS);
  });

  test('when the session has rested too long, since a page that is left alone does not keep it alive', async () => {
    const resting = await one.another({ LIVE_CHECK_MS: CHECK_MS, SESSION_IDLE_MS: 2000 });
    await resting.app.listen(0, '127.0.0.1');
    const person = await resting.person(owner, { [teamId]: 'viewer' });
    const stream = await follow(resting, person);
    await rest(1200);
    expect((await person.with({ 'x-unattended': '1' }).get(`/api/teams/${teamId}/candidates`)).status).toBe(200);
    expect(stream.ended).toBe(false);
    await stream.until(({ ended }) => ended, 3000);
    expect((await person.get('/api/session')).status).toBe(401);
    await resting.close();
  });

  test('when the console stops, and holds it up for no longer than a moment', async () => {
    const third = await one.another();
    await third.app.listen(0, '127.0.0.1');
    const stream = await follow(third, owner);
    const beganMs = performance.now();
    await third.close();
    expect(performance.now() - beganMs).toBeLessThan(1500);
    await stream.until(({ ended }) => ended);
  });

  test('but not while all stays as it is', async () => {
    const stream = await follow(one, owner);
    await rest(WITHIN_MS);
    expect(stream.ended).toBe(false);
  });
});

function status(opportunityId: string): Parameters<typeof factsOfStatus>[0] {
  return {
    ...{ teamId, opportunityId, checkId: `${teamId} ${opportunityId}`, transitionAt: at, version: 1, status: 'pending' },
    ...{ servicesTotal: 1, servicesDone: 0, reportReady: false, occurredAt: at },
  };
}
