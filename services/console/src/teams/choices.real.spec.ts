import { itemsOf, SpecConsole, type SpecAnswer, type SpecCaller } from '../console.fixture';

/** What people choose from while they set a team up: the stages that Lever has now, and the check types of Certn. */

const KEY = 'lever-key-of-sixteen-9f2c';
/** So many Lever gives at once. */
const PAGE_ROWS = 100;
const STAGES = [
  { id: 'stage-new', text: 'New applicant' },
  { id: 'stage-check', text: 'Background Check' },
];

let console: SpecConsole;
let owner: SpecCaller;
let teamId: string;
let team: string;
let count = 0;
/** Whom each role of the table is, by name. */
let callers: Record<string, SpecCaller>;

beforeAll(async () => {
  console = await SpecConsole.open();
  owner = await console.signIn();
  teamId = await newTeam();
  const foreignId = await newTeam();
  const [viewer, admin, foreign] = await Promise.all([
    console.person(owner, { [teamId]: 'viewer' }),
    console.person(owner, { [teamId]: 'admin' }),
    console.person(owner, { [foreignId]: 'admin' }),
  ]);
  callers = {
    owner,
    admin,
    'admin token': await tokenOf(admin, 'admin'),
    viewer,
    'viewer token': await tokenOf(viewer, 'viewer'),
    'admin of another team': foreign,
    'an unknown token': console.token('lc_not-a-token'),
    nobody: console.nobody(),
  };
  team = `/api/teams/${teamId}`;
  console.vendors.leverKeys.set(KEY, 'ok');
  expect((await owner.put(`${team}/lever`, { apiKey: KEY, triggerStage: { name: 'Background Check' } })).status).toBe(200);
});
afterAll(() => console.close());
beforeEach(() => {
  console.vendors.stages = STAGES;
  console.vendors.broken = undefined;
  console.vendors.leverKeys.set(KEY, 'ok');
  console.vendors.asked.length = 0;
});

async function newTeam(): Promise<string> {
  return (await owner.post('/api/teams', { name: `Team ${(count += 1)}` })).body.id as string;
}

async function tokenOf(maker: SpecCaller, role: string): Promise<SpecCaller> {
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  return console.token((await maker.post('/api/tokens', { name: role, teamId, role, expiresAt })).body.token as string);
}

/** A "no" as RFC 9457 has it, with what to do about it. */
function expectProblem(answer: SpecAnswer, status: number, type: string, words: object): void {
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect([answer.status, answer.body]).toEqual([
    status,
    expect.objectContaining({ type: `urn:lever-certn:problem:${type}`, status, title: expect.stringMatching(/.{10}/), ...words }),
  ]);
  expect(answer.text).not.toContain(KEY);
}

