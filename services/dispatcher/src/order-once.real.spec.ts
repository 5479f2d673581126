import { randomUUID } from 'node:crypto';
import type { Resolution } from '@lever-certn/events/command';
import { isoTime } from '@lever-certn/events/fields';
import { eventually } from '@lever-certn/kafka/topics.fixture';
import type { Case, CertnAccount } from '../../sandbox/src/certn/certn-account';
import type { FaultKind, FaultRule } from '../../sandbox/src/faults';
import { DispatcherBed, type Asked } from './dispatcher.fixture';

const ORDER = 'POST /cases/order/';
const checkTypes = { IDENTITY_1: {}, CRIMINAL_1: {} };

let bed: DispatcherBed;

beforeAll(async () => {
  bed = await DispatcherBed.open();
  await bed.start();
});
afterAll(() => bed.close());
afterEach(() => {
  bed.bed.sandbox.world.faults.clear();
  expect(bed.bed.fatal).toEqual([]);
});

/** One order at the vendor, and the check that has it. */
async function endsInOneOrder(check: Asked): Promise<void> {
  const event = await bed.status(check, { status: 'pending' });
  expect(bed.casesOf(check.email).map(({ id }) => id)).toEqual([event.caseId]);
}

/** A case that somebody else made for the same person, as in Certn's portal. */
const foreign = (email: string, types: Record<string, object> = checkTypes, certn: CertnAccount = bed.certn): Case =>
  certn.order({ email, checkTypes: types, packageId: null, group: null, invite: false });

/** A check of a team with an account of its own, whose order goes wrong. */
async function askWith(fault: Omit<FaultRule, 'on' | 'route'>): Promise<{ check: Asked; certn: CertnAccount }> {
  const { teamId, certn } = await bed.ownAccount();
  bed.fault({ ...fault, route: 'POST /cases/order*', account: certn.id });
  return { check: await bed.ask({ teamId }), certn };
}

const orders = (certn: CertnAccount): number => bed.bed.sandbox.world.counters.read().accounts[`certn ${certn.id}`] ?? 0;

/** A check that waits for a person: two cases of nobody fit it. The answer of every order of it is lost, up to so many. */
async function needingAttention({ lostAnswers = 1 } = {}): Promise<Attending> {
  const { teamId, certn } = await bed.ownAccount();
  bed.fault({ kind: 'lost-answer', account: certn.id, route: ORDER, times: lostAnswers });
  const email = `attention-${randomUUID()}@example.com`;
  foreign(email, checkTypes, certn);
  const check = await bed.ask({ email, teamId });
  await bed.status(check, { status: 'error', reason: 'needs-attention' });
  return { ...check, teamId, certn };
}

type Attending = Asked & { teamId: string; certn: CertnAccount };

