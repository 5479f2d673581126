import type { ActivityLine } from '@lever-certn/events/activity';
import type { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';
import { factsOfActivity, factsOfRequest, factsOfStatus, type Facts } from '../candidates/facts.rules';
import { ReadModelStore } from '../candidates/read-model.store';
import { SpecConsole, type SpecAnswer, type SpecCaller } from '../console.fixture';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

let console: SpecConsole;
let owner: SpecCaller;
let teamId: string;
/** The start of the reader's day: half a day ago, wherever that is midnight. */
let todayMs: number;

beforeAll(async () => {
  console = await SpecConsole.open();
  owner = await console.signIn();
});
afterAll(() => console.close());
beforeEach(async () => {
  teamId = (await owner.post('/api/teams', { name: 'Team' })).body.id as string;
  todayMs = Date.now() - 12 * HOUR_MS;
});

const time = (ms: number): string => new Date(ms).toISOString();
const daysOf = (count: number): string =>
  Array.from({ length: count }, (_, index) => time(todayMs - (count - 1 - index) * DAY_MS)).join(',');
const overview = (days = daysOf(3)): Promise<SpecAnswer> => owner.get(`/api/teams/${teamId}/overview?days=${days}`);
const record = (facts: Facts): Promise<void> => console.readModel.record(facts);

const check = (
  opportunityId: string,
  movedMs: number,
): { [Key in 'teamId' | 'opportunityId' | 'checkId' | 'transitionAt']: string } => ({
  ...{ teamId, opportunityId, checkId: `${teamId} ${opportunityId} ${movedMs}`, transitionAt: time(movedMs) },
});
const asked = (opportunityId: string, movedMs: number): Facts =>
  factsOfRequest(
    { ...check(opportunityId, movedMs), wanted: true, decidedAt: time(movedMs + 100), settingsVersion: 1 },
    `request ${opportunityId} ${movedMs}`,
  );
const status = (opportunityId: string, movedMs: number, atMs: number, over: Partial<CheckStatusUpdated> = {}): Facts =>
  factsOfStatus({
    ...check(opportunityId, movedMs),
    ...{ version: 1, status: 'pending', servicesTotal: 1, servicesDone: 0, reportReady: false, caseId: `case ${opportunityId}` },
    occurredAt: time(atMs),
    ...over,
  });
const line = (opportunityId: string, atMs: number, over: Partial<ActivityLine>): Facts =>
  factsOfActivity({
    teamId,
    source: 'writeback',
    lines: [{ id: `${opportunityId} ${atMs}`, at: time(atMs), kind: 'done', outcome: 'ok', opportunityId, ...over }],
  });
const tagged = (opportunityId: string, movedMs: number, atMs: number, over: Partial<ActivityLine> = {}): Facts =>
  line(opportunityId, atMs, { step: 'tag', checkId: check(opportunityId, movedMs).checkId, detail: 'CERTN - Pending', ...over });
const ended = (opportunityId: string, movedMs: number, atMs: number, how: 'complete' | 'error'): Facts =>
  status(opportunityId, movedMs, atMs, { version: 9, status: how, ...(how === 'error' ? { reason: 'rejected' } : {}) });
const skipped = (opportunityId: string, movedMs: number, outcome = 'skipped'): Facts =>
  line(opportunityId, movedMs + 500, { kind: 'decision', outcome, reason: 'archived', transitionAt: time(movedMs) });

describe('the numbers of today', () => {
  test('of a team where nothing has happened yet are all nought', async () => {
    const answer = await overview();
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      anyone: false,
      today: { moved: 0, ordered: 0, completed: 0, failed: 0, skipped: 0 },
      days: [{}, {}, { start: time(todayMs), moved: 0, completed: 0, tagged: 0, toTagP50Ms: null, toTagP90Ms: null }],
    });
  });

  test('count what happened since the start of the reader’s day, whenever the candidate moved', async () => {
    const [early, yesterday] = [todayMs + HOUR_MS, todayMs - 5 * HOUR_MS];
    for (const facts of [
      asked('new', early),
      status('new', early, early + 1000),
      asked('ordered late', yesterday),
      status('ordered late', yesterday, early),
      asked('completed', yesterday),
      status('completed', yesterday, yesterday + 1000),
      ended('completed', yesterday, early, 'complete'),
      asked('completed before', yesterday),
      ended('completed before', yesterday, yesterday + 2000, 'complete'),
      asked('refused', early),
      status('refused', early, early, { status: 'error', reason: 'no-email', caseId: undefined }),
      skipped('archived', early),
      skipped('archived before', yesterday),
      skipped('not readable', early, 'failed'),
    ])
      await record(facts);
    expect((await overview()).body).toMatchObject({
      anyone: true,
      today: { moved: 4, ordered: 2, completed: 1, failed: 2, skipped: 1 },
      days: [
        { moved: 0, completed: 0 },
        { moved: 4, completed: 1 },
        { moved: 4, completed: 1 },
      ],
    });
  });
});

