import { randomUUID } from 'node:crypto';
import { REQUEST_PROBLEMS } from '@lever-certn/events/check-statuses.rules';
import { isoTime } from '@lever-certn/events/fields';
import { eventually } from '@lever-certn/kafka/topics.fixture';
import type { Case } from '../../sandbox/src/certn/certn-account';
import { DispatcherBed, STANDARD, type Asked } from './dispatcher.fixture';

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

const later = (time: string, ms = 1000): string => isoTime(Date.parse(time) + ms);
const progress = () => bed.bed.sandbox.world.progress;

/** A check that is ordered and whose invitation is out. */
async function invited(change: Parameters<DispatcherBed['ask']>[0] = {}): Promise<{ check: Asked; made: Case }> {
  const check = await bed.ask(change);
  await bed.status(check, { status: 'pending' });
  const made = bed.casesOf(check.email)[0]!;
  await eventually('the invitation is out', () => made.status === 'APPLICANT_INVITED');
  await bed.caseChanged(made.id);
  await bed.status(check, { caseStatus: 'APPLICANT_INVITED' });
  return { check, made };
}

/** Everything that was published before has been recorded: a check of the same team that was asked for after it is ordered. */
async function caughtUp(): Promise<void> {
  await invited();
}

describe('a check that is asked for', () => {
  it('is ordered once, and shown as pending', async () => {
    const { check, made } = await invited();
    const heard = bed.heardOf(check);
    expect(heard[0]).toMatchObject({ status: 'pending', version: 1, packageName: 'Standard', servicesTotal: 2, servicesDone: 0 });
    expect(heard.every(({ caseId }) => caseId === made.id)).toBe(true);
    expect(bed.casesOf(check.email)).toHaveLength(1);
    expect(made.checkTypes).toEqual({ IDENTITY_1: {}, CRIMINAL_1: {} });
    expect(JSON.stringify(heard)).not.toContain('person-');
    expect(await bed.row(check)).toMatchObject({ applicant: null, attempt_key: null, attempt: 1 });
  });

  it('is ordered once though it is asked for ten times at once and again later', async () => {
    const first = await bed.ask();
    const again = {
      checkId: first.checkId,
      opportunityId: first.opportunityId,
      transitionAt: first.transitionAt,
      email: first.email,
    };
    await Promise.all(Array.from({ length: 10 }, () => bed.ask(again)));
    await bed.status(first, { status: 'pending' });
    await bed.ask({ ...again, decidedAt: later(isoTime(), 60_000) });
    await caughtUp();
    expect(bed.casesOf(first.email)).toHaveLength(1);
  });

  it('orders a package made at Certn by its id', async () => {
    const portal = bed.certn.addPackage('Portal', { CREDIT_1: {} });
    const { made } = await invited({ package: { packageId: 'p-portal', name: 'Portal', certnPackageId: portal.id } });
    expect(made.packageId).toBe(portal.id);
  });

  it.each(REQUEST_PROBLEMS)('ends in error %s, and is ordered once a later look finds it cured', async (problem) => {
    const check = await bed.ask({ problem, ...(problem === 'no-email' ? { email: null } : {}) });
    expect(await bed.status(check, { status: 'error' })).toMatchObject({ reason: problem, version: 1 });
    expect((await bed.row(check))?.is_open).toBeNull();
    const cured = { ...check, email: `cured-${check.checkId}@example.com`, decidedAt: later(isoTime()) };
    await bed.ask(cured);
    expect(await bed.status(check, { status: 'pending' })).toMatchObject({ version: 2 });
    expect(bed.casesOf(cured.email)).toHaveLength(1);
  });

  it.each(['not an address', '', null])('with the e-mail %p ends in error no-email', async (email) => {
    const check = await bed.ask({ email });
    expect(await bed.status(check, { status: 'error' })).toMatchObject({ reason: 'no-email' });
  });

  it('that was withdrawn before it was heard of is cancelled, and never ordered', async () => {
    const check = await bed.ask({ wanted: false, reason: 'archived' });
    expect(await bed.status(check, { status: 'cancelled' })).toMatchObject({ reason: 'archived', version: 1 });
    await bed.ask({ ...check, wanted: true });
    await caughtUp();
    expect((await bed.row(check))?.state).toBe('cancelled');
  });
});