describe('the stages to choose from', () => {
  const asked = (): Promise<SpecAnswer> => owner.get(`${team}/lever/stages`);
  const pagesRead = (): number => console.vendors.asked.filter((one) => one === 'GET /v1/stages').length;

  test('are those of Lever, by id and name in its order, read anew each time', async () => {
    const answer = await asked();
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        items: [
          { id: 'stage-new', name: 'New applicant' },
          { id: 'stage-check', name: 'Background Check' },
        ],
        next: null,
      },
    ]);
    console.vendors.stages = [{ id: 'stage-late', text: 'Added a moment ago' }];
    expect(itemsOf(await asked())).toEqual([{ id: 'stage-late', name: 'Added a moment ago' }]);
  });

  test('are read to the last page of Lever, and answered whole', async () => {
    const many = Array.from({ length: 2 * PAGE_ROWS + 50 }, (_, n) => ({ id: `stage-${n}`, text: `Stage ${n}` }));
    console.vendors.stages = many;
    const answer = await asked();
    expect(itemsOf(answer)).toEqual(many.map(({ id, text }) => ({ id, name: text })));
    expect([answer.body.next, pagesRead()]).toEqual([null, 3]);
  });

  test.each([
    ['owner', 200],
    ['admin', 200],
    ['admin token', 200],
    ['viewer', 403],
    ['viewer token', 403],
    ['admin of another team', 404],
    ['an unknown token', 401],
    ['nobody', 401],
  ])('are answered to %s with %i, and only who may has Lever asked', async (name, status) => {
    const answer = await callers[name]!.get(`${team}/lever/stages`);
    expect([answer.status, pagesRead()]).toEqual([status, status === 200 ? 1 : 0]);
    if (status !== 200) expect(answer.body.cure).toMatch(/.{10}/);
  });

  test.each([
    [
      'refuses the key',
      'unauthorized',
      'key-refused',
      { vendor: 'lever', reason: 'unauthorized', cure: expect.stringContaining('Make a new API key in Lever') },
    ],
    [
      'does not let the key read stages',
      'no-stages',
      'permission-missing',
      { vendor: 'lever', permission: 'Read stages', cure: expect.stringContaining('make a new one with read stages') },
    ],
  ] as const)('are not told while Lever %s; that is said with its cure', async (_, may, type, words) => {
    console.vendors.leverKeys.set(KEY, may);
    expectProblem(await asked(), 422, type, words);
  });

  test.each([429, 500, 503])(
    'are not told while Lever answers %i; that is said with when to try again, and works then',
    async (status) => {
      console.vendors.broken = status;
      const answer = await asked();
      expectProblem(answer, 503, 'vendor-unavailable', {
        detail: "Lever can't be reached, or asks us to wait.",
        cure: expect.stringContaining('Try again in a minute'),
        vendor: 'lever',
      });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      console.vendors.broken = undefined;
      expect((await asked()).status).toBe(200);
    },
  );

  test('of a team without a key are not asked for: first a key is to be saved', async () => {
    const answer = await owner.get(`/api/teams/${await newTeam()}/lever/stages`);
    expectProblem(answer, 409, 'not-set-up', { cure: expect.stringContaining('Save an API key') });
    expect(pagesRead()).toBe(0);
  });
});

describe('the services to choose from', () => {
  interface Service {
    type: string;
    name: string;
    says: string;
    arguments: object | null;
    needs: string[];
  }
  const services = async (caller = owner): Promise<Service[]> => itemsOf<Service>(await caller.get('/api/services'));

  test('are the check types of Certn, each with what people call it, its arguments and what it needs', async () => {
    const answer = await owner.get('/api/services');
    expect([answer.status, Object.keys(answer.body as object).sort(), answer.body.next]).toEqual([200, ['items', 'next'], null]);
    const items = itemsOf<Service>(answer);
    expect(items.map(({ type, needs }) => [type, needs])).toEqual([
      ['IDENTITY_VERIFICATION_1', []],
      ['CRIMINAL_RECORD_REPORT_1', ['IDENTITY_VERIFICATION_1']],
      ['CREDIT_REPORT_1', []],
      ['MOTOR_VEHICLE_RECORD_1', []],
    ]);
    for (const item of items)
      expect(item).toEqual({
        type: item.type,
        name: expect.stringMatching(/^[A-Z].{5}/),
        says: expect.stringMatching(/\.$/),
        arguments: item.arguments === null ? null : expect.any(Object),
        needs: item.needs,
      });
    expect(items.find(({ type }) => type === 'CRIMINAL_RECORD_REPORT_1')!.arguments).toEqual({
      ordering_type: 'EXPLICIT_ORDERING',
      explicit_check_type: ['BASIC_CANADIAN_CRIMINAL_RECORD_REPORT_1'],
    });
  });

  test('go into a package as they are answered, and need nothing that is not among them', async () => {
    const items = await services();
    const chosen = items.map(({ type, arguments: given }) => ({ type, ...(given ? { arguments: given } : {}) }));
    const made = await owner.post(`${team}/packages`, { name: 'All there is', services: chosen });
    expect([made.status, made.body]).toEqual([201, expect.objectContaining({ services: chosen })]);
    expect(items.flatMap(({ needs }) => needs).filter((need) => !items.some(({ type }) => type === need))).toEqual([]);
  });

  test.each(['owner', 'admin', 'admin token', 'viewer', 'viewer token', 'admin of another team'])(
    'are the same for %s, without asking a vendor',
    async (name) => {
      expect(await services(callers[name])).toEqual(await services());
      expect(console.vendors.asked).toEqual([]);
    },
  );

  test.each(['an unknown token', 'nobody'])('are not told to %s, who is to sign in', async (name) => {
    const cure = expect.stringMatching(/.{10}/) as string;
    expectProblem(await callers[name]!.get('/api/services'), 401, 'not-signed-in', { cure });
  });
});
