import { eventually } from '@lever-certn/kafka/topics.fixture';
import type { CertnAccount } from '../../sandbox/src/certn/certn-account';
import type { Fault, FaultRule } from '../../sandbox/src/faults';
import { DispatcherBed, type Asked } from './dispatcher.fixture';

/*
 * A lookup whose answer says nothing must decide nothing: taken for "no case" it would order twice, taken for a case it would adopt a stranger's. What the
 * client makes of each answer stands in `certn.client.spec.ts`; this is what becomes of the check.
 */

const ORDER = 'POST /cases/order/';
const LIST = 'GET /cases/';

const MINUTES_LATER = `UPDATE checks SET looked_up_at = UTC_TIMESTAMP(6) - INTERVAL 5 MINUTE, due_at = UTC_TIMESTAMP(6) WHERE check_id = ?`;

type BadAnswer = Omit<FaultRule, 'on' | 'route' | 'account' | 'times'>;
const BAD: BadAnswer[] = [
  { kind: 'html' },
  { kind: 'empty' },
  { kind: 'truncated' },
  { kind: 'huge' },
  { kind: 'unreadable' },
  ...[400, 404, 500, 502, 503].map((status): BadAnswer => ({ kind: 'status', status })),
  { kind: 'rate-limited' },
  { kind: 'rate-limited', retryAfterSeconds: 1 },
  { kind: 'hang', ms: 700 },
  { kind: 'reset' },
];
/** A list of cases without their e-mails; where there are none, it is as good as any. */
const WITHOUT_E_MAIL: BadAnswer = { kind: 'nulls' };

let bed: DispatcherBed;

beforeAll(async () => {
  bed = await DispatcherBed.open();
  // After a second unclear order there is time to look at the row.
  await bed.start({ UNCLEAR_RETRIES_MS: '0,60000,60000,60000' });
});
afterAll(() => bed.close());
afterEach(() => {
  bed.bed.sandbox.world.faults.clear();
  expect(bed.bed.fatal).toEqual([]);
});

interface LookedUp {
  teamId: string;
  check: Asked;
  certn: CertnAccount;
  bad: Fault;
  /** Orders that came to Certn. */
  orders: () => number;
}

/** A check of a team of its own whose order's end is unknown, and whose lookups are all answered like this until the fault is taken away. */
async function lookedUpBadly(order: BadAnswer, answer: BadAnswer): Promise<LookedUp> {
  const { teamId, certn } = await bed.ownAccount();
  const counted = bed.fault({ kind: 'latency', ms: 0, route: ORDER, account: certn.id });
  bed.fault({ ...order, route: ORDER, account: certn.id, times: 1 });
  const bad = bed.fault({ ...answer, route: LIST, account: certn.id });
  return { teamId, check: await bed.ask({ teamId }), certn, bad, orders: () => counted.hits };
}

/** The lookup was tried more than once, and each time the row stayed what it was: nothing is known, nothing is said, nothing is ordered. */
async function staysUnresolved({ check, bad, orders }: LookedUp): Promise<void> {
  await eventually(`a lookup that ${bad.kind} answers is tried again`, () => bad.hits >= 2);
  await bed.line(check, { kind: 'attempt', step: 'lookup', outcome: 'failed' });
  const row = await bed.row(check);
  expect({ bad, row }).toMatchObject({
    row: { state: 'ordering', lookups: 0, unclear: 0, case_id: null, is_open: 1 },
  });
  expect({ bad, heard: bed.heardOf(check), orders: orders() }).toEqual({ bad, heard: [], orders: 1 });
}

/** Answers are good again: the check has the only case there is, after so many orders. */
async function endsInOneCase({ check, certn, bad, orders }: LookedUp, ordered: number): Promise<void> {
  bed.bed.sandbox.world.faults.remove(bad.id);
  const { caseId } = await bed.status(check, { status: 'pending' });
  expect({ bad, cases: [...certn.cases.keys()] }).toEqual({ bad, cases: [caseId] });
  expect({ bad, row: await bed.row(check) }).toMatchObject({
    row: { unclear: ordered - 1, attempt_key: null },
  });
  expect({ bad, orders: orders() }).toEqual({ bad, orders: ordered });
}