describe('two moves of one opportunity', () => {
  it('are one check while the first is open, which the timeline says, also of a repeat', async () => {
    const { check: first } = await invited();
    const second = await bed.ask({ opportunityId: first.opportunityId });
    const line = await bed.line(second, { kind: 'decision', outcome: 'skipped', reason: 'already-open' });
    expect(line.detail).toContain(first.checkId);
    await bed.ask({ ...second });
    await eventually('the same line again', () => bed.linesOf(second).length === 2);
    expect(new Set(bed.linesOf(second).map(({ id }) => id)).size).toBe(1);
    expect(bed.heardOf(second)).toEqual([]);
    expect(bed.casesOf(second.email)).toEqual([]);
  });

  it('never order the second one later', async () => {
    const { check: first, made } = await invited();
    const second = await bed.ask({ opportunityId: first.opportunityId });
    await bed.state(second, 'already-open');
    progress().take(made, { action: 'complete' });
    await bed.caseChanged(made.id);
    await bed.status(first, { status: 'complete' });
    await bed.ask({ ...second, decidedAt: later(isoTime()) });
    await caughtUp();
    expect((await bed.row(second))?.state).toBe('already-open');
  });

  it('are two checks once the first is closed', async () => {
    const { check: first, made } = await invited();
    progress().take(made, { action: 'complete' });
    await bed.caseChanged(made.id);
    await bed.status(first, { status: 'complete' });
    const { check: second } = await invited({ opportunityId: first.opportunityId });
    expect(second.checkId).not.toBe(first.checkId);
  });

  it('say superseded of the older one when it comes later', async () => {
    const newer = await bed.ask({ email: null });
    await bed.status(newer, { status: 'error' });
    const older = await bed.ask({ opportunityId: newer.opportunityId, transitionAt: later(newer.transitionAt, -5000) });
    await bed.line(older, { outcome: 'skipped', reason: 'superseded' });
    expect(bed.heardOf(older)).toEqual([]);
  });

  it('that come at once, each many times, end in one order', async () => {
    const opportunityId = randomUUID();
    const moves = [0, 1, 2, 3].map((n) => ({
      opportunityId,
      transitionAt: isoTime(Date.now() + n),
      email: 'many-moves@example.com',
    }));
    await Promise.all(Array.from({ length: 5 }, () => moves.map((move) => bed.ask(move))).flat());
    await eventually('one is ordered', () => bed.casesOf('many-moves@example.com').length > 0);
    await caughtUp();
    expect(bed.casesOf('many-moves@example.com')).toHaveLength(1);
    const rows = await bed.database.query<{ state: string }>('SELECT state FROM checks WHERE opportunity_id = ?', [
      opportunityId,
    ]);
    expect(rows.filter(({ state }) => state === 'pending')).toHaveLength(1);
    expect(rows).toHaveLength(4);
  });
});