describe('an order that was surely not made', () => {
  it.each([
    ['429', { kind: 'rate-limited', retryAfterSeconds: 1 } as const, 'rate-limited'],
    ['a connection that is refused', null, 'unavailable'],
  ])('after %s is made later, once', async (_title, fault, reason) => {
    if (fault) bed.fault({ ...fault, route: ORDER, times: 1 });
    else
      await fetch(`${bed.bed.sandbox.url}/control/outage`, {
        method: 'POST',
        body: '{"ms":600}',
        headers: { 'content-type': 'application/json' },
      });
    const check = await bed.ask();
    await bed.line(check, { kind: 'attempt', step: 'order', outcome: 'failed', reason });
    await endsInOneOrder(check);
    expect(await bed.row(check)).toMatchObject({ unclear: 0 });
  });

  it.each([
    [400, { kind: 'status', status: 400, code: 'invalid' } as const],
    [404, { kind: 'status', status: 404, code: 'not_found' } as const],
    [422, { kind: 'status', status: 422, code: 'unprocessable' } as const],
  ])('after %i ends in error rejected, with what Certn said, and is not tried again', async (status, fault) => {
    bed.fault({ ...fault, route: ORDER, times: 1 });
    const check = await bed.ask();
    expect(await bed.status(check, { status: 'error' })).toMatchObject({ reason: 'rejected', version: 1 });
    await bed.line(check, { kind: 'attempt', step: 'order', reason: 'rejected', detail: `${status} ${fault.code}` });
    expect(await bed.row(check)).toMatchObject({ is_open: null, attempt_key: null, due_at: null, applicant: null });
    expect(bed.casesOf(check.email)).toEqual([]);
  });

  it('after 401 waits until the key works again, and the connection is shown broken and well', async () => {
    const team = randomUUID();
    const key = bed.certn.addKey('certn-key-401');
    key.refused = true;
    await bed.saveTeam({ certnKey: 'certn-key-401' }, team);
    const check = await bed.ask({ teamId: team });
    await eventually('shown broken', () =>
      bed.lines().some(({ kind, outcome }) => kind === 'connection' && outcome === 'broken'),
    );
    expect(await bed.row(check)).toMatchObject({ state: 'requested', attempt_key: null });
    key.refused = false;
    // A saved setting tries the connection at once; by itself it is tried once a minute.
    await bed.saveTeam({ certnKey: 'certn-key-401' }, team);
    await endsInOneOrder(check);
    await eventually('shown well', () => bed.lines().some(({ kind, outcome }) => kind === 'connection' && outcome === 'ok'));
  });

  it('after 403 on the order alone waits and says so', async () => {
    bed.fault({ kind: 'status', status: 403, route: ORDER, times: 1 });
    const check = await bed.ask();
    await bed.line(check, { kind: 'attempt', step: 'order', outcome: 'failed', reason: 'forbidden' });
    expect(await bed.row(check)).toMatchObject({ state: 'requested', reason: 'forbidden', attempt_key: null });
  });

  it('forgets when it was first tried, so that an older case is not taken for its own', async () => {
    bed.fault({ kind: 'rate-limited', route: ORDER, times: 1 });
    const check = await bed.ask();
    await bed.line(check, { outcome: 'failed', reason: 'rate-limited' });
    expect(await bed.row(check)).toMatchObject({ first_attempted_at: null });
    await endsInOneOrder(check);
  });

  it('that a newer fact has overtaken is looked at again before it is tried again', async () => {
    bed.fault({ kind: 'latency', ms: 250, route: ORDER, times: 1 });
    bed.fault({ kind: 'rate-limited', route: ORDER, times: 1 });
    const check = await bed.ask();
    await bed.state(check, 'ordering');
    await bed.ask({ ...check, wanted: false, reason: 'left-stage', decidedAt: isoTime(Date.now() + 1000) });
    await eventually('fresh facts are asked for', () => bed.commands.events.some(({ checkId }) => checkId === check.checkId));
    expect(bed.casesOf(check.email)).toEqual([]);
    await bed.ask({ ...check, wanted: false, reason: 'left-stage', decidedAt: isoTime(Date.now() + 2000) });
    await bed.status(check, { status: 'cancelled', reason: 'left-stage' });
    expect(bed.casesOf(check.email)).toEqual([]);
  });
});

