import type { Activity, ActivityLine } from '@lever-certn/events/activity';
import type { CheckRequested } from '@lever-certn/events/check-requested';
import type { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';
import { factId } from '@lever-certn/events/identity.rules';
import type { Database } from '@lever-certn/database/database';
import { openSpecDatabase } from '../console.fixture';
import { factsOfActivity, factsOfRequest, factsOfStatus, type Facts } from './facts.rules';
import { ReadModelStore } from './read-model.store';

const T1 = '2026-11-01T10:00:00.000Z';
const T2 = '2026-11-02T10:00:00.000Z';
let database: Database;
let drop: () => Promise<void>;
let store: ReadModelStore;
let team = 0;
let teamId = '';

beforeAll(async () => {
  ({ database, drop } = await openSpecDatabase());
  store = new ReadModelStore(database, 0);
});
afterAll(() => drop());
beforeEach(() => (teamId = `team-${(team += 1)}`));

const request = (over: Partial<CheckRequested> = {}): Facts =>
  factsOfRequest(
    {
      teamId,
      opportunityId: 'opp',
      checkId: `${teamId}-check-1`,
      transitionAt: T1,
      wanted: true,
      decidedAt: T1,
      settingsVersion: 1,
      package: { packageId: 'p', name: 'Packages A' },
      ...over,
    },
    `request ${over.checkId ?? 1} ${over.decidedAt ?? T1}`,
  );

const status = (over: Partial<CheckStatusUpdated> = {}): Facts =>
  factsOfStatus({
    teamId,
    opportunityId: 'opp',
    checkId: `${teamId}-check-1`,
    transitionAt: T1,
    version: 1,
    status: 'pending',
    servicesTotal: 2,
    servicesDone: 0,
    reportReady: false,
    occurredAt: '2026-11-01T10:01:00.000Z',
    packageName: 'Packages A',
    ...over,
  });

const line = (over: Partial<ActivityLine>): Facts => {
  const whole = {
    id: factId(JSON.stringify(over)),
    at: '2026-11-01T10:05:00.000Z',
    kind: 'decision',
    outcome: 'skipped',
    opportunityId: 'opp',
    ...over,
  };
  const activity: Activity = { teamId, source: 'resolver', lines: [whole as ActivityLine] };
  return factsOfActivity(activity);
};

async function candidate(): Promise<{ status: string; reason: string | null }> {
  const rows = await database.query<{ status: string; reason: string | null }>(
    'SELECT status, reason FROM candidates WHERE team_id = ? AND opportunity_id = ?',
    [teamId, 'opp'],
  );
  return rows[0]!;
}

function* orders<Item>(items: readonly Item[]): Generator<Item[]> {
  if (items.length <= 1) {
    yield [...items];
    return;
  }
  for (const [index, item] of items.entries())
    for (const rest of orders([...items.slice(0, index), ...items.slice(index + 1)])) yield [item, ...rest];
}

const second = (): { checkId: string; transitionAt: string } => ({ checkId: `${teamId}-check-2`, transitionAt: T2 });
const later = '2026-11-02T10:05:00.000Z';

const CASES: [string, () => Facts[], { status: string; reason: string | null }][] = [
  ['asked for, nothing heard yet', () => [request()], { status: 'requested', reason: null }],
  ['asked for with a problem', () => [request({ problem: 'no-email' })], { status: 'requested', reason: 'no-email' }],
  [
    'asked for twice, the newer facts count',
    () => [request({ problem: 'no-email' }), request({ decidedAt: T2 })],
    { status: 'requested', reason: null },
  ],
  [
    'the newest version of a status',
    () => [request(), status(), status({ version: 2, status: 'analyzing' })],
    { status: 'analyzing', reason: null },
  ],
  [
    'an error with its reason',
    () => [request(), status({ status: 'error', reason: 'no-email' })],
    { status: 'error', reason: 'no-email' },
  ],
  [
    'a complete check and a newer one asked for',
    () => [status({ version: 5, status: 'complete' }), request(second())],
    { status: 'requested', reason: null },
  ],
  [
    'an open check and a newer one that is never ordered',
    () => [status({ status: 'analyzing' }), request(second()), line({ ...second(), at: later, reason: 'already-open' })],
    { status: 'analyzing', reason: null },
  ],
  [
    'the open check of before is over, the newer one stays refused',
    () => [
      status({ version: 3, status: 'complete' }),
      request(second()),
      line({ ...second(), at: later, reason: 'already-open' }),
    ],
    { status: 'complete', reason: null },
  ],
  [
    'needs attention, and a newer one that is never ordered',
    () => [
      status({ status: 'error', reason: 'needs-attention' }),
      request(second()),
      line({ ...second(), at: later, reason: 'already-open' }),
    ],
    { status: 'error', reason: 'needs-attention' },
  ],
  [
    'skipped, since it moved before it was enabled',
    () => [line({ transitionAt: T1, reason: 'before-enabled' })],
    { status: 'skipped', reason: 'before-enabled' },
  ],
  [
    'skipped, then ordered by hand',
    () => [line({ transitionAt: T1, reason: 'before-enabled' }), request(second())],
    { status: 'requested', reason: null },
  ],
  [
    'complete, moved in again before it was enabled with another stage',
    () => [status({ version: 5, status: 'complete' }), line({ transitionAt: T2, at: later, reason: 'before-enabled' })],
    { status: 'skipped', reason: 'before-enabled' },
  ],
  [
    'complete, and a look that finds it elsewhere',
    () => [status({ version: 5, status: 'complete' }), line({ transitionAt: T2, at: later, reason: 'left-stage' })],
    { status: 'complete', reason: null },
  ],
  [
    'nothing but a look that failed',
    () => [line({ kind: 'attempt', step: 'look', outcome: 'waiting', reason: 'unavailable' })],
    { status: 'waiting', reason: 'unavailable' },
  ],
  [
    'a look that failed, then a decision',
    () => [
      line({ kind: 'attempt', step: 'look', outcome: 'waiting', reason: 'unavailable' }),
      line({ at: later, outcome: 'failed', reason: 'no-transition' }),
    ],
    { status: 'failed', reason: 'no-transition' },
  ],
  [
    'an order by hand that could not be decided',
    () => [
      status({ version: 5, status: 'complete' }),
      request(second()),
      line({ ...second(), at: later, outcome: 'failed', reason: 'confidential' }),
    ],
    { status: 'failed', reason: 'confidential' },
  ],
  [
    'a command that was carried out is no decision about the candidate',
    () => [
      status({ status: 'pending' }),
      line({ checkId: `${teamId}-check-1`, transitionAt: T1, at: later, outcome: 'ok', reason: 'case' }),
    ],
    { status: 'pending', reason: null },
  ],
];

describe('a candidate’s row', () => {
  test.each(CASES)('%s', async (_, facts, expected) => {
    for (const order of orders(facts())) {
      teamId = `team-${(team += 1)}`;
      for (const fact of renamed(order)) await store.record(fact);
      expect(await candidate()).toMatchObject(expected);

      teamId = `team-${(team += 1)}`;
      await Promise.all(renamed(order).map((fact) => store.record(fact)));
      expect(await candidate()).toMatchObject(expected);
    }
  });

  test('a repeat of everything changes nothing', async () => {
    const facts = [
      request(),
      status(),
      status({ version: 2, status: 'partial' }),
      line({ checkId: `${teamId}-check-1`, reason: 'already-open' }),
    ];
    for (const fact of facts) await store.record(fact);
    const tables = ['candidates', 'checks', 'timeline', 'deliveries'];
    const read = (): Promise<unknown[][]> =>
      Promise.all(tables.map((table) => database.query(`SELECT * FROM ${table} WHERE team_id = ?`, [teamId])));
    const before = await read();
    await Promise.all([...facts, ...facts].map((fact) => store.record(fact)));
    expect(await read()).toEqual(before);
    expect(before[2]).toHaveLength(4);
  });
});

/** The same facts for the team of the moment: each order of a case gets a team of its own. */
function renamed(facts: readonly Facts[]): Facts[] {
  const text = JSON.stringify(facts).replaceAll(/team-\d+/g, teamId);
  return JSON.parse(text) as Facts[];
}

describe('a message the database can not take', () => {
  test('fails alone, and its neighbours are recorded', async () => {
    const bad = status({ occurredAt: '2026-99-99T10:00:00.000Z' });
    const outcomes = await Promise.allSettled([
      store.record(request()),
      store.record(bad),
      store.record(status({ version: 2, status: 'partial' })),
    ]);
    expect(outcomes.map(({ status: outcome }) => outcome)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await candidate()).toMatchObject({ status: 'partial' });
  });
});

describe('writes', () => {
  test('are spaced: what is told of a candidate meanwhile becomes one', async () => {
    const spaced = new ReadModelStore(database, 200);
    const scripts = jest.spyOn(database, 'script');
    await spaced.record(request());
    await Promise.all([spaced.record(status()), spaced.record(status({ version: 2, status: 'partial' }))]);
    expect(scripts).toHaveBeenCalledTimes(2);
    scripts.mockRestore();
    expect(await candidate()).toMatchObject({ status: 'partial' });
  });
});