describe('a check that waits', () => {
  const pause = () => bed.saveTeam({ enabled: false });
  const goOn = () => bed.saveTeam({ enabled: true });
  afterEach(goOn);

  it('goes on when its team is enabled again, with the newest facts', async () => {
    await pause();
    const check = await bed.ask();
    await bed.state(check, 'requested');
    const changed = { ...check, email: `newer-${check.checkId}@example.com`, package: { ...STANDARD, name: 'Newer' } };
    await bed.ask({ ...changed, decidedAt: later(isoTime()) });
    await bed.ask({ ...check, email: 'older@example.com', decidedAt: later(check.transitionAt, -60_000) });
    await eventually('it is paused', async () => (await bed.row(check))?.reason === 'paused: disabled');
    await goOn();
    expect(await bed.status(check, { status: 'pending' })).toMatchObject({ packageName: 'Newer', version: 1 });
    expect(bed.casesOf(changed.email)).toHaveLength(1);
    expect([...bed.casesOf(check.email), ...bed.casesOf('older@example.com')]).toEqual([]);
  });

  it('is cancelled without a tag when it is withdrawn, and leaves room for the next move', async () => {
    await pause();
    const check = await bed.ask();
    await bed.state(check, 'requested');
    await bed.ask({ ...check, wanted: false, reason: 'left-stage', decidedAt: later(isoTime()) });
    const cancelled = await bed.status(check, { status: 'cancelled' });
    expect(cancelled).toMatchObject({ reason: 'left-stage', version: 1 });
    expect(cancelled.caseId).toBeUndefined();
    await goOn();
    await invited({ opportunityId: check.opportunityId });
    expect(bed.casesOf(check.email)).toEqual([]);
  });

  it('passes on to a later move what blocks it, when it is withdrawn', async () => {
    await pause();
    const first = await bed.ask();
    await bed.state(first, 'requested');
    const second = await bed.ask({ opportunityId: first.opportunityId });
    await bed.state(second, 'already-open');
    await bed.ask({ ...first, wanted: false, reason: 'left-stage', decidedAt: later(isoTime()) });
    await bed.state(second, 'requested');
    await goOn();
    await eventually('fresh facts are asked for', () => bed.commands.events.some(({ checkId }) => checkId === second.checkId));
    expect(bed.commands.events.find(({ checkId }) => checkId === second.checkId)).toMatchObject({
      type: 'look',
      opportunityId: first.opportunityId,
      by: 'service:dispatcher',
    });
    await bed.ask({ ...second, decidedAt: later(isoTime(), 60_000) });
    await bed.status(second, { status: 'pending' });
    expect(bed.casesOf(first.email)).toEqual([]);
    expect(bed.casesOf(second.email)).toHaveLength(1);
  });

  it('takes the facts of a later move that it blocks, applicant included', async () => {
    await pause();
    const first = await bed.ask();
    await bed.state(first, 'requested');
    const second = await bed.ask({ opportunityId: first.opportunityId });
    await bed.state(second, 'already-open');
    await goOn();
    await bed.status(first, { status: 'pending' });
    expect(bed.casesOf(second.email)).toHaveLength(1);
    expect(bed.casesOf(first.email)).toEqual([]);
  });

  it('for settings that this process has not read yet is ordered once they are there', async () => {
    const check = await bed.ask({ settingsVersion: bed.bed.settings!.version + 2 });
    await eventually('it waits', async () => (await bed.row(check))?.reason === 'paused: settings-unknown');
    await goOn();
    await goOn();
    await bed.status(check, { status: 'pending' });
  });

  it('with old facts is looked at again first, and ordered with the answer', async () => {
    const check = await bed.ask({ decidedAt: isoTime(Date.now() - 16 * 60_000) });
    await eventually('a look is asked for', () => bed.commands.events.some(({ checkId }) => checkId === check.checkId));
    expect(bed.casesOf(check.email)).toEqual([]);
    await bed.ask({ ...check, decidedAt: isoTime() });
    await bed.status(check, { status: 'pending' });
    expect(bed.casesOf(check.email)).toHaveLength(1);
  });

  it('with old facts is cancelled if the answer withdraws it', async () => {
    const check = await bed.ask({ decidedAt: isoTime(Date.now() - 16 * 60_000) });
    await eventually('a look is asked for', () => bed.commands.events.some(({ checkId }) => checkId === check.checkId));
    await bed.ask({ ...check, wanted: false, reason: 'gone', decidedAt: isoTime() });
    await bed.status(check, { status: 'cancelled', reason: 'gone' });
  });
});