describe('an order whose end is unclear', () => {
  const made: FaultKind[] = ['lost-answer', 'unreadable', 'html', 'empty', 'truncated', 'huge', 'slow-answer'];
  const lost: Omit<FaultRule, 'on' | 'route'>[] = [
    { kind: 'reset' },
    { kind: 'status', status: 503 },
    { kind: 'status', status: 500 },
    { kind: 'status', status: 409 },
    { kind: 'hang', ms: 600 },
  ];

  it.each(made)('because of a %s is found at Certn and adopted, not ordered again', async (kind) => {
    const { check } = await askWith({ kind, times: 1, ms: 700 });
    await bed.line(check, { kind: 'attempt', step: 'order', outcome: 'unclear' });
    await endsInOneOrder(check);
    expect(await bed.row(check)).toMatchObject({ attempt: 1, attempt_key: null });
  });

  it('is clear though the answer holds nothing but an id', async () => {
    const { check } = await askWith({ kind: 'nulls', times: 1 });
    await endsInOneOrder(check);
    expect(bed.linesOf(check).filter(({ outcome }) => outcome === 'unclear')).toEqual([]);
    await bed.status(check, { servicesTotal: 2 });
  });

  it('and was found nowhere both times is ordered again, once, whatever it was that broke', async () => {
    const all = await Promise.all(lost.map((fault) => askWith({ ...fault, times: 1 })));
    for (const { check, certn } of all) {
      await bed.line(check, { step: 'order', outcome: 'unclear' });
      await bed.line(check, { step: 'lookup', reason: 'no-case-found' });
      await endsInOneOrder(check);
      // Two orders, two lookups, one read at least.
      expect(orders(certn)).toBeGreaterThanOrEqual(4);
      expect(await bed.row(check)).toMatchObject({ unclear: 1, attempt: 2 });
    }
  });

  it('since the row moved on before the answer came is told as a possible double, and adopted once it is looked up', async () => {
    const { check, certn } = await askWith({ kind: 'slow-answer', ms: 400, times: 1 });
    await eventually('the case is made, its answer not yet here', () => certn.cases.size === 1);
    await bed.database.run('UPDATE checks SET turn = turn + 1 WHERE check_id = ?', [check.checkId]);
    const [made] = bed.casesOf(check.email);
    await bed.line(check, { kind: 'problem', outcome: 'raised', reason: 'possible-double', detail: `case ${made!.id}` });
    await endsInOneOrder(check);
    expect(await bed.row(check)).toMatchObject({ attempt: 1 });
  });

  it('waits for its lookup while Certn refuses the whole key with 403, and is found when the key works', async () => {
    const { teamId, certn, key } = await bed.ownAccount();
    bed.fault({ kind: 'lost-answer', route: ORDER, account: certn.id, times: 1 });
    const check = await bed.ask({ teamId });
    await bed.line(check, { kind: 'attempt', step: 'order', outcome: 'unclear' });
    const broken = bed.connections('broken');
    const refused = bed.fault({ kind: 'status', status: 403, account: certn.id });
    await eventually('shown broken', () => bed.connections('broken') > broken);
    bed.bed.sandbox.world.faults.remove(refused.id);
    await bed.saveTeam({ certnKey: key.key }, teamId);
    await endsInOneOrder(check);
    expect(await bed.row(check)).toMatchObject({ attempt: 1 });
  });

  it('is adopted at the second lookup when the search shows the case late', async () => {
    const { teamId, certn } = await bed.ownAccount();
    certn.searchLagMs = 1200;
    bed.fault({ kind: 'lost-answer', account: certn.id, route: ORDER, times: 1 });
    const check = await bed.ask({ teamId });
    await endsInOneOrder(check);
    expect(await bed.row(check)).toMatchObject({ attempt: 1 });
  });

  it('is looked up once more before it is ordered again after a while, for a search that shows cases very late', async () => {
    const { teamId, certn } = await bed.ownAccount();
    certn.searchLagMs = 60_000;
    bed.fault({ kind: 'lost-answer', account: certn.id, route: ORDER, times: 1 });
    bed.fault({ kind: 'status', status: 503, account: certn.id, route: ORDER });
    const check = await bed.ask({ teamId });
    await bed.line(check, { step: 'lookup', reason: 'no-case-found' });
    await eventually('it waits for its next attempt', async () => (await bed.row(check))?.unclear === 2);
    certn.searchLagMs = 0;
    await bed.database.run(
      `UPDATE checks SET looked_up_at = UTC_TIMESTAMP(6) - INTERVAL 5 MINUTE, due_at = UTC_TIMESTAMP(6) WHERE check_id = ? AND state = 'requested'`,
      [check.checkId],
    );
    await endsInOneOrder(check);
  });

  it('asks a person after five attempts, and lets the opportunity order nothing else meanwhile', async () => {
    const { check } = await askWith({ kind: 'status', status: 503 });
    const event = await bed.status(check, { status: 'error' }, 40_000);
    expect(event).toMatchObject({ reason: 'needs-attention', version: 1 });
    expect(await bed.row(check)).toMatchObject({ unclear: 5, attempt: 5, state: 'needs-attention', attempt_key: null });
    await bed.line(check, { kind: 'problem', reason: 'needs-attention', detail: 'unclear-too-often' });
    const second = await bed.ask({ opportunityId: check.opportunityId, teamId: event.teamId });
    await bed.line(second, { outcome: 'skipped', reason: 'already-open' });
  });

  it.each<[string, FaultKind, Record<string, object>, string]>([
    ['another case of the same services', 'lost-answer', checkTypes, 'several-cases'],
    ['another case of other services', 'lost-answer', { CREDIT_1: {} }, 'several-cases'],
    ['only a case of other services', 'reset', { CREDIT_1: {} }, 'other-services'],
  ])('asks a person when the e-mail has %s', async (_title, kind, types, why) => {
    const { check, certn } = await askWith({ kind, times: 1 });
    await bed.state(check, 'ordering');
    foreign(check.email, types, certn);
    await bed.status(check, { status: 'error', reason: 'needs-attention' });
    await bed.line(check, { kind: 'problem', outcome: 'raised', reason: 'needs-attention', detail: why });
  });

  it('of a package made at Certn is adopted where Certn tells the package, else a person is asked', async () => {
    const { teamId, certn } = await bed.ownAccount();
    const portal = certn.addPackage('Portal', { CREDIT_1: {} });
    const wanted = { teamId, package: { packageId: 'p-portal', name: 'Portal', certnPackageId: portal.id } };
    bed.fault({ kind: 'lost-answer', account: certn.id, route: 'POST /cases/order-package/', times: 2 });
    certn.tellPackage = true;
    await endsInOneOrder(await bed.ask(wanted));
    certn.tellPackage = false;
    const untold = await bed.ask(wanted);
    await bed.line(untold, { kind: 'problem', reason: 'needs-attention', detail: 'unreadable-case' });
  });

  it('is not taken for a case that is older, of another e-mail, or of another check', async () => {
    const { teamId, certn } = await bed.ownAccount();
    const owner = await bed.ask({ teamId });
    await endsInOneOrder(owner);
    const old = foreign('older@example.com', checkTypes, certn);
    old.createdMs -= 10 * 60_000;
    foreign(`x-${old.email}`, checkTypes, certn);
    bed.fault({ kind: 'reset', account: certn.id, route: ORDER, times: 2 });
    const same = await bed.ask({ teamId, email: owner.email });
    const check = await bed.ask({ teamId, email: old.email });
    expect((await bed.status(check, { status: 'pending' })).caseId).not.toBe(old.id);
    const another = await bed.status(same, { status: 'pending' });
    expect(another.caseId).not.toBe(bed.heardOf(owner)[0]!.caseId);
    expect(bed.casesOf(owner.email)).toHaveLength(2);
  });

  it('holds back the orders of the account after five in a row, and lets single ones try', async () => {
    const { teamId, certn } = await bed.ownAccount();
    bed.fault({ kind: 'status', status: 503, account: certn.id, route: ORDER });
    const first = await Promise.all(Array.from({ length: 5 }, () => bed.ask({ teamId })));
    await Promise.all(first.map((check) => bed.line(check, { outcome: 'unclear' })));
    await Promise.all(Array.from({ length: 5 }, () => bed.ask({ teamId })));
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(orders(certn)).toBe(5);
    await eventually('one is tried', () => orders(certn) > 5);
    bed.bed.sandbox.world.faults.clear();
    await Promise.all(first.map((check) => bed.status(check, { status: 'pending' }, 40_000)));
    for (const check of first) expect(bed.casesOf(check.email)).toHaveLength(1);
  });
});

