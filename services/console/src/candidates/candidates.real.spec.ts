import { itemsOf } from '../console.fixture';
import { console, ids, line, minute, openCandidates, owner, requested, team, teamId, told } from './candidates.fixture';
import { factsOfRequest } from './facts.rules';

openCandidates();

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