describe('a case that changes', () => {
  it('goes through every status, backwards too, and ends complete', async () => {
    const { check, made } = await invited();
    const step = async (
      action: Parameters<ReturnType<typeof progress>['take']>[1]['action'],
      status: string,
      caseStatus: string,
    ) => {
      progress().take(made, { action });
      await bed.caseChanged(made.id);
      return bed.status(check, { status: status as never, caseStatus });
    };
    await step('start', 'pending', 'APPLICANT_STARTED');
    await step('submit', 'analyzing', 'APPLICANT_SUBMITTED');
    await step('complete-service', 'partial', 'IN_PROGRESS');
    await step('complete-service', 'complete', 'COMPLETE');
    const disputed = await step('dispute', 'partial', 'IN_DISPUTE');
    expect(disputed).toMatchObject({ servicesDone: 2, reportReady: true });
    const told = bed.heardOf(check);
    const versions = [...new Map(told.map((event) => [event.version, event])).values()];
    expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1));
    // A version may come twice, and then says the same.
    for (const event of told) expect(event).toEqual(versions[event.version - 1]);
  });

  it('after a dispute stays closed for the opportunity, so that a new move is ordered', async () => {
    const { check, made } = await invited();
    progress().take(made, { action: 'complete' });
    await bed.caseChanged(made.id);
    await bed.status(check, { status: 'complete' });
    progress().take(made, { action: 'dispute' });
    await bed.caseChanged(made.id);
    await bed.status(check, { caseStatus: 'IN_DISPUTE' });
    expect((await bed.row(check))?.is_open).toBeNull();
    await invited({ opportunityId: check.opportunityId });
  });

  it('is found by the id of one of its services, whatever the event calls it', async () => {
    const { check, made } = await invited();
    await bed.state(check, 'pending');
    progress().take(made, { action: 'submit' });
    await bed.caseChanged(made.checks[0]!.id, { objectType: 'check', eventType: 'CHECK_STATUS_CHANGED' });
    await bed.status(check, { status: 'analyzing' });
    progress().take(made, { action: 'complete-service' });
    await bed.caseChanged(made.checks[1]!.id, { objectType: 'other', eventType: 'NEW' });
    await bed.status(check, { status: 'partial' });
  });

  it('that comes before our order is stored is looked at as soon as it is', async () => {
    bed.fault({ kind: 'slow-answer', ms: 400, route: 'POST /cases/order*', times: 1 });
    const check = await bed.ask();
    await eventually('Certn has the case', () => bed.casesOf(check.email).length === 1);
    const [made] = bed.casesOf(check.email);
    progress().take(made!, { action: 'submit' });
    await bed.caseChanged(made!.id);
    expect((await bed.row(check))?.case_id).toBeNull();
    await bed.status(check, { status: 'analyzing' });
  });

  it('is read once for several events at once, and again for one that came while it was read', async () => {
    const { check, made } = await invited();
    await new Promise((resolve) => setTimeout(resolve, 400));
    const before = bed.calls('GET /cases/:id/');
    progress().take(made, { action: 'submit' });
    await Promise.all(Array.from({ length: 20 }, () => bed.caseChanged(made.id)));
    await bed.status(check, { status: 'analyzing' });
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(bed.calls('GET /cases/:id/') - before).toBeLessThanOrEqual(3);
  });

  it('says the same though its events come out of order, late and twice', async () => {
    const { check, made } = await invited();
    progress().take(made, { action: 'submit' });
    progress().take(made, { action: 'complete' });
    await bed.caseChanged(made.id, { caseStatus: 'COMPLETE' });
    await bed.status(check, { status: 'complete' });
    await bed.caseChanged(made.id, { caseStatus: 'APPLICANT_SUBMITTED' });
    await bed.caseChanged(made.id, { caseStatus: 'APPLICANT_SUBMITTED' });
    await caughtUp();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(bed.heardOf(check).at(-1)).toMatchObject({ status: 'complete' });
  });

  it.each([
    ['decline', 'declined'],
    ['expire', 'invite-expired'],
    ['bounce', 'invite-undeliverable'],
  ] as const)('to %s is an error, and open no more', async (action, reason) => {
    const { check, made } = await invited();
    progress().take(made, { action });
    await bed.caseChanged(made.id);
    expect(await bed.status(check, { status: 'error' })).toMatchObject({ reason, caseId: made.id });
    expect((await bed.row(check))?.is_open).toBeNull();
  });

  it('to a word we do not know changes no status, is told as a problem, and heals', async () => {
    const { check, made } = await invited();
    progress().setStatus(made, 'HOVERING');
    await bed.caseChanged(made.id);
    await bed.line(check, { kind: 'problem', outcome: 'raised', reason: 'unknown-status', detail: 'HOVERING' });
    expect(bed.heardOf(check).at(-1)).toMatchObject({ status: 'pending', caseStatus: 'APPLICANT_INVITED' });
    progress().take(made, { action: 'submit' });
    await bed.caseChanged(made.id);
    await bed.status(check, { status: 'analyzing' });
    await bed.line(check, { kind: 'problem', outcome: 'cleared', reason: 'unknown-status' });
  });

  it('that Certn no longer shows changes no status and is told as a problem', async () => {
    const { check, made } = await invited();
    bed.certn.cases.delete(made.id);
    await bed.caseChanged(made.id);
    await bed.line(check, { kind: 'problem', outcome: 'raised', reason: 'case-not-visible' });
    expect(bed.heardOf(check).at(-1)).toMatchObject({ status: 'pending' });
    bed.certn.cases.set(made.id, made);
    await bed.caseChanged(made.id);
    await bed.line(check, { kind: 'problem', outcome: 'cleared', reason: 'case-not-visible' });
  });

  it('that is closed to the key alone is told as a problem', async () => {
    const { check, made } = await invited();
    bed.fault({ kind: 'status', status: 403, route: 'GET /cases/:id/', times: 1 });
    await bed.caseChanged(made.id);
    await bed.line(check, { kind: 'problem', outcome: 'raised', reason: 'case-not-visible' });
    await bed.caseChanged(made.id);
    await bed.line(check, { kind: 'problem', outcome: 'cleared', reason: 'case-not-visible' });
  });

  it('while Certn refuses the whole key with 403 is no problem of the case: the connection is broken until the key works', async () => {
    const { teamId, certn, key } = await bed.ownAccount();
    const { check, made } = await invited({ teamId });
    const [broken, well] = [bed.connections('broken'), bed.connections('ok')];
    const fault = bed.fault({ kind: 'status', status: 403, account: certn.id });
    await bed.caseChanged(made.id);
    await eventually('shown broken', () => bed.connections('broken') > broken);
    bed.bed.sandbox.world.faults.remove(fault.id);
    progress().take(made, { action: 'submit' });
    // A saved setting tries the connection at once; by itself it is tried once a minute.
    await bed.saveTeam({ certnKey: key.key }, teamId);
    await bed.status(check, { status: 'analyzing' });
    await eventually('shown well', () => bed.connections('ok') > well);
    expect(bed.linesOf(check).filter(({ kind }) => kind === 'problem')).toEqual([]);
  });

  it('of nobody is counted and read by nobody', async () => {
    const [before, counted] = [bed.calls('GET /cases/:id/'), await bed.unknownCases()];
    await bed.caseChanged(randomUUID());
    await caughtUp();
    expect(bed.calls('GET /cases/:id/') - before).toBeLessThanOrEqual(1);
    expect((await bed.unknownCases()) - counted).toBe(1);
  });

  it('of another team on the same account is read with that team, whoever was called', async () => {
    const other = randomUUID();
    await bed.saveTeam({}, other);
    const { check, made } = await invited({ teamId: other });
    progress().take(made, { action: 'submit' });
    await bed.caseChanged(made.id);
    expect(await bed.status(check, { status: 'analyzing' })).toMatchObject({ teamId: other });
  });

  it('tells its result only where the team shares results', async () => {
    const { check: silent, made: first } = await invited();
    progress().take(first, { action: 'complete' });
    await bed.caseChanged(first.id);
    expect((await bed.status(silent, { status: 'complete' })).result).toBeUndefined();
    await bed.saveTeam({ shareResults: true });
    const { check, made } = await invited();
    progress().take(made, { action: 'complete', score: 'REVIEW' });
    await bed.caseChanged(made.id);
    expect((await bed.status(check, { status: 'complete' })).result).toBe('review');
    await bed.saveTeam({ shareResults: false });
  });

  it('comes through though Certn fails a few times when it is read', async () => {
    const { check, made } = await invited();
    bed.fault({ kind: 'status', status: 502, route: 'GET /cases/:id/', times: 2 });
    progress().take(made, { action: 'submit' });
    await bed.caseChanged(made.id);
    await bed.status(check, { status: 'analyzing' });
    await bed.line(check, { kind: 'attempt', step: 'read', outcome: 'failed', reason: 'unavailable' });
  });
});