describe('two opportunities of one e-mail', () => {
  it('are ordered one after the other, and the second says that it waits', async () => {
    bed.fault({ kind: 'lost-answer', route: ORDER, times: 1 });
    const first = await bed.ask();
    await bed.state(first, 'ordering');
    const second = await bed.ask({ email: first.email });
    await bed.line(second, { kind: 'attempt', outcome: 'waiting', reason: 'same-email-under-way' });
    await bed.status(first, { status: 'pending' });
    await bed.database.run('UPDATE checks SET due_at = UTC_TIMESTAMP(6) WHERE check_id = ?', [second.checkId]);
    await bed.status(second, { status: 'pending' });
    const cases = bed.casesOf(first.email).map(({ id }) => id);
    expect(cases).toHaveLength(2);
    expect(new Set([bed.heardOf(first)[0]!.caseId, bed.heardOf(second)[0]!.caseId])).toEqual(new Set(cases));
  });

  it('that come at once are two orders, and never a mix of both', async () => {
    const email = `twins-${randomUUID()}@example.com`;
    const checks = await Promise.all(Array.from({ length: 4 }, () => bed.ask({ email })));
    await eventually('some wait', () => checks.some((check) => bed.linesOf(check).some(({ outcome }) => outcome === 'waiting')));
    await eventually('all are ordered', async () => {
      await bed.database.run(`UPDATE checks SET due_at = UTC_TIMESTAMP(6) WHERE reason = 'same-email-under-way'`);
      return bed.casesOf(email).length === 4;
    });
    await Promise.all(checks.map((check) => bed.status(check, { status: 'pending' })));
    expect(new Set(checks.map((check) => bed.heardOf(check)[0]!.caseId)).size).toBe(4);
  });
});

