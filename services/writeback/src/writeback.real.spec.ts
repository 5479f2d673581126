import { randomUUID } from 'node:crypto';
import type { ActivityLine } from '@lever-certn/events/activity';
import type { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';
import { isoTime } from '@lever-certn/events/fields';
import { TOPICS } from '@lever-certn/events/topics';
import { eventually } from '@lever-certn/kafka/topics.fixture';
import { LeverClient } from '@lever-certn/lever/lever.client';
import { ServiceBed } from '@lever-certn/local-stack/service-bed.fixture';
import type { RunningService } from '@lever-certn/service/run-service';
import type { Opportunity } from '../../sandbox/src/lever/lever-account';
import { CandidateStore } from './candidates.store';
import { WritebackConfig } from './config';
import { buildWriteback } from './writeback';

const READ = 'GET /opportunities/:id';
const ADD = 'POST /opportunities/:id/addTags';
const REMOVE = 'POST /opportunities/:id/removeTags';
const LINK = 'POST /opportunities/:id/addLinks';

let bed: ServiceBed;
let writeback: RunningService;
let lines: () => (ActivityLine & { teamId: string })[];

beforeAll(async () => {
  bed = await ServiceBed.open();
  await bed.saveTeam();
  const activity = await bed.hear(TOPICS.activity);
  lines = () => activity.events.flatMap(({ teamId, lines: some }) => some.map((line) => ({ ...line, teamId })));
  writeback = await bed.start(buildWriteback, WritebackConfig);
});
afterAll(() => bed.close());
afterEach(() => {
  jest.restoreAllMocks();
  bed.sandbox.world.faults.clear();
  expect(bed.fatal).toEqual([]);
});

type Status = Partial<CheckStatusUpdated> & { day?: number };

/** One check of an opportunity, whose statuses are published one after the other. */
class Check {
  version = 0;
  readonly checkId = randomUUID();
  constructor(
    readonly opportunity: Opportunity,
    readonly transitionAt = bed.enteredAt(opportunity),
    readonly teamId = bed.teamId,
  ) {}

  event(status: CheckStatusUpdated['status'], rest: Status = {}): CheckStatusUpdated {
    this.version += 1;
    const { checkId, transitionAt, version, teamId } = this;
    const facts = { servicesTotal: 2, servicesDone: 0, reportReady: false, caseId: 'case-1', occurredAt: isoTime() };
    return { teamId, opportunityId: this.opportunity.id, checkId, transitionAt, version, status, ...facts, ...rest };
  }
  say(status: CheckStatusUpdated['status'], rest: Status = {}): Promise<void> {
    return bed.publish(TOPICS.checkStatusUpdated, this.event(status, rest));
  }
}

const ours = (opportunity: Opportunity): string[] => opportunity.tags.filter((tag) => tag.startsWith('CERTN - '));
const linkOf = (check: Check): string => `https://console.example.com/reports/${check.checkId}`;
const linesFor = (opportunity: Opportunity): ActivityLine[] =>
  lines().filter(({ opportunityId }) => opportunityId === opportunity.id);
const done = (opportunity: Opportunity): string[] =>
  linesFor(opportunity)
    .filter(({ kind }) => kind === 'done')
    .map(({ step, detail }) => [step, detail].filter(Boolean).join(' '));

async function tagged(opportunity: Opportunity, ...tags: string[]): Promise<void> {
  await eventually(`${JSON.stringify(tags)} in Lever`, () => JSON.stringify(opportunity.tags) === JSON.stringify(tags));
}
/** Everything said so far has been worked: a check that came after it has its tag. */
async function caughtUp(): Promise<void> {
  const last = bed.enter();
  await new Check(last).say('pending');
  await tagged(last, 'CERTN - Pending');
}
/** Calls of Lever while something happens. */
async function callsDuring(work: () => Promise<void>): Promise<Record<string, number>> {
  const before = [READ, ADD, REMOVE, LINK].map((route) => [route, bed.calls(route)] as const);
  await work();
  return Object.fromEntries(before.map(([route, count]) => [route, bed.calls(route) - count]));
}

describe('the tag of a check', () => {
  it('follows its status, one at a time, and touches no other tag', async () => {
    const opportunity = bed.enter({ tags: ['Basic', 'CERTN-like', 'CERTN - Pending review'] });
    const foreign = [...opportunity.tags];
    const check = new Check(opportunity);
    const steps: [CheckStatusUpdated['status'], Status, string][] = [
      ['pending', {}, 'CERTN - Pending'],
      ['analyzing', {}, 'CERTN - Analyzing'],
      ['partial', { servicesDone: 1, reportReady: true }, 'CERTN - Partial'],
      ['complete', { servicesDone: 2, reportReady: true }, 'CERTN - Complete'],
    ];
    for (const [status, rest, tag] of steps) {
      await check.say(status, rest);
      await tagged(opportunity, ...foreign, tag);
    }
    expect(opportunity.contact.links).toEqual([linkOf(check)]);
    await eventually('all lines', () => done(opportunity).length === 5);
    expect(done(opportunity)).toEqual([
      'tag CERTN - Pending',
      'tag CERTN - Analyzing',
      'link',
      'tag CERTN - Partial',
      'tag CERTN - Complete',
    ]);
  });

  it('costs one reading and one write, and nothing where it is there already', async () => {
    const opportunity = bed.enter();
    const check = new Check(opportunity);
    const first = await callsDuring(async () => {
      await check.say('pending');
      await tagged(opportunity, 'CERTN - Pending');
    });
    expect(first).toEqual({ [READ]: 1, [ADD]: 1, [REMOVE]: 0, [LINK]: 0 });
    await eventually('settled', () => done(opportunity).length === 1);
    const second = await callsDuring(async () => {
      await check.say('pending', { caseStatus: 'APPLICANT_STARTED' });
      await check.say('pending', { caseStatus: 'APPLICANT_INVITED' });
      await caughtUp();
    });
    expect(second).toMatchObject({ [READ]: 1, [ADD]: 1 });
    const third = await callsDuring(async () => {
      await check.say('analyzing');
      await tagged(opportunity, 'CERTN - Analyzing');
    });
    expect(third).toEqual({ [READ]: 1, [ADD]: 1, [REMOVE]: 1, [LINK]: 0 });
  });

  it('is one of the newest check, however the versions come, ten times at once', async () => {
    const opportunity = bed.enter();
    const check = new Check(opportunity);
    const events = (['pending', 'analyzing', 'partial', 'analyzing', 'partial', 'complete'] as const).map((status) =>
      check.event(status),
    );
    const shuffled = [...events, ...events, ...events].sort((a, b) => ((a.version * 7) % 5) - ((b.version * 7) % 5));
    await Promise.all(shuffled.map((event) => bed.publish(TOPICS.checkStatusUpdated, event)));
    await tagged(opportunity, 'CERTN - Complete');
    await caughtUp();
    expect(opportunity.tags).toEqual(['CERTN - Complete']);
  });

  it('stays that of the newer check while an older one changes, which still gets its link', async () => {
    const opportunity = bed.enter();
    const older = new Check(opportunity);
    await older.say('partial');
    await tagged(opportunity, 'CERTN - Partial');
    bed.account.move(opportunity, bed.elsewhere);
    bed.account.move(opportunity, bed.stage);
    const newer = new Check(opportunity);
    await newer.say('pending');
    await tagged(opportunity, 'CERTN - Pending');
    await older.say('complete', { servicesDone: 2, reportReady: true });
    await eventually('the link', () => opportunity.contact.links.length === 1);
    await caughtUp();
    expect(opportunity.tags).toEqual(['CERTN - Pending']);
    expect(opportunity.contact.links).toEqual([linkOf(older)]);
  });

  it('is taken away when the check was cancelled before it was ordered', async () => {
    const opportunity = bed.enter({ tags: ['Basic', 'CERTN - ERROR (No Email)'] });
    const check = new Check(opportunity);
    await check.say('cancelled', { reason: 'left-stage', caseId: undefined });
    await tagged(opportunity, 'Basic');
    await eventually('the line', () => done(opportunity).length === 1);
    expect(linesFor(opportunity)[0]).toMatchObject({ outcome: 'removed', step: 'tag' });
  });

  it('is removed in the spelling that Lever has', async () => {
    const opportunity = bed.enter({ tags: ['certn - pending', 'CERTN - Applicant Started'] });
    await new Check(opportunity).say('complete');
    await tagged(opportunity, 'CERTN - Complete');
  });

  it('gives way to a newer one that comes while it is being written', async () => {
    const opportunity = bed.enter();
    const check = new Check(opportunity);
    bed.sandbox.world.faults.add({ on: 'lever', kind: 'slow-answer', route: ADD, times: 1, ms: 400 });
    await check.say('pending');
    await tagged(opportunity, 'CERTN - Pending');
    await check.say('analyzing');
    await check.say('partial');
    await tagged(opportunity, 'CERTN - Partial');
    await caughtUp();
    expect(opportunity.tags).toEqual(['CERTN - Partial']);
  });

  it('is not written at all when a newer one comes while the candidate is read', async () => {
    const opportunity = bed.enter();
    const check = new Check(opportunity);
    bed.sandbox.world.faults.add({ on: 'lever', kind: 'slow-answer', route: READ, times: 1, ms: 500 });
    const adds = jest.spyOn(LeverClient.prototype, 'addTags');
    await check.say('pending');
    await eventually('the reading', () => bed.sandbox.world.faults.quiet);
    await check.say('complete');
    await tagged(opportunity, 'CERTN - Complete');
    expect(adds.mock.calls.filter(([, id]) => id === opportunity.id).map(([, , tags]) => tags)).toEqual([['CERTN - Complete']]);
  });

  it('is put right after a process wrote a stale one late', async () => {
    const opportunity = bed.enter();
    const check = new Check(opportunity);
    // A process that sleeps right before its write, after it has compared with the row, and wakes when another one is done.
    const addTags = LeverClient.prototype.addTags;
    let wakeUp: () => void = () => undefined;
    jest.spyOn(LeverClient.prototype, 'addTags').mockImplementationOnce(async function (this: LeverClient, ...call) {
      await new Promise<void>((resolve) => (wakeUp = resolve));
      await addTags.apply(this, call);
      // What the sleeper would have done next, had it not been for the newer one: nothing of ours but its own tag stays.
      bed.account.removeTags(opportunity, ['CERTN - Complete']);
      return null;
    });
    const isCurrent = jest.spyOn(CandidateStore.prototype, 'isCurrent');
    await check.say('pending');
    await eventually('asleep', () => isCurrent.mock.calls.length === 1);
    await check.say('complete');
    await new Promise((resolve) => setTimeout(resolve, 300));
    wakeUp();
    await tagged(opportunity, 'CERTN - Complete');
    await caughtUp();
    expect(opportunity.tags).toEqual(['CERTN - Complete']);
  });
});

describe('the tag profile', () => {
  afterEach(() => bed.saveTeam({ tagProfile: 'classic' }));

  it('when changed brings the tags of open checks along, and leaves closed ones', async () => {
    const [open, closed, started] = [bed.enter(), bed.enter(), bed.enter({ tags: ['Basic'] })];
    await new Check(open).say('analyzing');
    await new Check(started).say('pending', { caseStatus: 'APPLICANT_STARTED' });
    await new Check(closed).say('error', { reason: 'declined' });
    await tagged(open, 'CERTN - Analyzing');
    await tagged(started, 'Basic', 'CERTN - Pending');
    await tagged(closed, 'CERTN - ERROR (Declined)');
    closed.tags = ['CERTN - ERROR (Declined)', 'by hand'];
    await bed.saveTeam({ tagProfile: 'current' });
    await tagged(open, 'CERTN - In Progress');
    await tagged(started, 'Basic', 'CERTN - Applicant Started');
    const [clear] = [bed.enter()];
    await new Check(clear).say('complete', { result: 'clear' });
    await tagged(clear, 'CERTN - Complete (Clear)');
    expect(closed.tags).toEqual(['CERTN - ERROR (Declined)', 'by hand']);
  });

  it('when changed while nobody listened is followed at the next start', async () => {
    const opportunity = bed.enter();
    await new Check(opportunity).say('analyzing');
    await tagged(opportunity, 'CERTN - Analyzing');
    await bed.stop(writeback);
    await bed.saveTeam({ tagProfile: 'current' });
    writeback = await bed.start(buildWriteback, WritebackConfig);
    await tagged(opportunity, 'CERTN - In Progress');
  });
});

describe('the link of a check', () => {
  it('is added once, however often the check changes', async () => {
    const opportunity = bed.enter();
    opportunity.contact.links.push('https://example.com/cv');
    const check = new Check(opportunity);
    bed.account.duplicates = 'keep';
    for (let version = 0; version < 5; version += 1)
      await check.say(version % 2 ? 'analyzing' : 'partial', { servicesDone: 1, reportReady: true });
    await tagged(opportunity, 'CERTN - Partial');
    await eventually('the link', () => opportunity.contact.links.length > 1);
    await caughtUp();
    bed.account.duplicates = 'ignore';
    expect(opportunity.contact.links).toEqual(['https://example.com/cv', linkOf(check)]);
  });

  it('is not added again when Lever has it already, and stays away once a recruiter took it away', async () => {
    const opportunity = bed.enter();
    const check = new Check(opportunity);
    opportunity.contact.links.push(linkOf(check));
    const calls = await callsDuring(async () => {
      await check.say('partial', { servicesDone: 1, reportReady: true });
      await tagged(opportunity, 'CERTN - Partial');
      await eventually('the lines', () => done(opportunity).length === 2);
    });
    expect(calls[LINK]).toBe(0);
    opportunity.contact.links = [];
    await check.say('complete', { servicesDone: 2, reportReady: true });
    await tagged(opportunity, 'CERTN - Complete');
    expect(opportunity.contact.links).toEqual([]);
  });

  it('of each of two checks of one person is its own', async () => {
    const first = bed.enter();
    const second = bed.enter({ contactId: first.contact.id });
    const checks = [new Check(first), new Check(second)];
    for (const check of checks) await check.say('partial', { servicesDone: 1, reportReady: true });
    await eventually('both links', () => first.contact.links.length === 2);
    expect([...first.contact.links].sort()).toEqual(checks.map(linkOf).sort());
  });
});

describe('trouble', () => {
  it.each([
    ['an addTags whose answer was lost', { kind: 'lost-answer', route: ADD }],
    ['an addTags that was refused for a moment', { kind: 'status', status: 503, route: ADD }],
    ['a removeTags whose answer was lost', { kind: 'lost-answer', route: REMOVE }],
    ['a removeTags that broke off', { kind: 'reset', route: REMOVE }],
    ['a reading over the limit', { kind: 'rate-limited', route: READ }],
    ['a link whose answer was lost', { kind: 'lost-answer', route: LINK }],
    ['a reading that is HTML', { kind: 'html', route: READ }],
    ['a reading that is empty', { kind: 'empty', route: READ }],
    ['a reading that breaks off', { kind: 'truncated', route: READ }],
    ['a reading that is too long', { kind: 'huge', route: READ }],
    ['an addTags whose answer is unreadable', { kind: 'html', route: ADD }],
  ] as const)('of Lever: %s ends in one tag and one link all the same', async (_, fault) => {
    bed.account.duplicates = 'keep';
    const opportunity = bed.enter({ tags: ['Basic', 'CERTN - Pending'] });
    bed.sandbox.world.faults.add({ on: 'lever', times: 1, ...fault });
    const check = new Check(opportunity);
    await check.say('partial', { servicesDone: 1, reportReady: true });
    await eventually('tag and link', () => opportunity.contact.links.length > 0 && ours(opportunity).length === 1);
    await eventually('the lines', () => done(opportunity).length === 2);
    bed.account.duplicates = 'ignore';
    expect(opportunity.tags).toEqual(['Basic', 'CERTN - Partial']);
    expect(opportunity.contact.links).toEqual([linkOf(check)]);
    expect(linesFor(opportunity).filter(({ kind }) => kind === 'attempt')).toHaveLength(1);
  });

  it('of Lever: a reading with null in every optional field ends in one tag all the same', async () => {
    const opportunity = bed.enter({ tags: ['Basic', 'CERTN - Pending'] });
    bed.sandbox.world.faults.add({ on: 'lever', kind: 'nulls', route: READ, times: 1 });
    await new Check(opportunity).say('analyzing');
    await tagged(opportunity, 'Basic', 'CERTN - Analyzing');
  });

  it('in the middle, after the tag was added and before the others were removed, is healed at the next start', async () => {
    const opportunity = bed.enter({ tags: ['CERTN - Pending'] });
    jest.spyOn(LeverClient.prototype, 'removeTags').mockReturnValue(new Promise(() => undefined));
    await bed.stop(writeback);
    const dying = await bed.start(buildWriteback, WritebackConfig, { SHUTDOWN_GRACE_MS: '100' });
    await new Check(opportunity).say('analyzing');
    await tagged(opportunity, 'CERTN - Pending', 'CERTN - Analyzing');
    await bed.stop(dying);
    jest.restoreAllMocks();
    writeback = await bed.start(buildWriteback, WritebackConfig);
    await tagged(opportunity, 'CERTN - Analyzing');
    await eventually('the line', () => done(opportunity).length > 0);
  });

  it('ends quietly with a candidate who was deleted or anonymised', async () => {
    const [deleted, anonymised] = [bed.enter(), bed.enter()];
    bed.account.remove(deleted.id);
    bed.account.anonymize(anonymised);
    await new Check(deleted).say('complete', { reportReady: true });
    await new Check(anonymised).say('complete', { reportReady: true });
    await caughtUp();
    expect([...linesFor(deleted), ...linesFor(anonymised)]).toEqual([]);
    expect([anonymised.tags, anonymised.contact.links]).toEqual([[], []]);
    const rows = bed.worked.filter(
      ({ unit, opportunityId }) => unit === 'row' && [deleted.id, anonymised.id].includes(opportunityId!),
    );
    expect(rows.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['settled', 'gone'],
      ['settled', 'gone'],
    ]);
  });

  it('with a candidate who is closed to the key is told', async () => {
    const opportunity = bed.enter({ confidential: true });
    await new Check(opportunity).say('pending');
    await eventually('the line', () => linesFor(opportunity).length > 0);
    expect(linesFor(opportunity)).toEqual([
      expect.objectContaining({ kind: 'attempt', outcome: 'failed', reason: 'confidential' }),
    ]);
  });

  it('with a team that is disabled only delays', async () => {
    const opportunity = bed.enter();
    await bed.saveTeam({ enabled: false });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await new Check(opportunity).say('pending');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(opportunity.tags).toEqual([]);
    await bed.saveTeam({ enabled: true });
    await tagged(opportunity, 'CERTN - Pending');
  });

  it('with the key shows the connection broken, and all goes on with a new key', async () => {
    bed.account.keys.get('key-1')!.refused = true;
    const opportunities = [bed.enter(), bed.enter()];
    for (const opportunity of opportunities) await new Check(opportunity).say('pending');
    await eventually('broken', () =>
      lines().some(({ kind, outcome, vendor }) => kind === 'connection' && outcome === 'broken' && vendor === 'lever'),
    );
    bed.account.addKey('key-2');
    await bed.saveTeam({ leverKey: 'key-2' });
    for (const opportunity of opportunities) await tagged(opportunity, 'CERTN - Pending');
  });

  it('with a key that may not change tags is told with its cure, and cured by a new key', async () => {
    bed.account.addKey('key-3', ['opportunities:read', 'stages:read']);
    await bed.saveTeam({ leverKey: 'key-3' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const opportunity = bed.enter();
    await new Check(opportunity).say('pending');
    await eventually('the line', () => linesFor(opportunity).length > 0);
    expect(linesFor(opportunity)[0]).toMatchObject({ kind: 'attempt', outcome: 'waiting', reason: 'not-allowed', step: 'tag' });
    await bed.saveTeam({ leverKey: 'key-2' });
    await tagged(opportunity, 'CERTN - Pending');
  });

  it('with perform_as is told with its cure, and cured by setting it', async () => {
    bed.account.requirePerformAs = true;
    const opportunity = bed.enter();
    await new Check(opportunity).say('pending');
    await eventually('the line', () => linesFor(opportunity).length > 0);
    expect(linesFor(opportunity)[0]).toMatchObject({ outcome: 'waiting', reason: 'perform-as' });
    await bed.saveTeam({ lever: { ...bed.settings!.lever!, performAs: 'user-7' } });
    await tagged(opportunity, 'CERTN - Pending');
    bed.account.requirePerformAs = false;
  });
});

describe('erasing', () => {
  it('stops what waits', async () => {
    const opportunity = bed.enter();
    bed.sandbox.world.faults.add({ on: 'lever', kind: 'status', status: 503, route: READ });
    await new Check(opportunity).say('pending');
    await eventually('an attempt', () => linesFor(opportunity).length > 0);
    const validUntil = isoTime(Date.now() + 60_000);
    const command = {
      type: 'erase',
      teamId: bed.teamId,
      commandId: randomUUID(),
      by: 'user:ada',
      at: isoTime(),
      validUntil,
    } as const;
    await bed.publish(TOPICS.commands, { ...command, opportunityId: opportunity.id });
    await new Promise((resolve) => setTimeout(resolve, 300));
    bed.sandbox.world.faults.clear();
    await caughtUp();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(opportunity.tags).toEqual([]);
  });
});