describe('a lookup whose answers say nothing, whatever is wrong with them,', () => {
  it('leaves a check that was ordered unresolved, and finds its case when they are good again', async () => {
    const play = async (answer: BadAnswer): Promise<void> => {
      const lookedUp = await lookedUpBadly({ kind: 'lost-answer' }, answer);
      await staysUnresolved(lookedUp);
      await endsInOneCase(lookedUp, 1);
    };
    await Promise.all([...BAD, WITHOUT_E_MAIL].map(play));
  });

  it('lets nothing be ordered again of which Certn may have nothing, until they are good again', async () => {
    const play = async (answer: BadAnswer): Promise<void> => {
      const lookedUp = await lookedUpBadly({ kind: 'reset' }, answer);
      await staysUnresolved(lookedUp);
      await endsInOneCase(lookedUp, 2);
    };
    await Promise.all(BAD.map(play));
  });

  it('holds back the repeat of an unclear order that is looked up once more, and does not lose a case that is shown late', async () => {
    const play = async (answer: BadAnswer): Promise<void> => {
      const { teamId, certn } = await bed.ownAccount();
      certn.searchLagMs = 60_000;
      const counted = bed.fault({ kind: 'latency', ms: 0, route: ORDER, account: certn.id });
      bed.fault({ kind: 'lost-answer', route: ORDER, account: certn.id, times: 1 });
      bed.fault({ kind: 'status', status: 503, route: ORDER, account: certn.id });
      const check = await bed.ask({ teamId });
      await eventually('it waits for its third attempt', async () => (await bed.row(check))?.unclear === 2, 40_000);
      const bad = bed.fault({ ...answer, route: LIST, account: certn.id });
      certn.searchLagMs = 0;
      await bed.database.run(MINUTES_LATER, [check.checkId]);
      await eventually(`a lookup that ${bad.kind} answers is tried again`, () => bad.hits >= 2);
      expect({ bad, row: await bed.row(check) }).toMatchObject({ row: { state: 'requested', unclear: 2 } });
      expect(bed.heardOf(check)).toEqual([]);
      bed.bed.sandbox.world.faults.remove(bad.id);
      const { caseId } = await bed.status(check, { status: 'pending' });
      expect({ bad, cases: [...certn.cases.keys()], orders: counted.hits }).toEqual({ bad, cases: [caseId], orders: 2 });
    };
    await Promise.all([...BAD, WITHOUT_E_MAIL].map(play));
  });
});

describe('a lookup that Certn refuses', () => {
  it('by its connection leaves the check unresolved, and finds its case when Certn is there again', async () => {
    const lookedUp = await lookedUpBadly({ kind: 'lost-answer' }, { kind: 'rate-limited' });
    const { check, bad } = lookedUp;
    await bed.line(check, { step: 'lookup', outcome: 'failed', reason: 'rate-limited' });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${bed.bed.sandbox.url}/control/outage`, { method: 'POST', body: '{"ms":4000}', headers });
    bed.bed.sandbox.world.faults.remove(bad.id);
    await bed.line(check, { step: 'lookup', outcome: 'failed', reason: 'unavailable' });
    expect(await bed.row(check)).toMatchObject({ state: 'ordering', lookups: 0, case_id: null });
    await endsInOneCase(lookedUp, 1);
  });

  it('by its key with 401 leaves the check unresolved, and finds its case when the key works again', async () => {
    const broken = bed.connections('broken');
    const lookedUp = await lookedUpBadly({ kind: 'lost-answer' }, { kind: 'status', status: 401 });
    const { check, certn, bad, teamId } = lookedUp;
    await eventually('shown broken', () => bed.connections('broken') > broken);
    expect(await bed.row(check)).toMatchObject({ state: 'ordering', lookups: 0, case_id: null });
    expect([bed.heardOf(check), certn.cases.size]).toEqual([[], 1]);
    bed.bed.sandbox.world.faults.remove(bad.id);
    // A saved setting tries the connection at once; by itself it is tried once a minute.
    await bed.saveTeam({ certnKey: `key-${teamId}` }, teamId);
    await endsInOneCase(lookedUp, 1);
  });
});