describe('a check that needs attention', () => {
  it('takes the case a person names', async () => {
    const check = await needingAttention();
    const [one] = bed.casesOf(check.email);
    await bed.command('resolve', { teamId: check.teamId, checkId: check.checkId, resolution: 'case', caseId: one!.id });
    expect(await bed.status(check, { status: 'pending' })).toMatchObject({ caseId: one!.id, version: 2 });
    await bed.line(check, { kind: 'problem', outcome: 'cleared', reason: 'needs-attention' });
  });

  it.each<[string, (check: Attending) => Promise<string> | string]>([
    ['case-not-readable', () => randomUUID()],
    ['case-of-another-email', ({ certn }) => foreign('somebody-else@example.com', checkTypes, certn).id],
    [
      'case-of-another-check',
      async (check) => {
        const other = await bed.ask({ email: check.email, teamId: check.teamId });
        return (await bed.status(other, { status: 'pending' })).caseId!;
      },
    ],
  ])('refuses another one: %s', async (reason, caseId) => {
    const check = await needingAttention();
    await bed.command('resolve', {
      teamId: check.teamId,
      checkId: check.checkId,
      resolution: 'case',
      caseId: await caseId(check),
    });
    await bed.line(check, { kind: 'decision', outcome: 'failed', reason });
    expect(await bed.row(check)).toMatchObject({ state: 'needs-attention', resolution: null });
  });

  it('keeps what a person said while Certn refuses the whole key with 403, and takes the case when the key works', async () => {
    const check = await needingAttention();
    const [one] = bed.casesOf(check.email);
    const broken = bed.connections('broken');
    const refused = bed.fault({ kind: 'status', status: 403, account: check.certn.id });
    await bed.command('resolve', { teamId: check.teamId, checkId: check.checkId, resolution: 'case', caseId: one!.id });
    await eventually('shown broken', () => bed.connections('broken') > broken);
    expect(await bed.row(check)).toMatchObject({ state: 'needs-attention', resolution: 'case' });
    bed.bed.sandbox.world.faults.remove(refused.id);
    await bed.saveTeam({ certnKey: `key-${check.teamId}` }, check.teamId);
    expect(await bed.status(check, { status: 'pending' })).toMatchObject({ caseId: one!.id });
  });

  it('is ordered afresh when a person says so', async () => {
    const check = await needingAttention();
    const before = bed.casesOf(check.email).length;
    await bed.command('resolve', { teamId: check.teamId, checkId: check.checkId, resolution: 'order' });
    await bed.status(check, { status: 'pending' });
    expect(bed.casesOf(check.email)).toHaveLength(before + 1);
  });

  it('is dropped when a person says so, without a tag, and makes room', async () => {
    const check = await needingAttention();
    await bed.command('resolve', { teamId: check.teamId, checkId: check.checkId, resolution: 'drop' });
    expect(await bed.status(check, { status: 'cancelled' })).toMatchObject({ reason: 'dropped', version: 2 });
    const next = await bed.ask({ teamId: check.teamId, opportunityId: check.opportunityId });
    await endsInOneOrder(next);
  });

  it('is resolved once, by its own team, and while the command is valid', async () => {
    const check = await needingAttention();
    await bed.command('resolve', { checkId: check.checkId, resolution: 'drop', teamId: randomUUID() });
    await bed.command('resolve', {
      teamId: check.teamId,
      checkId: check.checkId,
      resolution: 'drop',
      validUntil: isoTime(Date.now() - 1),
    });
    await bed.command('resolve', { teamId: check.teamId, checkId: check.checkId, resolution: 'order' });
    await bed.status(check, { status: 'pending' });
    await bed.command('resolve', { teamId: check.teamId, checkId: check.checkId, resolution: 'drop' });
    await bed.line(check, { kind: 'decision', outcome: 'failed', reason: 'not-needing-attention' });
    expect(bed.heardOf(check).at(-1)).toMatchObject({ status: 'pending' });
  });
});