describe('a team that changes its Certn key', () => {
  it('has its checks read and ordered with the new one', async () => {
    const other = randomUUID();
    await bed.saveTeam({ certnKey: 'certn-key-1' }, other);
    const { check, made } = await invited({ teamId: other });
    bed.certn.addKey('certn-key-2');
    await bed.saveTeam({ certnKey: 'certn-key-2' }, other);
    await eventually(
      'the row follows',
      async () => (await bed.row(check))?.account === bed.connection(other, 'certn-key-2').account,
    );
    progress().take(made, { action: 'submit' });
    await bed.caseChanged(made.id);
    await bed.status(check, { status: 'analyzing' });
  });

  it('or comes at the same moment as its first checks has all of them ordered', async () => {
    const teams = Array.from({ length: 25 }, () => randomUUID() as string);
    const both = teams.map(async (teamId) => {
      const [, ...checks] = await Promise.all([bed.ownAccount(teamId), ...[1, 2, 3].map(() => bed.ask({ teamId }))]);
      return checks;
    });
    for (const check of (await Promise.all(both)).flat()) await bed.status(check, { status: 'pending' });
  });

  it('while it had none at first has its waiting checks ordered', async () => {
    const other = randomUUID();
    await bed.saveTeam({ certnKey: 'certn-key-1', certn: undefined as never }, other);
    const check = await bed.ask({ teamId: other });
    await bed.state(check, 'requested');
    await eventually('it waits', async () => String((await bed.row(check))?.reason).startsWith('paused'));
    await bed.saveTeam({ certnKey: 'certn-key-1' }, other);
    await bed.status(check, { status: 'pending' });
  });
});

