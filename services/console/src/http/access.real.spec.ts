import { factsOfRequest, factsOfStatus } from '../candidates/facts.rules';
import { SpecConsole, type SpecCaller } from '../console.fixture';
import { openApiDocument } from './openapi';
import { ROUTES, routeOf, type Access, type Route } from './routes';

/** Opening a console and its people takes seconds where others work on the same machine. */
jest.setTimeout(60_000);

let console: SpecConsole;
let callers: Record<string, SpecCaller>;
let subjects: Record<string, string>;
let teamId: string;

beforeAll(async () => {
  console = await SpecConsole.open();
  const owner = await console.signIn();
  teamId = (await owner.post('/api/teams', { name: 'Ours' })).body.id as string;
  const foreignId = (await owner.post('/api/teams', { name: 'Theirs' })).body.id as string;
  const team = `/api/teams/${teamId}`;
  const pack = await owner.post(`${team}/packages`, { name: 'Packages A', certnPackageId: 'p-1' });
  await owner.put(`${team}/default-package`, { packageId: pack.body.id });
  const check = { teamId, opportunityId: 'opp-1', checkId: 'check-1', transitionAt: '2026-11-01T10:00:00.000Z' };
  await console.readModel.record(
    factsOfRequest({ ...check, wanted: true, decidedAt: check.transitionAt, settingsVersion: 1 }, 'e-1'),
  );
  await console.readModel.record(
    factsOfStatus({
      ...check,
      version: 1,
      status: 'complete',
      servicesTotal: 1,
      servicesDone: 1,
      reportReady: true,
      caseId: 'case-1',
      occurredAt: check.transitionAt,
    }),
  );
  const viewer = await console.person(owner, { [teamId]: 'viewer' });
  const admin = await console.person(owner, { [teamId]: 'admin' });
  const foreign = await console.person(owner, { [foreignId]: 'admin' });
  const tokenOf = async (maker: SpecCaller, ofTeam: string, role: string): Promise<SpecCaller> => {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const made = await maker.post('/api/tokens', { name: role, teamId: ofTeam, role, expiresAt });
    return console.token(made.body.token as string);
  };
  callers = {
    nobody: console.nobody(),
    'bad token': console.token('lc_not-a-token'),
    viewer,
    admin,
    'viewer token': await tokenOf(viewer, teamId, 'viewer'),
    'admin token': await tokenOf(admin, teamId, 'admin'),
    'foreign admin': foreign,
    'foreign token': await tokenOf(foreign, foreignId, 'admin'),
    // Last, since what only an owner may do takes the team away.
    owner,
  };
  subjects = { teamId, opportunityId: 'opp-1', checkId: 'check-1', id: pack.body.id as string };
});
afterAll(() => console.close());

const PEOPLE = ['viewer', 'admin', 'owner', 'foreign admin'];
const TOKENS = ['viewer token', 'admin token', 'foreign token'];
const FOREIGN = ['foreign admin', 'foreign token'];

/** Who gets through, written down once more by hand. */
function allowed(access: Access, ofTeam: boolean): string[] {
  switch (access) {
    case 'anyone':
    case 'page':
      return ['nobody', 'bad token', ...PEOPLE, ...TOKENS];
    case 'signed-in':
      return [...PEOPLE, ...TOKENS];
    case 'person':
      return PEOPLE;
    case 'viewer':
      return [...PEOPLE, ...TOKENS].filter((name) => !ofTeam || !FOREIGN.includes(name));
    case 'admin':
      return ['admin', 'owner', 'admin token', ...(ofTeam ? [] : FOREIGN)];
    case 'people-admin':
      return ['admin', 'owner', 'foreign admin'];
    case 'owner':
      return ['owner'];
  }
}

/** What ends a caller or the team goes last. */
const LAST = ['DELETE /api/session', 'DELETE /api/teams/:teamId'];
/** Answers that go on: who gets one hangs up. */
const STREAMS = ['GET /api/teams/:teamId/events'];
const nameOf = ({ method, path }: Route): string => `${method} ${path}`;
const inOrder = [...ROUTES].sort((a, b) => LAST.indexOf(nameOf(a)) - LAST.indexOf(nameOf(b)));
const pathOf = (path: string): string => path.replaceAll(/:(\w+)/g, (_, name: string) => subjects[name]!);

async function begunAnswer(caller: SpecCaller, path: string): Promise<{ status: number; body?: { type: string } }> {
  const { status, stream } = await caller.open(path);
  stream.destroy();
  return { status };
}

describe('the report of a check', () => {
  test('is for its own team; for others it does not exist', async () => {
    const path = '/reports/check-1';
    const statuses = Object.fromEntries(
      await Promise.all(Object.entries(callers).map(async ([name, caller]) => [name, (await caller.get(path)).status] as const)),
    );
    expect(statuses).toMatchObject({
      nobody: 303,
      'bad token': 401,
      'foreign admin': 404,
      'foreign token': 404,
      viewer: 200,
      'viewer token': 200,
    });
  });
});

describe('the table of routes and roles', () => {
  test('has every route the API documents, and every line of it is a route', () => {
    const documented = Object.entries(openApiDocument(console.app).paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    const apiLines = ROUTES.filter(({ path }) => path.startsWith('/api')).map(nameOf);
    expect(documented.sort()).toEqual(apiLines.sort());
    const server = console.app.getHttpAdapter().getInstance();
    expect(ROUTES.filter(({ method, path }) => !server.hasRoute({ method, url: path }))).toEqual([]);
  });

  test('is all there is: what does not stand in it is not found', async () => {
    expect(routeOf('GET', '/api/secret')).toBeUndefined();
    expect((await callers.owner!.get('/api/secret')).status).toBe(404);
    expect((await callers.owner!.call('PATCH', `/api/teams/${teamId}/lever`, {})).status).toBe(404);
  });

  test.each(inOrder.map((route) => [nameOf(route), route] as const))('%s', async (_, route) => {
    const ofTeam = route.path.includes(':teamId');
    const may = allowed(route.access, ofTeam);
    for (const [name, caller] of Object.entries(callers)) {
      const isLastOfItsKind = LAST.includes(nameOf(route)) && may.includes(name) && PEOPLE.includes(name) && !ofTeam;
      // Signing out is tried with a session of its own.
      const answer = isLastOfItsKind
        ? await (await console.signIn()).call(route.method, pathOf(route.path))
        : STREAMS.includes(nameOf(route))
          ? await begunAnswer(caller, pathOf(route.path))
          : await caller.call(
              route.method,
              pathOf(route.path),
              route.method === 'GET' || route.method === 'DELETE' ? undefined : {},
            );
      const seen = { name, status: answer.status };
      if (route.access === 'page' || (name === 'bad token' && route.access !== 'anyone')) {
        if (name === 'bad token') expect(seen).toEqual({ name, status: 401 });
        continue;
      }
      if (may.includes(name))
        expect([name, answer.body?.type]).not.toEqual([name, expect.stringMatching(/not-signed-in|not-allowed/)]);
      else if (name === 'nobody') expect(seen).toEqual({ name, status: 401 });
      else if (ofTeam && FOREIGN.includes(name)) expect(seen).toEqual({ name, status: 404 });
      else expect(seen).toEqual({ name, status: 403 });
      if (may.includes(name) && ofTeam) expect(seen).not.toEqual({ name, status: 404 });
    }
  });
});
