import { factsOfRequest, factsOfStatus } from '../candidates/facts.rules';
import { SpecConsole, type SpecCaller } from '../console.fixture';
import { openApiDocument } from './openapi';
import { ROUTES, routeOf, type Access, type Route } from './routes';

/** Opening a console and its people takes seconds where others work on the same machine. */
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
    // The token of an owner is an admin of its team, and no owner.
    'owner token': await tokenOf(owner, teamId, 'admin'),
    'foreign admin': foreign,
    'foreign token': await tokenOf(foreign, foreignId, 'admin'),
    // Last, since what only an owner may do takes the team away.
    owner,
  };
  subjects = { teamId, opportunityId: 'opp-1', checkId: 'check-1', id: pack.body.id as string };
});
afterAll(() => console.close());

const PEOPLE = ['viewer', 'admin', 'owner', 'foreign admin'];
const TOKENS = ['viewer token', 'admin token', 'owner token', 'foreign token'];
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
      return ['admin', 'owner', 'admin token', 'owner token', ...(ofTeam ? [] : FOREIGN)];
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

describe('every route that changes something', () => {
  const CHANGING = ROUTES.filter(({ method }) => method !== 'GET');
  const FOREIGN_ORIGINS: [string, Record<string, string>][] = [
    ['another site', { origin: 'https://evil.example' }],
    ['no origin at all (a sandboxed frame)', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://localhost:9999' }],
    ['another site that hides its origin', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling domain that hides its origin', { 'sec-fetch-site': 'same-site' }],
  ];

  test('is in the table', () => expect(CHANGING.length).toBeGreaterThan(30));

  test.each(CHANGING.map((route) => [nameOf(route), route] as const))(
    '%s refuses a browser on a page that is not ours',
    async (_, route) => {
      const somebody = await console.signIn();
      for (const [where, headers] of FOREIGN_ORIGINS) {
        const answer = await somebody.call(route.method, pathOf(route.path), route.method === 'DELETE' ? undefined : {}, headers);
        expect([where, answer.status, answer.body?.type]).toEqual([where, 403, 'urn:lever-certn:problem:foreign-origin']);
      }
      // Nothing of it was done: the session lives.
      expect((await somebody.get('/api/session')).status).toBe(200);
    },
  );
});

describe('every answer', () => {
  test.each(['/', '/sign-in', '/api/session', '/api/nothing', '/reports/x', '/sign-in/sso', '/api/docs'])(
    'of %s may not be framed, and runs no inline script',
    async (path) => {
      const { headers } = await console.nobody().call('GET', path, undefined, { accept: 'text/html' });
      const policy = Object.fromEntries(
        String(headers['content-security-policy'])
          .split(';')
          .map((line) => line.trim().split(/ (.*)/s, 2)),
      ) as Record<string, string>;
      expect(policy).toMatchObject({
        'default-src': "'none'",
        'frame-ancestors': "'none'",
        'script-src': "'self'",
        'base-uri': "'none'",
      });
      expect(headers['x-content-type-options']).toBe('nosniff');
    },
  );
});

describe('on https', () => {
  test('the session lies in a cookie bound to the host, and plain ones are not read', async () => {
    const secure = await SpecConsole.open({ PUBLIC_CONSOLE_URL: 'https://console.example.com' });
    try {
      const body = { email: 'owner@example.com', password: 'a password of twelve' };
      const answer = await secure.nobody().call('POST', '/api/session', body, { origin: 'https://console.example.com' });
      const cookie = [answer.headers['set-cookie']].flat().map(String).join();
      expect(cookie).toMatch(/^__Host-session=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/);
      const secret = /=([\w-]+);/.exec(cookie)![1]!;
      const statusWith = async (name: string): Promise<number> =>
        (await secure.nobody().call('GET', '/api/session', undefined, { cookie: `${name}=${secret}` })).status;
      expect([await statusWith('__Host-session'), await statusWith('session')]).toEqual([200, 401]);
      expect(answer.headers['strict-transport-security']).toContain('max-age=31536000');
      expect((await secure.nobody().call('POST', '/api/session', body, { origin: 'http://console.example.com' })).status).toBe(
        403,
      );
    } finally {
      await secure.close();
    }
  });
});