describe('an erasure', () => {
  it('leaves the ids and nothing else, tells others, and orders nothing for the same move again', async () => {
    const { check, made } = await invited();
    await bed.command('erase', { opportunityId: check.opportunityId });
    expect(await bed.state(check, 'erased')).toMatchObject({
      case_id: made.id,
      applicant: null,
      email_hash: null,
      package: null,
      is_open: null,
      due_at: null,
    });
    await bed.ask({ ...check, decidedAt: later(isoTime()) });
    await bed.caseChanged(made.id);
    await caughtUp();
    expect((await bed.row(check))?.state).toBe('erased');
    expect(bed.casesOf(check.email)).toHaveLength(1);
    const [left] = await bed.database.query<{ n: number }>('SELECT COUNT(*) AS n FROM outbox WHERE aggregate_id = ?', [
      check.checkId,
    ]);
    expect(Number(left!.n)).toBe(0);
  });
});

describe('running cases', () => {
  it('are read again by themselves though nothing is heard of them', async () => {
    const service = await bed.start({ CASE_REREAD_MS: '1000' });
    try {
      const { check, made } = await invited();
      progress().take(made, { action: 'submit' });
      await bed.database.run('UPDATE checks SET due_at = UTC_TIMESTAMP(6) + INTERVAL 1 SECOND WHERE check_id = ?', [
        check.checkId,
      ]);
      await bed.status(check, { status: 'analyzing' });
    } finally {
      await bed.bed.stop(service);
    }
  });
});