describe('a command of a person that Kafka delivers again', () => {
  const needsAttentionAgain = (check: Attending, version: number): Promise<unknown> =>
    bed.status(check, { status: 'error', reason: 'needs-attention', version });
  const failures = (check: Attending): unknown[] =>
    bed.linesOf(check).filter(({ kind, outcome }) => kind === 'decision' && outcome === 'failed');

  /** Says it of a check; the same `commandId` is the same command. */
  const say = ({ teamId, checkId }: Attending, resolution: Resolution, commandId: string = randomUUID()): Promise<void> =>
    bed.command('resolve', { teamId, checkId, resolution, commandId });

  /** What was published before is heard by then: a command to a check that takes none is answered after it. */
  async function allIsHeard({ teamId }: Attending): Promise<void> {
    const last = await bed.ask({ teamId, email: null });
    await bed.status(last, { status: 'error', reason: 'no-email' });
    await bed.command('resolve', { teamId, checkId: last.checkId, resolution: 'drop' });
    await bed.line(last, { kind: 'decision', outcome: 'failed', reason: 'not-needing-attention' });
  }

  it('orders once, though the check needs attention again by then, and heeds the next word', async () => {
    const check = await needingAttention({ lostAnswers: 2 });
    const commandId = randomUUID();
    await say(check, 'order', commandId);
    await needsAttentionAgain(check, 2);
    const made = bed.casesOf(check.email).length;
    await say(check, 'order', commandId);
    await allIsHeard(check);
    expect(await bed.row(check)).toMatchObject({ state: 'needs-attention', attempt: 2 });
    await say(check, 'order');
    await bed.status(check, { status: 'pending' });
    expect(bed.casesOf(check.email)).toHaveLength(made + 1);
    expect(failures(check)).toEqual([]);
  });

  it('changes nothing after a newer one either', async () => {
    const check = await needingAttention({ lostAnswers: 3 });
    const [older, newer] = [randomUUID(), randomUUID()];
    await say(check, 'order', older);
    await needsAttentionAgain(check, 2);
    await say(check, 'order', newer);
    await needsAttentionAgain(check, 3);
    const made = bed.casesOf(check.email).length;
    for (const commandId of [older, newer, older]) await say(check, 'order', commandId);
    await allIsHeard(check);
    expect(await bed.row(check)).toMatchObject({ state: 'needs-attention', attempt: 3 });
    await say(check, 'drop');
    await bed.status(check, { status: 'cancelled', reason: 'dropped' });
    expect(bed.casesOf(check.email)).toHaveLength(made);
    expect(failures(check)).toEqual([]);
  });

  it.each<[Resolution, string]>([
    ['case', 'pending'],
    ['order', 'pending'],
    ['drop', 'cancelled'],
  ])('is not told to have failed where it was carried out: %s', async (resolution, state) => {
    const check = await needingAttention();
    const { teamId, checkId } = check;
    const command = { teamId, checkId, resolution, commandId: randomUUID(), caseId: bed.casesOf(check.email)[0]!.id };
    for (let time = 1; time <= 2; time += 1) {
      await bed.command('resolve', command);
      await bed.state(check, state);
    }
    await allIsHeard(check);
    expect(failures(check)).toEqual([]);
  });

  it('stays refused, and is told so once, though the check needs attention by then', async () => {
    const check = await needingAttention({ lostAnswers: 2 });
    const refused = randomUUID();
    await say(check, 'order');
    await bed.state(check, 'ordering');
    await say(check, 'order', refused);
    await bed.line(check, { kind: 'decision', outcome: 'failed', reason: 'not-needing-attention' });
    await needsAttentionAgain(check, 2);
    await say(check, 'order', refused);
    await allIsHeard(check);
    expect(await bed.row(check)).toMatchObject({ state: 'needs-attention', attempt: 2 });
    expect(failures(check)).toHaveLength(1);
  });
});

describe('an erasure while an order is under way', () => {
  it('waits until it is known how the order ended, and then leaves only the ids', async () => {
    bed.fault({ kind: 'lost-answer', route: ORDER, times: 1 });
    const check = await bed.ask();
    await bed.state(check, 'ordering');
    await bed.command('erase', { opportunityId: check.opportunityId });
    expect(await bed.state(check, 'erased')).toMatchObject({ case_id: bed.casesOf(check.email)[0]!.id, applicant: null });
    expect(bed.casesOf(check.email)).toHaveLength(1);
  });

  it('tells nobody of the order', async () => {
    bed.fault({ kind: 'slow-answer', ms: 400, route: ORDER, times: 1 });
    const check = await bed.ask();
    await eventually('Certn has the case', () => bed.casesOf(check.email).length === 1);
    await bed.command('erase', { opportunityId: check.opportunityId });
    expect(await bed.state(check, 'erased')).toMatchObject({ case_id: bed.casesOf(check.email)[0]!.id, attempt: 1 });
    await eventually('nothing is left to publish', async () => {
      const left = await bed.database.query('SELECT 1 FROM outbox WHERE aggregate_id = ?', [check.checkId]);
      return left.length === 0;
    });
    expect(bed.heardOf(check)).toEqual([]);
  });
});
