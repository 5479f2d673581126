import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Resolution } from '@lever-certn/events/command';
import { isoTime } from '@lever-certn/events/fields';
import { eventually } from '@lever-certn/kafka/topics.fixture';
import type { CertnAccount } from '../../sandbox/src/certn/certn-account';
import type { FaultRule } from '../../sandbox/src/faults';
import { DispatcherBed, type Asked } from './dispatcher.fixture';

/** One check of a team of its own, from its asking to its right end. */
type Story = (step: string) => Promise<void>;

jest.setTimeout(240_000);

const ROOT = path.resolve(__dirname, '../../..');
const folder = mkdtempSync(path.join(tmpdir(), 'dispatcher-crash-'));
const children = new Set<ChildProcess>();
let bed: DispatcherBed;
let supervised = true;

beforeEach(async () => {
  supervised = true;
  bed = await DispatcherBed.open();
});
afterEach(async () => {
  supervised = false;
  const ended = [...children].map((child) => new Promise((resolve) => child.once('exit', resolve)));
  for (const child of children) {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
  }
  await Promise.all(ended);
  await bed.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A dispatcher as a process of its own, started again whenever it dies. */
function supervise(): void {
  const child = spawn(
    process.execPath,
    ['-C', '@lever-certn/source', '-r', './tools/swc-register.cjs', 'services/dispatcher/src/crashing-dispatcher.fixture.ts'],
    {
      cwd: ROOT,
      stdio: process.env.LOG_LEVEL ? 'inherit' : 'ignore',
      env: {
        ...process.env,
        ...bed.environment,
        MANAGEMENT_PORT: '0',
        HOST: '127.0.0.1',
        CRASH_DIR: folder,
        LOG_LEVEL: process.env.LOG_LEVEL ?? 'error',
      },
    },
  );
  children.add(child);
  child.once('exit', () => {
    children.delete(child);
    if (supervised) supervise();
  });
}

/** A team that meets a step, and what its account does wrong once. */
async function teamAt(step: string, fault?: Omit<FaultRule, 'on'>): Promise<{ teamId: string; certn: CertnAccount }> {
  const { teamId, certn } = await bed.ownAccount(`crash-${step}.${randomUUID().slice(0, 8)}`);
  if (fault) bed.fault({ account: certn.id, times: 1, ...fault });
  return { teamId, certn };
}

/** A check of a team that meets a step. */
async function askAt(step: string, fault?: Omit<FaultRule, 'on'>): Promise<{ check: Asked; certn: CertnAccount }> {
  const { teamId, certn } = await teamAt(step, fault);
  return { check: await bed.ask({ teamId }), certn };
}

const diedAt = (step: string): boolean => existsSync(path.join(folder, step));

/** Exactly one order at the vendor, the check has it, and others have heard every version, the newest last. */
async function endedInOneOrder({ check, certn }: { check: Asked; certn: CertnAccount }): Promise<void> {
  await bed.status(check, { status: 'pending' }, 120_000);
  const cases = [...certn.cases.values()];
  for (const { id } of cases) await bed.caseChanged(id);
  await bed.status(check, { caseStatus: 'APPLICANT_INVITED' }, 120_000);
  const row = await bed.row(check);
  expect(cases.map(({ id, email }) => [id, email])).toEqual([[row?.case_id, check.email]]);
  await heardWhole(check);
  expect(row).toMatchObject({ state: 'pending', attempt_key: null });
}

/** Others have heard every version of a check, the newest last. */
async function heardWhole(check: Asked): Promise<void> {
  await eventually('every version is heard, the newest last', async () => {
    const newest = Number((await bed.row(check))?.version);
    const heard = bed.heardOf(check).map(({ version }) => version);
    return heard.at(-1) === newest && Array.from({ length: newest }, (_, index) => index + 1).every((one) => heard.includes(one));
  });
}

async function nothingIsLeftToPublish(): Promise<void> {
  await eventually('nothing is left to publish', async () => {
    const [left] = await bed.database.query<{ n: number }>('SELECT COUNT(*) AS n FROM outbox');
    return Number(left!.n) === 0;
  });
}

const ORDER = 'POST /cases/order/';
const LOST = { kind: 'lost-answer', route: ORDER } as const;
const STEPS: [string, Omit<FaultRule, 'on'>?][] = [
  ['recorded'],
  ['claimed'],
  ['sent-lost', { kind: 'latency', ms: 400, route: ORDER }],
  ['sent-made', { kind: 'slow-answer', ms: 400, route: ORDER }],
  ['answered'],
  ['stored'],
  ['publishing'],
  ['published'],
  ['reading'],
  ['read'],
  ['looking-up', LOST],
  ['looked-up', LOST],
  ['adopted', LOST],
  ['not-found-yet', { kind: 'reset', route: ORDER }],
  ['found-nowhere', { kind: 'reset', route: ORDER }],
  ['not-made', { kind: 'rate-limited', route: ORDER }],
];

it('a dispatcher killed after any step of ordering, beside another one, leaves exactly one order of each check', async () => {
  supervise();
  supervise();
  let left = STEPS;
  // A process that dies at one step takes the other checks it has in hand with it, which may then never come to theirs.
  for (let round = 1; left.length > 0 && round <= 6; round += 1) {
    const asked = await Promise.all(left.map(([step, fault]) => askAt(step, fault)));
    for (const one of asked) await endedInOneOrder(one);
    left = left.filter(([step]) => !diedAt(step));
  }
  expect(left).toEqual([]);
  await nothingIsLeftToPublish();
});

/** Facts that are too old are looked at again first; the answer is ordered. */
const lookedAtFirst: Story = async (step) => {
  const { teamId, certn } = await teamAt(step);
  const check = await bed.ask({ teamId, decidedAt: isoTime(Date.now() - 16 * 60_000) });
  const isAsked = (): boolean => bed.commands.events.some(({ type, checkId }) => type === 'look' && checkId === check.checkId);
  await eventually('a look is asked for', isAsked, 120_000);
  expect(certn.cases.size).toBe(0);
  await bed.ask({ ...check, teamId, decidedAt: isoTime() });
  await endedInOneOrder({ check, certn });
};

/** An order that Certn refuses is not made again, and leaves room for the next move. */
const refused: Story = async (step) => {
  const { teamId, certn } = await teamAt(step);
  // As long as it takes: the process may die at another story's step before it has written the answer, which is then looked up and ordered again.
  const refusal = bed.fault({ account: certn.id, kind: 'status', status: 422, code: 'unprocessable', route: ORDER });
  const check = await bed.ask({ teamId });
  await bed.status(check, { status: 'error', reason: 'rejected' }, 120_000);
  bed.cure(refusal);
  await endedInOneOrder({ check: await bed.ask({ teamId, opportunityId: check.opportunityId }), certn });
  await heardWhole(check);
  expect(await bed.row(check)).toMatchObject({ state: 'error', version: 1, attempt_key: null, due_at: null });
};

/** A check that is set aside, since somebody else's case fits it in part, ends as a person says. */
const resolvedBy =
  (resolution: Resolution): Story =>
  async (step) => {
    const { teamId, certn } = await teamAt(step, LOST);
    const email = `${step}-${randomUUID()}@example.com`;
    certn.order({ email, checkTypes: { CREDIT_1: {} }, packageId: null, group: null, invite: false });
    const check = await bed.ask({ teamId, email });
    await bed.status(check, { status: 'error', reason: 'needs-attention' }, 120_000);
    expect(await bed.row(check)).toMatchObject({ state: 'needs-attention', attempt_key: null, is_open: 1 });
    const known = [...certn.cases.values()];
    // Too old to be taken for one of an order that a person wants from now on.
    for (const one of known) one.createdMs -= 600_000;
    const named = known.at(-1)!.id;
    await bed.command('resolve', {
      teamId,
      checkId: check.checkId,
      resolution,
      ...(resolution === 'case' ? { caseId: named } : {}),
    });
    const ended =
      resolution === 'drop' ? ({ status: 'cancelled', reason: 'dropped' } as const) : ({ status: 'pending' } as const);
    const { caseId } = await bed.status(check, ended, 120_000);
    await everyCommandIsHeard(teamId);
    const made = [...certn.cases.keys()].slice(known.length);
    expect(made).toHaveLength(resolution === 'order' ? 1 : 0);
    expect(bed.linesOf(check).filter(({ kind, outcome }) => kind === 'decision' && outcome === 'failed')).toEqual([]);
    expect(caseId).toBe({ case: named, order: made[0], drop: undefined }[resolution]);
    await heardWhole(check);
    expect(await bed.row(check)).toMatchObject({ state: ended.status, attempt_key: null });
    if (resolution !== 'drop') return;
    await bed.status(await bed.ask({ teamId, opportunityId: check.opportunityId }), { status: 'pending' }, 120_000);
  };

/** A command whose process died before it was committed comes again; one that is published now comes after it. */
async function everyCommandIsHeard(teamId: string): Promise<void> {
  const last = await bed.ask({ teamId, email: null });
  await bed.status(last, { status: 'error', reason: 'no-email' }, 120_000);
  await bed.command('erase', { teamId, opportunityId: last.opportunityId });
  await bed.state(last, 'erased', 120_000);
}

const STORIES: [string, Story][] = [
  ['asking-look', lookedAtFirst],
  ['look-asked', lookedAtFirst],
  ['rejected', refused],
  ['attention-raised', resolvedBy('case')],
  ['person-named', resolvedBy('case')],
  ['person-adopted', resolvedBy('case')],
  ['person-ordered', resolvedBy('order')],
  ['person-dropped', resolvedBy('drop')],
];

it('a dispatcher killed after any step beside ordering, beside another one, brings each check to its end and orders nothing twice', async () => {
  supervise();
  supervise();
  let left = STORIES;
  for (let round = 1; left.length > 0 && round <= 6; round += 1) {
    await Promise.all(left.map(([step, story]) => story(step)));
    left = left.filter(([step]) => !diedAt(step));
  }
  expect(left).toEqual([]);
  await nothingIsLeftToPublish();
});

it('a dispatcher frozen in the middle of two orders past its lease, and thawed beside another, orders nothing twice', async () => {
  supervise();
  const [frozen] = children;
  const sent = await askAt('sent-before-the-freeze', { kind: 'slow-answer', ms: 450, route: ORDER });
  await eventually('one order is at Certn, its answer not yet here', () => sent.certn.cases.size === 1, 120_000);
  const claimed = await askAt('freeze-claimed');
  await eventually('it is frozen', () => diedAt('freeze-claimed'), 120_000);
  expect(await bed.row(claimed.check)).toMatchObject({ state: 'ordering', attempt: 1 });
  supervise();
  for (const { check } of [claimed, sent])
    await eventually('the other one has taken over', async () => (await bed.row(check))?.state === 'pending', 120_000);
  expect(await bed.row(claimed.check)).toMatchObject({ attempt: 2, unclear: 1 });
  frozen!.kill('SIGCONT');
  const after = await bed.ask({ teamId: (await bed.ownAccount()).teamId });
  await bed.status(after, { status: 'pending' }, 120_000);
  // Longer than the thawed process would need to go on with its order.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await endedInOneOrder(claimed);
  await endedInOneOrder(sent);
  expect(bed.lines().filter(({ reason }) => reason === 'possible-double')).toEqual([]);
});

it('two dispatchers at once, told everything three times while one after the other is killed, order each check once', async () => {
  supervise();
  supervise();
  const teams = (await Promise.all(Array.from({ length: 6 }, () => bed.ownAccount()))).map(({ teamId }) => teamId);
  const asked: Asked[] = [];
  const isPending = (check: Asked): boolean => bed.heardOf(check).length > 0;
  for (let round = 0; round < 4; round += 1) {
    const some = await Promise.all(Array.from({ length: 60 }, (_, n) => askThreeTimes(teams[n % teams.length]!)));
    asked.push(...some);
    await eventually('some are ordered', () => some.filter(isPending).length >= 10, 120_000);
    [...children][0]?.kill('SIGKILL');
  }
  for (const check of asked) await bed.status(check, { status: 'pending' }, 120_000);
  for (const check of asked) expect([check.email, bed.casesOf(check.email).length]).toEqual([check.email, 1]);
});

async function askThreeTimes(teamId: string): Promise<Asked> {
  const decidedAt = isoTime();
  const check = await bed.ask({ teamId, decidedAt });
  await Promise.all([1, 2].map(() => bed.ask({ teamId, decidedAt, ...check })));
  return check;
}
