import type { ActivityLine } from '@lever-certn/events/activity';
import { APPLICANT_FIELD, type CheckRequested } from '@lever-certn/events/check-requested';
import type { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';
import { checkIdOfCommand } from '@lever-certn/events/identity.rules';
import { itemsOf, SPEC_KEYRING, SpecConsole, type SpecCaller } from '../console.fixture';
import { ApplicantIndex } from './applicant-index';
import { factsOfActivity, factsOfRequest, factsOfStatus } from './facts.rules';

let console: SpecConsole;
let owner: SpecCaller;
let teamId: string;
let team: string;

beforeAll(async () => {
  console = await SpecConsole.open();
  owner = await console.signIn();
});
afterAll(() => console.close());
beforeEach(async () => {
  teamId = (await owner.post('/api/teams', { name: 'Team' })).body.id as string;
  team = `/api/teams/${teamId}`;
});

const minute = (n: number): string => `2026-05-01T10:${String(n).padStart(2, '0')}:00.000Z`;

async function requested(
  opportunityId: string,
  n: number,
  name: string,
  email: string | null,
  over: Partial<CheckRequested> = {},
): Promise<string> {
  const checkId = `${teamId}-${opportunityId}`;
  const applicant = SPEC_KEYRING.seal(
    JSON.stringify({ name, email, leverUrl: `https://hire.lever.co/candidates/${opportunityId}` }),
    { teamId, recordId: checkId, field: APPLICANT_FIELD },
  );
  const event: CheckRequested = {
    teamId,
    opportunityId,
    checkId,
    transitionAt: minute(n),
    wanted: true,
    decidedAt: minute(n),
    settingsVersion: 1,
    package: { packageId: 'p', name: 'Packages A' },
    applicant,
    ...over,
  };
  await console.readModel.record(
    console.app.get(ApplicantIndex).indexed(factsOfRequest(event, `request ${checkId} ${event.decidedAt}`)),
  );
  return checkId;
}

async function told(opportunityId: string, n: number, over: Partial<CheckStatusUpdated> = {}): Promise<void> {
  await console.readModel.record(
    factsOfStatus({
      teamId,
      opportunityId,
      checkId: `${teamId}-${opportunityId}`,
      transitionAt: minute(n),
      version: 1,
      status: 'pending',
      servicesTotal: 2,
      servicesDone: 0,
      reportReady: false,
      packageName: 'Packages A',
      occurredAt: minute(n + 1),
      ...over,
    }),
  );
}

async function line(over: Partial<ActivityLine>): Promise<void> {
  const whole = {
    id: `${teamId} ${Object.values(over).join(' ')}`.slice(0, 100),
    at: minute(1),
    kind: 'attempt',
    outcome: 'waiting',
    ...over,
  };
  await console.readModel.record(factsOfActivity({ teamId, source: 'writeback', lines: [whole as ActivityLine] }));
}

const ids = (answer: { body: { items: { opportunityId: string }[] } }): string[] =>
  answer.body.items.map(({ opportunityId }) => opportunityId);

describe('the list of candidates', () => {
  beforeEach(async () => {
    await requested('opp-1', 1, 'Ada Lovelace', 'ada@example.com');
    await requested('opp-2', 2, 'Zoë Example-Smith', 'zoe@example.com');
    await told('opp-2', 2, { status: 'error', reason: 'no-email' });
    await requested('opp-3', 3, 'ada Byron', null, { package: { packageId: 'q', name: 'Packages B' } });
    await told('opp-3', 3, { status: 'complete', packageName: 'Packages B' });
  });

  test('shows those who moved last first, with their names opened', async () => {
    const answer = await owner.get(`${team}/candidates`);
    expect(answer.body).toMatchObject({
      items: [
        { opportunityId: 'opp-3', name: 'ada Byron', email: null, status: 'complete', packageName: 'Packages B', cure: null },
        {
          opportunityId: 'opp-2',
          name: 'Zoë Example-Smith',
          status: 'error',
          reason: 'no-email',
          cure: expect.stringContaining('e-mail'),
        },
        { opportunityId: 'opp-1', status: 'requested', checkId: `${teamId}-opp-1` },
      ],
      next: null,
    });
  });

  test.each([
    ['status=error', ['opp-2']],
    ['status=skipped', []],
    ['package=Packages%20B', ['opp-3']],
    ['problem=no-email', ['opp-2']],
    ['q=ADA', ['opp-3', 'opp-1']],
    ['q=ada%20lovelace', ['opp-1']],
    ['q=lovelace%20zo%C3%AB', []],
    ['q=smith', ['opp-2']],
    ['q=zoe%CC%88', ['opp-2']],
    ['q=Ada@Example.com', ['opp-1']],
    ['q=example.com', []],
    ['q=lov', []],
    ['q=opp-1', ['opp-1']],
    ['q=%25', []],
    ['q=ada&status=complete', ['opp-3']],
    ['status=complete,error', ['opp-3', 'opp-2']],
    ['status=complete&status=requested', ['opp-3', 'opp-1']],
    ['sort=movedAt', ['opp-1', 'opp-2', 'opp-3']],
    ['sort=-movedAt', ['opp-3', 'opp-2', 'opp-1']],
    ['sort=-changedAt', ['opp-3', 'opp-2', 'opp-1']],
    ['sort=status', ['opp-3', 'opp-2', 'opp-1']],
    ['sort=movedAt&status=complete,error', ['opp-2', 'opp-3']],
    ['sort=movedAt&q=ada', ['opp-1', 'opp-3']],
  ])('filtered by %s', async (query, expected) => {
    expect(ids(await owner.get(`${team}/candidates?${query}`))).toEqual(expected);
  });

  test.each(['status=green', 'status=', 'status=error,green', 'limit=1000', 'q=', 'sort=name'])(
    'refuses %s with a cure',
    async (query) => {
      const answer = await owner.get(`${team}/candidates?${query}`);
      expect([answer.status, answer.body.type]).toEqual([400, 'urn:lever-certn:problem:invalid']);
    },
  );

  test('comes page by page, each candidate once', async () => {
    const first = await owner.get(`${team}/candidates?limit=2`);
    expect(ids(first)).toEqual(['opp-3', 'opp-2']);
    const second = await owner.get(`${team}/candidates?limit=2&after=${first.body.next}`);
    expect(ids(second)).toEqual(['opp-1']);
    expect(second.body.next).toBeNull();
  });

  test.each(['movedAt', '-changedAt', 'changedAt', 'status'])('comes page by page in the order %s', async (sort) => {
    const whole = ids(await owner.get(`${team}/candidates?sort=${sort}`));
    const seen: string[] = [];
    let after = '';
    for (let page = 0; page < 3; page += 1) {
      const answer = await owner.get(`${team}/candidates?sort=${sort}&limit=1${after}`);
      seen.push(...ids(answer));
      after = `&after=${answer.body.next}`;
    }
    expect(seen).toEqual(whole);
    expect(whole).toHaveLength(3);
  });

  test('refuses the place in a list of another order, with a cure', async () => {
    const { next } = (await owner.get(`${team}/candidates?limit=1&sort=movedAt`)).body as { next: string };
    const answer = await owner.get(`${team}/candidates?limit=1&sort=changedAt&after=${next}`);
    expect([answer.status, answer.body.cure]).toEqual([400, expect.stringContaining('order changes')]);
  });

  test('is ordered by the last change, whenever the candidate moved', async () => {
    await told('opp-1', 1, { occurredAt: minute(40) });
    expect(ids(await owner.get(`${team}/candidates?sort=-changedAt`))).toEqual(['opp-1', 'opp-3', 'opp-2']);
    await line({
      kind: 'decision',
      outcome: 'skipped',
      reason: 'archived',
      opportunityId: 'opp-1',
      transitionAt: minute(1),
      at: minute(2),
    });
    const { items } = (await owner.get(`${team}/candidates?sort=-changedAt`)).body;
    expect(items[0]).toMatchObject({ changedAt: minute(40), movedAt: minute(1) });
  });

  test('says each status in the words of the tags, by the profile of the team', async () => {
    await requested('opp-4', 4, 'Eve Example', 'eve@example.com');
    await told('opp-4', 4, { status: 'pending', caseId: 'case-4', caseStatus: 'APPLICANT_STARTED' });
    const labels = async (): Promise<string[]> =>
      itemsOf<{ label: string }>(await owner.get(`${team}/candidates`)).map(({ label }) => label);
    expect(await labels()).toEqual(['CERTN - Pending', 'CERTN - Complete', 'CERTN - ERROR (No Email)', 'Requested']);
    await owner.patch(team, { tagProfile: 'current' });
    await told('opp-3', 3, { version: 2, status: 'complete', result: 'review', packageName: 'Packages B' });
    expect(await labels()).toEqual([
      'CERTN - Applicant Started',
      'CERTN - Complete (Review)',
      'CERTN - ERROR (No Email)',
      'Requested',
    ]);
  });

  test('leads to Lever and to the report, as soon as there is one', async () => {
    await told('opp-3', 3, { version: 2, status: 'partial', reportReady: true, packageName: 'Packages B' });
    const { items } = (await owner.get(`${team}/candidates`)).body;
    expect(items).toMatchObject([
      { leverUrl: 'https://hire.lever.co/candidates/opp-3', reportUrl: `http://localhost:8080/reports/${teamId}-opp-3` },
      { leverUrl: 'https://hire.lever.co/candidates/opp-2', reportUrl: null, reasonLabel: 'No e-mail address' },
      { reportUrl: null },
    ]);
  });

  test('is downloaded as a table, filtered alike, with nothing in it that a spreadsheet would run', async () => {
    await requested('opp-4', 4, '=HYPERLINK("x")', 'eve@example.com');
    const answer = await owner.get(`${team}/candidates.csv?status=error,requested&sort=movedAt&limit=1`);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
    const rows = answer.text.slice(1).trim().split('\r\n');
    expect(rows[0]).toBe('Name,E-mail,Status,Problem,What to do,Package,Moved,Last change,Lever,Report,Opportunity');
    expect(rows.slice(1).map((row) => row.split(',').at(-1))).toEqual(['opp-1', 'opp-2', 'opp-4']);
    expect(rows[2]).toContain('Zoë Example-Smith,zoe@example.com,CERTN - ERROR (No Email),No e-mail address,');
    expect(rows[3]).toMatch(/^"'=HYPERLINK/);
    const audit = itemsOf(await owner.get(`/api/audit?team=${teamId}`))[0];
    expect(audit).toMatchObject({ action: 'candidates-exported', email: 'owner@example.com', detail: { searched: false } });
  });

  test('is downloaded to its end, whatever a page holds', async () => {
    const facts = Array.from({ length: 1205 }, (_, index) =>
      factsOfRequest(
        {
          ...{ teamId, opportunityId: `many-${index}`, checkId: `${teamId}-many-${index}`, transitionAt: minute(10) },
          ...{ wanted: true, decidedAt: minute(10), settingsVersion: 1 },
        },
        `many ${index}`,
      ),
    );
    const store = console.readModel;
    await Promise.all(facts.map((fact) => store.record(fact)));
    const ids = (await owner.get(`${team}/candidates.csv`)).text
      .trim()
      .split('\r\n')
      .slice(1)
      .map((row) => row.split(',').at(-1));
    expect([ids.length, new Set(ids).size]).toEqual([1208, 1208]);
  });

  test('names what it can be filtered by, with how many there are', async () => {
    const { total, statuses, packages, problems } = (await owner.get(`${team}/candidate-choices`)).body as Record<
      string,
      unknown
    > & {
      statuses: { count: number }[];
    };
    expect(total).toBe(3);
    const some = statuses.filter(({ count }) => count > 0);
    expect(some).toEqual([
      { label: 'Requested', statuses: ['requested'], count: 1 },
      { label: 'CERTN - Complete', statuses: ['complete'], count: 1 },
      { label: 'CERTN - ERROR', statuses: ['error'], count: 1 },
    ]);
    expect(packages).toEqual([
      { name: 'Packages A', count: 2 },
      { name: 'Packages B', count: 1 },
    ]);
    expect(problems).toEqual([{ reason: 'no-email', label: 'No e-mail address', count: 1 }]);
  });

  test('offers what has the same tag as one choice', async () => {
    await owner.patch(team, { tagProfile: 'current' });
    const { statuses } = (await owner.get(`${team}/candidate-choices`)).body;
    expect(statuses).toContainEqual({ label: 'CERTN - In Progress', statuses: ['analyzing', 'partial'], count: 0 });
  });

  test('shows nothing of another team', async () => {
    const other = (await owner.post('/api/teams', { name: 'Other' })).body.id as string;
    expect((await owner.get(`/api/teams/${other}/candidates`)).body.items).toEqual([]);
    expect((await owner.get(`/api/teams/${other}/candidates/opp-1`)).status).toBe(404);
  });

  test('lies in the tables without names and addresses', async () => {
    const tables = ['candidates', 'checks', 'timeline', 'deliveries'];
    const rows = await Promise.all(tables.map((table) => console.database.query(`SELECT * FROM ${table}`)));
    // No shorter words: three letters of the alphabet turn up in sealed text by chance.
    const found = ['Lovelace', 'ada@example.com', 'Zoë'].filter((word) => JSON.stringify(rows).includes(word));
    expect(found).toEqual([]);
  });
});

describe('one candidate', () => {
  test('has its checks, newest first, and one timeline from the webhook to the tag', async () => {
    await line({ kind: 'delivery', outcome: 'accepted', vendor: 'lever', opportunityId: 'opp', at: minute(0) });
    const checkId = await requested('opp', 1, 'Ada Lovelace', 'ada@example.com');
    await told('opp', 1, { caseId: 'case-1', caseStatus: 'INVITED' });
    await told('opp', 1, {
      version: 2,
      status: 'partial',
      servicesDone: 1,
      reportReady: true,
      occurredAt: minute(5),
      caseId: 'case-1',
    });
    await line({
      kind: 'done',
      outcome: 'ok',
      step: 'tag',
      detail: 'CERTN - Partial',
      opportunityId: 'opp',
      checkId,
      at: minute(6),
    });
    const answer = await owner.get(`${team}/candidates/opp`);
    expect(answer.body).toMatchObject({ name: 'Ada Lovelace', status: 'partial', nextTry: null });
    expect(answer.body.checks).toMatchObject([
      {
        checkId,
        version: 2,
        status: 'partial',
        caseId: 'case-1',
        servicesDone: 1,
        reportUrl: `http://localhost:8080/reports/${checkId}`,
      },
    ]);
    const lines = answer.body.timeline as { kind: string; outcome: string; title: string; text: string | null }[];
    expect(lines.map(({ title, text }) => (text ? `${title}: ${text}` : title))).toEqual([
      'Lever told of a move',
      'Decided: order a check: Package: Packages A',
      'The check is ordered at Certn: Tag: CERTN - Pending',
      'The first results are there: Tag: CERTN - Partial',
      'The tag was written in Lever: CERTN - Partial',
    ]);
    expect(lines.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      'delivery accepted',
      'requested wanted',
      'status pending',
      'status partial',
      'done ok',
    ]);
  });

  test('says when the next try is, and why', async () => {
    await requested('opp', 1, 'Ada', 'ada@example.com');
    await line({
      opportunityId: 'opp',
      step: 'order',
      vendor: 'certn',
      reason: 'unavailable',
      nextTryAt: minute(30),
      attempt: 3,
      at: minute(2),
    });
    expect((await owner.get(`${team}/candidates/opp`)).body.nextTry).toEqual({
      at: minute(30),
      why: 'unavailable',
      label: 'It could not be reached',
      step: 'order',
      cure: expect.stringContaining('by itself'),
    });
    await told('opp', 1, { occurredAt: minute(31) });
    expect((await owner.get(`${team}/candidates/opp`)).body.nextTry).toBeNull();
  });

  test('that nobody knows is not found', async () => {
    expect((await owner.get(`${team}/candidates/nobody`)).status).toBe(404);
  });
});

async function enabled(): Promise<void> {
  await console.database.run(`UPDATE teams SET settings = JSON_SET(settings, '$.enabled', true) WHERE id = ?`, [teamId]);
}

describe('ordering anyway', () => {
  test('gives a command, shows it in the timeline and tells who and why in the audit', async () => {
    await enabled();
    await requested('opp', 1, 'Ada', 'ada@example.com');
    const pack = (await owner.post(`${team}/packages`, { name: 'B', certnPackageId: 'b' })).body.id as string;
    const answer = await owner.post(`${team}/candidates/opp/order`, { reason: 'agreed by phone', packageId: pack });
    expect(answer.status).toBe(202);
    const { commandId, checkId } = answer.body as { commandId: string; checkId: string };
    expect(checkId).toBe(checkIdOfCommand(teamId, 'opp', commandId));
    expect(console.commands().at(-1)).toMatchObject({
      type: 'order',
      teamId,
      opportunityId: 'opp',
      commandId,
      reason: 'agreed by phone',
      packageId: pack,
      by: expect.stringMatching(/^user:/),
    });
    const timeline = (await owner.get(`${team}/candidates/opp`)).body.timeline as object[];
    expect(timeline.at(-1)).toMatchObject({
      kind: 'command',
      outcome: 'order',
      title: 'Ordered by hand',
      text: 'agreed by phone',
      byName: 'owner@example.com',
      checkId,
    });
    const audit = (await owner.get(`/api/audit?team=${teamId}`)).body.items[0];
    expect(audit).toMatchObject({
      action: 'ordered-anyway',
      subject: 'opp',
      email: 'owner@example.com',
      ip: '127.0.0.1',
      detail: { reason: 'agreed by phone' },
    });
  });

  test('with the same Idempotency-Key orders once, and refuses the key for something else', async () => {
    await enabled();
    const keyed = owner.with({ 'idempotency-key': `key of ${teamId}` });
    const before = console.commands().length;
    const answers = await Promise.all([1, 2, 3].map(() => keyed.post(`${team}/candidates/opp/order`, { reason: 'once' })));
    expect(new Set(answers.map(({ body }) => body.commandId as string)).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(console.commands().length).toBe(before + 1);
    const other = await keyed.post(`${team}/candidates/opp/order`, { reason: 'twice' });
    expect([other.status, other.body.type]).toEqual([409, 'urn:lever-certn:problem:key-reused']);
    expect((await owner.post(`${team}/candidates/opp/order`, { reason: 'once' })).body.commandId).not.toBe(
      answers[0]!.body.commandId,
    );
  });

  test.each([
    ['without a reason', {}, 400],
    ['with an empty reason', { reason: '  ' }, 400],
    ['with a package of nobody', { reason: 'x', packageId: 'nope' }, 400],
    ['with a reason that is a list', { reason: ['x'] }, 400],
  ])('%s is refused with a cure', async (_, body, status) => {
    await enabled();
    const before = console.commands().length;
    const answer = await owner.post(`${team}/candidates/opp/order`, body);
    expect(answer.status).toBe(status);
    expect(answer.body.cure).toMatch(/.{10}/);
    expect(console.commands().length).toBe(before);
  });

  test('while the integration is disabled is refused, since nobody would do it', async () => {
    expect((await owner.post(`${team}/candidates/opp/order`, { reason: 'x' })).status).toBe(409);
  });
});

describe('checking again', () => {
  test('has the candidate looked at, and says in timeline and audit who asked', async () => {
    await enabled();
    await requested('opp', 1, 'Ada', 'ada@example.com');
    const answer = await owner.post(`${team}/candidates/opp/look`);
    expect(answer.status).toBe(202);
    expect(console.commands().at(-1)).toMatchObject({ type: 'look', teamId, opportunityId: 'opp', ...answer.body });
    expect(console.commands().at(-1)).not.toHaveProperty('checkId');
    const { timeline } = (await owner.get(`${team}/candidates/opp`)).body as { timeline: object[] };
    expect(timeline.at(-1)).toMatchObject({ title: 'Asked to check again', byName: 'owner@example.com' });
    const audit = (await owner.get(`/api/audit?team=${teamId}`)).body.items[0];
    expect(audit).toMatchObject({ action: 'checked-again', subject: 'opp', email: 'owner@example.com' });
  });

  test('with the same Idempotency-Key looks once', async () => {
    await enabled();
    const keyed = owner.with({ 'idempotency-key': `look of ${teamId}` });
    const answers = await Promise.all([1, 2].map(() => keyed.post(`${team}/candidates/opp/look`)));
    expect(new Set(answers.map(({ body }) => body.commandId as string)).size).toBe(1);
  });

  test('while the integration is disabled is refused with a cure', async () => {
    const answer = await owner.post(`${team}/candidates/opp/look`);
    expect([answer.status, answer.body.cure]).toEqual([409, expect.stringContaining('Enable')]);
  });

  test('by an API token is told by the name of the token', async () => {
    await enabled();
    await requested('opp', 1, 'Ada', 'ada@example.com');
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const made = await owner.post('/api/tokens', { name: 'nightly', teamId, role: 'admin', expiresAt });
    expect((await console.token(made.body.token as string).post(`${team}/candidates/opp/look`)).status).toBe(202);
    const { timeline } = (await owner.get(`${team}/candidates/opp`)).body as { timeline: object[] };
    expect(timeline.at(-1)).toMatchObject({ byName: 'API token “nightly”' });
  });
});

describe('what stands against what an admin may do', () => {
  const obstacles = async (): Promise<Record<string, string | null>> =>
    (await owner.get(`${team}/candidates/opp`)).body.obstacles as Record<string, string | null>;

  test('is said with the candidate', async () => {
    await requested('opp', 1, 'Ada', 'ada@example.com');
    expect(await obstacles()).toMatchObject({
      order: expect.stringContaining('disabled'),
      look: expect.stringContaining('disabled'),
    });
    await enabled();
    expect(await obstacles()).toEqual({
      order: expect.stringContaining('A check is open'),
      look: null,
      settle: expect.stringContaining('No check'),
    });
    await told('opp', 1, { status: 'error', reason: 'needs-attention' });
    expect(await obstacles()).toEqual({ order: expect.stringContaining('settle it first'), look: null, settle: null });
    expect((await owner.get(`${team}/candidates/opp`)).body.checks).toMatchObject([{ open: true }]);
    await told('opp', 1, { version: 2, status: 'complete' });
    expect(await obstacles()).toMatchObject({ order: null });
    expect((await owner.get(`${team}/candidates/opp`)).body.checks).toMatchObject([{ open: false }]);
  });
});

describe('settling a check that needs attention', () => {
  const resolve = (checkId: string, body: object): ReturnType<SpecCaller['post']> =>
    owner.post(`${team}/checks/${checkId}/resolve`, body);

  test.each([
    [{ caseId: 'case-9' }, { resolution: 'case', caseId: 'case-9' }],
    [{ order: true }, { resolution: 'order' }],
    [{ drop: true }, { resolution: 'drop' }],
  ])('by %j gives the command', async (body, expected) => {
    const checkId = await requested('opp', 1, 'Ada', 'ada@example.com');
    await told('opp', 1, { status: 'error', reason: 'needs-attention' });
    const answer = await resolve(checkId, body);
    expect(answer.status).toBe(202);
    expect(console.commands().at(-1)).toMatchObject({
      type: 'resolve',
      checkId,
      opportunityId: 'opp',
      commandId: answer.body.commandId,
      ...expected,
    });
  });

  test.each([[{}], [{ order: true, drop: true }], [{ order: false }], [{ caseId: '' }], [{ drop: 'yes' }]])(
    'by %j is refused with a cure',
    async (body) => {
      const checkId = await requested('opp', 1, 'Ada', 'ada@example.com');
      await told('opp', 1, { status: 'error', reason: 'needs-attention' });
      expect((await resolve(checkId, body)).status).toBe(400);
    },
  );

  test('is a conflict for a check that does not need it, and not found for one of another team', async () => {
    const checkId = await requested('opp', 1, 'Ada', 'ada@example.com');
    await told('opp', 1);
    expect((await resolve(checkId, { drop: true })).status).toBe(409);
    const other = (await owner.post('/api/teams', { name: 'Other' })).body.id as string;
    expect((await owner.post(`/api/teams/${other}/checks/${checkId}/resolve`, { drop: true })).status).toBe(404);
  });
});

describe('deliveries', () => {
  test('are listed newest first, those nobody signed only as counts', async () => {
    await line({ kind: 'delivery', outcome: 'accepted', vendor: 'lever', opportunityId: 'opp', at: minute(1) });
    await line({ kind: 'delivery', outcome: 'signature-wrong', vendor: 'lever', count: 17, at: minute(2) });
    await line({ kind: 'delivery', outcome: 'repeat', vendor: 'certn', at: minute(3) });
    expect((await owner.get(`${team}/deliveries`)).body.items).toMatchObject([
      { outcome: 'repeat', vendor: 'certn', count: 1 },
      { outcome: 'signature-wrong', count: 17, opportunityId: null },
      { outcome: 'accepted', opportunityId: 'opp' },
    ]);
    const page = await owner.get(`${team}/deliveries?vendor=lever&limit=1`);
    expect(page.body.items).toMatchObject([{ outcome: 'signature-wrong' }]);
    expect((await owner.get(`${team}/deliveries?vendor=lever&limit=1&after=${page.body.next}`)).body).toMatchObject({
      items: [{ outcome: 'accepted' }],
      next: null,
    });
    expect((await owner.get(`${team}/deliveries?vendor=x`)).status).toBe(400);
  });

  test('are found by candidate, by verdict and by time, and say what to do', async () => {
    await line({ kind: 'delivery', outcome: 'accepted', vendor: 'lever', opportunityId: 'opp', at: minute(1) });
    await line({ kind: 'delivery', outcome: 'repeat', vendor: 'lever', opportunityId: 'opp', at: minute(2) });
    await line({ kind: 'delivery', outcome: 'accepted', vendor: 'lever', opportunityId: 'other', at: minute(3) });
    await line({ kind: 'delivery', outcome: 'signature-wrong', vendor: 'lever', count: 5, at: minute(4) });
    const found = async (query: string): Promise<string[]> =>
      itemsOf<{ at: string; outcome: string }>(await owner.get(`${team}/deliveries?${query}`)).map(
        ({ at, outcome }) => `${at.slice(14, 16)} ${outcome}`,
      );
    expect(await found('opportunityId=opp')).toEqual(['02 repeat', '01 accepted']);
    expect(await found('outcome=accepted')).toEqual(['03 accepted', '01 accepted']);
    expect(await found(`since=${minute(2)}&until=${minute(3)}`)).toEqual(['03 accepted', '02 repeat']);
    const { items } = (await owner.get(`${team}/deliveries?outcome=signature-wrong`)).body;
    expect(items).toMatchObject([
      { label: 'The signature does not fit', cure: expect.stringContaining('Webhook Signature'), count: 5 },
    ]);
    expect((await owner.get(`${team}/deliveries?since=yesterday`)).status).toBe(400);
  });

  test('are counted by verdict over the last 24 hours', async () => {
    const now = new Date().toISOString();
    await line({ kind: 'delivery', outcome: 'signature-wrong', vendor: 'lever', count: 17, at: now });
    await line({ kind: 'delivery', outcome: 'signature-wrong', vendor: 'lever', count: 3, at: now, reason: 'x' });
    await line({ kind: 'delivery', outcome: 'accepted', vendor: 'certn', at: now });
    await line({ kind: 'delivery', outcome: 'accepted', vendor: 'certn', at: minute(1) });
    expect((await owner.get(`${team}/delivery-counts`)).body.counts).toMatchObject([
      { vendor: 'lever', outcome: 'signature-wrong', count: 20 },
      { vendor: 'certn', outcome: 'accepted', label: 'Accepted', count: 1 },
    ]);
  });
});

describe('problems', () => {
  const reasons = async (): Promise<string[]> =>
    ((await owner.get(`${team}/problems`)).body.items as { kind: string; reason: string; cure: string }[]).map(
      ({ kind, reason, cure }) => {
        expect(cure).toMatch(/.{10}/);
        return `${kind} ${reason}`;
      },
    );

  test('come with their cure and leave when they are solved', async () => {
    expect(await reasons()).toEqual([]);
    await requested('opp', 1, 'Ada Lovelace', null);
    await told('opp', 1, { status: 'error', reason: 'no-email' });
    await line({
      kind: 'problem',
      outcome: 'raised',
      reason: 'case-not-visible',
      opportunityId: 'opp',
      checkId: 'k',
      at: minute(2),
    });
    await line({ kind: 'connection', outcome: 'broken', vendor: 'certn', reason: 'unauthorized', at: minute(2) });
    await console.database.run(
      `UPDATE teams SET settings = JSON_SET(settings, '$.certn', JSON_OBJECT('region', 'ca', 'webhookSecrets', JSON_ARRAY())) WHERE id = ?`,
      [teamId],
    );
    expect(await reasons()).toEqual(['connection unauthorized', 'raised case-not-visible', 'candidate no-email']);

    await told('opp', 1, { version: 2, status: 'pending', occurredAt: minute(4) });
    await line({
      kind: 'problem',
      outcome: 'cleared',
      reason: 'case-not-visible',
      opportunityId: 'opp',
      checkId: 'k',
      at: minute(3),
    });
    await line({ kind: 'connection', outcome: 'ok', vendor: 'certn', at: minute(3) });
    expect(await reasons()).toEqual([]);
    await line({ kind: 'connection', outcome: 'broken', vendor: 'certn', reason: 'late', at: minute(1) });
    expect(await reasons()).toEqual([]);
  });

  test('lead to where they are cured, and are counted', async () => {
    await requested('opp-1', 1, 'Ada Lovelace', null);
    await told('opp-1', 1, { status: 'error', reason: 'no-email' });
    await requested('opp-2', 2, 'Zoë Example', null);
    await told('opp-2', 2, { status: 'error', reason: 'package-inactive' });
    await line({ kind: 'connection', outcome: 'broken', vendor: 'lever', reason: 'unauthorized', at: minute(2) });
    await console.database.run(
      `UPDATE teams SET settings = JSON_SET(settings, '$.lever', JSON_OBJECT('signatureTokens', JSON_ARRAY())) WHERE id = ?`,
      [teamId],
    );
    const { items } = (await owner.get(`${team}/problems`)).body;
    expect(items).toMatchObject([
      { kind: 'connection', title: 'The connection to Lever does not work', place: 'lever' },
      {
        reason: 'package-inactive',
        title: 'The package is not active',
        place: 'packages',
        opportunityId: 'opp-2',
        name: 'Zoë Example',
      },
      { reason: 'no-email', title: 'No e-mail address', place: 'candidate', detail: 'CERTN - ERROR (No Email)' },
    ]);
    expect((await owner.get(`${team}/problem-count`)).body).toEqual({ count: 3 });
  });

  test('tell of those who have waited for more than a quarter of an hour', async () => {
    await line({ kind: 'attempt', step: 'look', outcome: 'waiting', reason: 'unavailable', opportunityId: 'old', at: minute(1) });
    await line({
      kind: 'attempt',
      step: 'look',
      outcome: 'waiting',
      reason: 'unavailable',
      opportunityId: 'new',
      at: new Date().toISOString(),
    });
    expect((await owner.get(`${team}/problems`)).body.items).toMatchObject([
      { kind: 'waiting', reason: 'unavailable', opportunityId: 'old' },
    ]);
  });
});