describe('what is under way', () => {
  beforeEach(async () => {
    for (const [index, word] of (['pending', 'analyzing', 'analyzing', 'partial', 'complete'] as const).entries())
      await record(status(`opp-${index}`, todayMs, todayMs, { status: word }));
    await record(asked('asked', todayMs));
  });

  test('is counted in the words of the tags', async () => {
    expect((await overview()).body.open).toEqual([
      { label: 'Waiting', statuses: ['waiting'], count: 0 },
      { label: 'Requested', statuses: ['requested'], count: 1 },
      { label: 'CERTN - Pending', statuses: ['pending'], count: 1 },
      { label: 'CERTN - Analyzing', statuses: ['analyzing'], count: 2 },
      { label: 'CERTN - Partial', statuses: ['partial'], count: 1 },
    ]);
  });

  test('is counted in those of the team’s profile', async () => {
    await owner.patch(`/api/teams/${teamId}`, { tagProfile: 'current' });
    expect(((await overview()).body.open as object[]).slice(2)).toEqual([
      { label: 'CERTN - Submitted', statuses: ['pending'], count: 1 },
      { label: 'CERTN - In Progress', statuses: ['analyzing', 'partial'], count: 3 },
    ]);
  });
});

describe('the time from the move to the tag', () => {
  const near = (ms: number): unknown => ({ asymmetricMatch: (value: number) => Math.abs(value / ms - 1) < 0.1 });

  test('is that of the first tag, by the day of the move', async () => {
    const movedMs = todayMs - DAY_MS + HOUR_MS;
    for (let n = 1; n <= 10; n += 1) {
      await record(status(`opp-${n}`, movedMs + n, movedMs + n + 50));
      await record(tagged(`opp-${n}`, movedMs + n, movedMs + n + n * 1000));
      await record(tagged(`opp-${n}`, movedMs + n, movedMs + n + 3 * HOUR_MS));
    }
    const { days } = (await overview()).body as { days: object[] };
    expect(days[1]).toMatchObject({ tagged: 10, toTagP50Ms: near(5000), toTagP90Ms: near(9000) });
    expect(days[2]).toMatchObject({ tagged: 0, toTagP50Ms: null, toTagP90Ms: null });
  });

  test('does not count a tag that was taken away, or that nobody wrote', async () => {
    await record(status('opp', todayMs, todayMs));
    await record(tagged('opp', todayMs, todayMs + 1000, { outcome: 'removed' }));
    await record(
      line('opp', todayMs + 1000, { kind: 'attempt', outcome: 'failed', step: 'tag', checkId: check('opp', todayMs).checkId }),
    );
    expect((await overview()).body.days[2]).toMatchObject({ tagged: 0 });
  });

  test('is the same in whatever order things are told, and told twice', async () => {
    const facts = [
      asked('opp', todayMs),
      status('opp', todayMs, todayMs + 500),
      status('opp', todayMs, todayMs + 5000, { version: 2, status: 'analyzing' }),
      tagged('opp', todayMs, todayMs + 2000),
      tagged('opp', todayMs, todayMs + 7000),
    ];
    for (const order of [facts, [...facts].reverse(), [facts[4]!, facts[2]!, facts[3]!, facts[0]!, facts[1]!]]) {
      await console.database.run('DELETE FROM checks WHERE team_id = ?', [teamId]);
      const store = new ReadModelStore(console.database, 0);
      for (const each of [...order, order[0]!]) await store.record(each);
      const rows = await console.database.query<Record<string, string>>(
        'SELECT transition_at, ordered_at, tagged_at FROM checks WHERE team_id = ?',
        [teamId],
      );
      const sqlTime = (ms: number): string => time(ms).slice(0, 23).replace('T', ' ');
      expect(rows).toEqual([
        { transition_at: sqlTime(todayMs), ordered_at: sqlTime(todayMs + 500), tagged_at: sqlTime(todayMs + 2000) },
      ]);
    }
  });
});

test('days that are no days of a reader are refused with what to do', async () => {
  const answer = await overview(time(todayMs - 5 * DAY_MS));
  expect([answer.status, answer.body.errors[0].field]).toEqual([400, 'days']);
  expect((await owner.get(`/api/teams/${teamId}/overview`)).status).toBe(400);
  expect((await overview(daysOf(14))).body.days).toHaveLength(14);
});

test('what another team has is not counted', async () => {
  await record(asked('opp', todayMs));
  const foreign = (await owner.post('/api/teams', { name: 'Foreign' })).body.id as string;
  const answer = await owner.get(`/api/teams/${foreign}/overview?days=${daysOf(1)}`);
  expect(answer.body).toMatchObject({ anyone: false, today: { moved: 0 } });
});
