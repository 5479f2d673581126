import { randomUUID } from 'node:crypto';
import { APPLICANT_FIELD, type CheckRequested } from '@lever-certn/events/check-requested';
import type { ActivityLine } from '@lever-certn/events/activity';
import type { Command } from '@lever-certn/events/command';
import { isoTime } from '@lever-certn/events/fields';
import { checkIdOfCommand, checkIdOfTransition } from '@lever-certn/events/identity.rules';
import { TOPICS } from '@lever-certn/events/topics';
import { eventually } from '@lever-certn/kafka/topics.fixture';
import { BASIC, DEEP, ServiceBed, type Heard } from '@lever-certn/local-stack/service-bed.fixture';
import type { RunningService } from '@lever-certn/service/run-service';
import type { Opportunity } from '../../sandbox/src/lever/lever-account';
import { ResolverConfig } from './config';
import { LookStore } from './looks.store';
import { buildResolver } from './resolver';

let bed: ServiceBed;
let requested: Heard<CheckRequested>;
let lines: () => (ActivityLine & { teamId: string })[];
let resolver: RunningService;

beforeAll(async () => {
  bed = await ServiceBed.open();
  await bed.saveTeam();
  requested = await bed.hear(TOPICS.checkRequested);
  const activity = await bed.hear(TOPICS.activity);
  lines = () => activity.events.flatMap(({ teamId, lines: some }) => some.map((line) => ({ ...line, teamId })));
  resolver = await bed.start(buildResolver, ResolverConfig);
});
afterAll(() => bed.close());
afterEach(() => {
  bed.sandbox.world.faults.clear();
  expect(bed.fatal).toEqual([]);
});

/** Lever's webhook of an opportunity's last move, as ingress publishes it. */
async function tell(
  opportunity: Pick<Opportunity, 'id'>,
  change: { triggeredAt?: string; copies?: number; teamId?: string } = {},
): Promise<void> {
  const { triggeredAt = isoTime(), copies = 1, teamId = bed.teamId } = change;
  const event = { teamId, opportunityId: opportunity.id, toStageId: bed.stage.id, triggeredAt, receivedAt: isoTime() };
  await Promise.all(Array.from({ length: copies }, () => bed.publish(TOPICS.stageChanged, event)));
}
async function command(type: Command['type'], opportunity: Opportunity, rest: Partial<Command> = {}): Promise<string> {
  const commandId = randomUUID();
  const validUntil = isoTime(Date.now() + 60_000);
  const whole = {
    type,
    teamId: bed.teamId,
    commandId,
    by: 'user:ada',
    at: isoTime(),
    validUntil,
    opportunityId: opportunity.id,
    ...rest,
  };
  await bed.publish(TOPICS.commands, whole);
  return commandId;
}
const requestsFor = (opportunity: Opportunity): CheckRequested[] =>
  requested.events.filter(({ opportunityId }) => opportunityId === opportunity.id);
const linesFor = (opportunity: Pick<Opportunity, 'id'>): ActivityLine[] =>
  lines().filter(({ opportunityId }) => opportunityId === opportunity.id);
const decisions = (opportunity: Pick<Opportunity, 'id'>): string[] =>
  linesFor(opportunity)
    .filter(({ kind }) => kind === 'decision')
    .map(({ outcome, reason }) => `${outcome}: ${reason}`);
const checkIdOf = (opportunity: Opportunity): string =>
  checkIdOfTransition(bed.teamId, opportunity.id, bed.enteredAt(opportunity));

/** Resolves with the first request for an opportunity, or the n-th. */
async function request(opportunity: Opportunity, n = 1): Promise<CheckRequested> {
  await eventually(`request ${n}`, () => requestsFor(opportunity).length >= n);
  return requestsFor(opportunity)[n - 1]!;
}
async function decision(opportunity: Pick<Opportunity, 'id'>, n = 1): Promise<string> {
  await eventually(`decision ${n}`, () => decisions(opportunity).length >= n);
  return decisions(opportunity)[n - 1]!;
}
function applicantOf(event: CheckRequested): unknown {
  const place = { teamId: bed.teamId, recordId: event.checkId, field: APPLICANT_FIELD };
  return JSON.parse(bed.keyring.open(event.applicant!, place));
}
/** Everything told so far has been looked at: a look that came after it has been answered. */
async function caughtUp(): Promise<void> {
  const last = bed.enter();
  await tell(last);
  await request(last);
}

describe('a candidate who enters the trigger stage', () => {
  it('is asked for once, with the default package and a sealed applicant', async () => {
    const opportunity = bed.enter({ name: 'Ada Example', emails: ['not an address', 'ada@example.com'] });
    await tell(opportunity);
    const event = await request(opportunity);
    expect(event).toMatchObject({
      teamId: bed.teamId,
      checkId: checkIdOf(opportunity),
      transitionAt: bed.enteredAt(opportunity),
      wanted: true,
      settingsVersion: bed.settings!.version,
      package: { packageId: BASIC.packageId, name: 'Basic', services: [{ type: 'IDENTITY' }] },
    });
    expect(event.problem).toBeUndefined();
    expect(applicantOf(event)).toEqual({
      name: 'Ada Example',
      email: 'ada@example.com',
      leverUrl: expect.stringMatching(/^https:\/\/hire\.lever\.co\/candidates\/./),
    });
    expect(JSON.stringify(event)).not.toContain('ada@');
  });

  it('is asked for once when the same delivery comes ten times at once and once more later', async () => {
    const opportunity = bed.enter();
    const triggeredAt = isoTime();
    await tell(opportunity, { triggeredAt, copies: 10 });
    await request(opportunity);
    await tell(opportunity, { triggeredAt });
    await caughtUp();
    expect(requestsFor(opportunity)).toHaveLength(1);
    expect(linesFor(opportunity)).toEqual([]);
  });

  it('is asked for once when two deliveries tell of one transition', async () => {
    const opportunity = bed.enter();
    await tell(opportunity, { triggeredAt: isoTime(Date.now() + 900) });
    await request(opportunity);
    await tell(opportunity, { triggeredAt: isoTime(Date.now() + 4000) });
    await caughtUp();
    expect(requestsFor(opportunity)).toHaveLength(1);
  });

  it('is asked for again after each new entry', async () => {
    const opportunity = bed.enter();
    await tell(opportunity);
    const first = await request(opportunity);
    bed.account.move(opportunity, bed.elsewhere);
    bed.account.move(opportunity, bed.stage);
    await tell(opportunity);
    const second = await request(opportunity, 2);
    expect(second.checkId).toBe(checkIdOf(opportunity));
    expect(second.checkId).not.toBe(first.checkId);
    expect(requestsFor(opportunity).map(({ wanted }) => wanted)).toEqual([true, true]);
  });

  it('is looked for again until Lever has recorded the move', async () => {
    const opportunity = bed.enter();
    const changes = opportunity.stageChanges;
    opportunity.stageChanges = null;
    await tell(opportunity);
    expect(await decision(opportunity)).toBe('waiting: no-transition');
    opportunity.stageChanges = changes;
    expect(await request(opportunity)).toMatchObject({ checkId: checkIdOf(opportunity), wanted: true });
    expect(decisions(opportunity)).toHaveLength(1);
  });

  it('gets the package that a tag names, told again when the tag changes', async () => {
    const opportunity = bed.enter({ tags: [' deep '] });
    await tell(opportunity);
    expect(await request(opportunity)).toMatchObject({ package: { packageId: DEEP.packageId } });
    opportunity.tags = ['deep', 'basic'];
    await command('look', opportunity);
    const second = await request(opportunity, 2);
    expect(second).toMatchObject({ problem: 'several-packages', checkId: checkIdOf(opportunity) });
    expect(second.package).toBeUndefined();
    expect(second.decidedAt > requestsFor(opportunity)[0]!.decidedAt).toBe(true);
  });

  it('is told without an e-mail, and again when it has one', async () => {
    const opportunity = bed.enter({ emails: [] });
    await tell(opportunity);
    expect(await request(opportunity)).toMatchObject({ problem: 'no-email', package: { packageId: BASIC.packageId } });
    opportunity.contact.emails = ['cured@example.com'];
    await command('look', opportunity);
    const cured = await request(opportunity, 2);
    expect(cured.problem).toBeUndefined();
    expect(applicantOf(cured)).toMatchObject({ email: 'cured@example.com' });
  });
});

describe('the trigger stage', () => {
  afterEach(() => bed.saveTeam({ lever: { ...bed.settings!.lever!, triggerStage: { id: bed.stage.id, name: bed.stage.text } } }));

  it('that is known by name only means every stage of that name, and looks wait while there is none', async () => {
    const namesake = bed.account.addStage('background check ', 'namesake');
    await bed.saveTeam({ lever: { ...bed.settings!.lever!, triggerStage: { name: 'no such stage' } } });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const [first, second] = [bed.enter(), bed.account.add({ stage: bed.elsewhere.id })];
    await tell(first);
    await eventually('waiting', () =>
      bed.worked.some(({ reason, opportunityId }) => reason === 'paused: stage-unknown' && opportunityId === first.id),
    );
    await bed.saveTeam({ lever: { ...bed.settings!.lever!, triggerStage: { name: ' Background CHECK' } } });
    await new Promise((resolve) => setTimeout(resolve, 300));
    bed.account.move(second, namesake);
    await tell(second);
    for (const opportunity of [first, second])
      expect(await request(opportunity)).toMatchObject({ checkId: checkIdOf(opportunity), wanted: true });
  });
});

describe('an id that Lever does not use itself', () => {
  it('leads to one check under the id that Lever uses', async () => {
    const opportunity = bed.enter();
    bed.account.opportunities.set('merged-into', opportunity);
    await tell({ id: 'merged-into' });
    expect(await request(opportunity)).toMatchObject({ checkId: checkIdOf(opportunity), wanted: true });
    expect(await decision({ id: 'merged-into' })).toBe('skipped: gone');
    expect(requested.events.filter(({ opportunityId }) => opportunityId === 'merged-into')).toEqual([]);
  });
});

describe('a candidate who is not owed a check', () => {
  it.each<[string, (opportunity: Opportunity) => void, string]>([
    ['has moved on', (opportunity) => bed.account.move(opportunity, bed.elsewhere), 'skipped: left-stage'],
    ['is archived', (opportunity) => (opportunity.archived = { archivedAt: 1, reason: 'hired' }), 'skipped: archived'],
    ['is deleted', (opportunity) => bed.account.remove(opportunity.id), 'skipped: gone'],
    ['is anonymised', (opportunity) => bed.account.anonymize(opportunity), 'skipped: gone'],
    ['may not be contacted', (opportunity) => (opportunity.contact.contactAllowed = false), 'skipped: not-contactable'],
    ['is confidential', (opportunity) => (opportunity.confidential = true), 'failed: confidential'],
  ])('because it %s is told once', async (_, change, outcome) => {
    const opportunity = bed.enter();
    change(opportunity);
    const triggeredAt = isoTime();
    await tell(opportunity, { triggeredAt, copies: 3 });
    expect(await decision(opportunity)).toBe(outcome);
    await tell(opportunity, { triggeredAt });
    await caughtUp();
    expect(decisions(opportunity)).toEqual([outcome]);
    expect(requestsFor(opportunity)).toEqual([]);
  });

  it('because it stood there before the integration was enabled can be ordered by hand', async () => {
    const opportunity = bed.account.add({ stage: bed.elsewhere.id, tags: ['basic'] });
    const enteredAtMs = Date.parse(bed.settings!.activeSince!) - 1;
    opportunity.stageChanges![0]!.updatedAt = enteredAtMs - 1;
    bed.account.move(opportunity, bed.stage, enteredAtMs);
    await tell(opportunity, { triggeredAt: bed.enteredAt(opportunity) });
    expect(await decision(opportunity)).toBe('skipped: before-enabled');
    bed.account.move(opportunity, bed.elsewhere);
    const at = isoTime();
    const commandId = await command('order', opportunity, { reason: 'asked for by phone', packageId: DEEP.packageId, at });
    expect(await request(opportunity)).toMatchObject({
      checkId: checkIdOfCommand(bed.teamId, opportunity.id, commandId),
      transitionAt: at,
      wanted: true,
      commandId,
      by: 'user:ada',
      package: { packageId: DEEP.packageId },
    });
  });

  it('is told by hand why not, too', async () => {
    const opportunity = bed.enter({ archived: true });
    await command('order', opportunity, { reason: 'please' });
    expect(await decision(opportunity)).toBe('skipped: archived');
    await command('order', opportunity, { reason: 'too late', validUntil: isoTime(Date.now() - 1) });
    expect(await decision(opportunity, 2)).toBe('failed: command-stale');
  });
});

describe('a check that was asked for', () => {
  it('is asked back when the candidate has left, whenever the dispatcher asks', async () => {
    const opportunity = bed.enter();
    await tell(opportunity);
    const { checkId, transitionAt } = await request(opportunity);
    bed.account.move(opportunity, bed.elsewhere);
    await command('look', opportunity, { checkId, by: 'service:dispatcher' });
    expect(await request(opportunity, 2)).toMatchObject({ checkId, transitionAt, wanted: false, reason: 'left-stage' });
    await command('look', opportunity, { checkId, by: 'service:dispatcher' });
    expect(await request(opportunity, 3)).toMatchObject({ wanted: false });
    expect(new Set(requested.ids).size).toBe(requested.ids.length);
  });

  it('is asked back when a look finds the candidate archived', async () => {
    const opportunity = bed.enter();
    await tell(opportunity);
    const { checkId } = await request(opportunity);
    opportunity.archived = { archivedAt: Date.now(), reason: 'withdrew' };
    await command('look', opportunity);
    expect(await request(opportunity, 2)).toMatchObject({ checkId, wanted: false, reason: 'archived' });
  });

  it('is told afresh when the dispatcher asks, even if nothing changed', async () => {
    const opportunity = bed.enter();
    await tell(opportunity);
    const first = await request(opportunity);
    await command('look', opportunity, { checkId: first.checkId });
    const second = await request(opportunity, 2);
    expect(second).toMatchObject({ checkId: first.checkId, wanted: true, package: first.package });
    expect(second.decidedAt > first.decidedAt).toBe(true);
  });

  it('is told from what Lever records when nothing is remembered of it', async () => {
    const opportunity = bed.enter();
    await command('look', opportunity, { checkId: checkIdOf(opportunity) });
    expect(await request(opportunity)).toMatchObject({
      checkId: checkIdOf(opportunity),
      transitionAt: bed.enteredAt(opportunity),
      wanted: true,
    });
  });

  it('keeps its ids when the candidacy is erased and looked at again', async () => {
    const opportunity = bed.enter();
    await tell(opportunity);
    const first = await request(opportunity);
    await command('erase', opportunity);
    await caughtUp();
    await tell(opportunity);
    expect((await request(opportunity, 2)).checkId).toBe(first.checkId);
  });
});

describe('a team that is disabled', () => {
  /** Disables the team, and waits until that holds by telling of somebody else: who is told of before would still be asked for. */
  async function disable(): Promise<void> {
    await bed.saveTeam({ enabled: false });
    const somebody = { id: randomUUID() };
    await eventually('the settings are in force', async () => {
      await tell(somebody, { triggeredAt: isoTime() });
      await new Promise((resolve) => setTimeout(resolve, 100));
      return decisions(somebody).includes('skipped: disabled');
    });
  }
  afterEach(() => bed.saveTeam({ enabled: true }));

  it('skips what comes, and goes on with what waited once it is enabled', async () => {
    const waiting = bed.enter();
    const changes = waiting.stageChanges;
    waiting.stageChanges = null;
    await tell(waiting);
    await decision(waiting);
    await disable();
    const skipped = bed.enter();
    await tell(skipped);
    expect(await decision(skipped)).toBe('skipped: disabled');
    waiting.stageChanges = changes;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(requestsFor(waiting)).toEqual([]);
    const asked = bed.enter();
    await command('look', asked, { checkId: checkIdOf(asked) });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = bed.calls('GET /opportunities/:id');
    await bed.saveTeam({ enabled: true });
    expect(await request(waiting)).toMatchObject({ wanted: true });
    expect(await request(asked)).toMatchObject({ wanted: true });
    expect(bed.calls('GET /opportunities/:id') - before).toBeLessThanOrEqual(4);
  });

  it('is looked at by a command that came before the settings which enable it', async () => {
    await disable();
    const moved = bed.enter();
    await tell(moved);
    expect(await decision(moved)).toBe('skipped: disabled');
    await command('look', moved, { settingsVersion: bed.settings!.version + 1 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(requestsFor(moved)).toEqual([]);
    await bed.saveTeam({ enabled: true });
    expect(await request(moved)).toMatchObject({ wanted: true });
  });
});

describe('trouble', () => {
  it('of Lever delays and loses nothing', async () => {
    bed.sandbox.world.faults.add({ on: 'lever', kind: 'status', status: 503, route: 'GET /opportunities/:id', times: 2 });
    bed.sandbox.world.faults.add({ on: 'lever', kind: 'rate-limited', route: 'GET /opportunities/:id', times: 1 });
    const opportunity = bed.enter();
    await tell(opportunity);
    expect(await request(opportunity)).toMatchObject({ wanted: true });
    const attempts = linesFor(opportunity).filter(({ kind }) => kind === 'attempt');
    expect(attempts.map(({ reason }) => reason)).toEqual(['unavailable', 'unavailable', 'rate-limited']);
    expect(attempts[0]).toMatchObject({ vendor: 'lever', step: 'look', attempt: 1 });
  });

  it.each(['html', 'empty', 'truncated', 'huge', 'unreadable', 'reset', 'lost-answer'] as const)(
    'of Lever: an answer that is %s is asked for again',
    async (kind) => {
      const opportunity = bed.enter();
      bed.sandbox.world.faults.add({ on: 'lever', kind, route: 'GET /opportunities/:id', times: 1 });
      await tell(opportunity);
      expect(await request(opportunity)).toMatchObject({ wanted: true });
      expect(linesFor(opportunity)).toMatchObject([{ kind: 'attempt', outcome: 'waiting', reason: 'unavailable' }]);
    },
  );

  it('of Lever: an answer with null in every optional field is looked at again', async () => {
    const opportunity = bed.enter();
    bed.sandbox.world.faults.add({ on: 'lever', kind: 'nulls', route: 'GET /opportunities/:id', times: 1 });
    await tell(opportunity);
    expect(await decision(opportunity)).toBe('waiting: no-transition');
    expect(await request(opportunity)).toMatchObject({ wanted: true });
  });

  it('with the key shows the connection broken, and all goes on with a new key', async () => {
    bed.account.keys.get('key-1')!.refused = true;
    const opportunities = [bed.enter(), bed.enter()];
    for (const opportunity of opportunities) await tell(opportunity);
    const connection = (outcome: string): boolean =>
      lines().some(
        (line) => line.kind === 'connection' && line.outcome === outcome && line.teamId === bed.teamId && line.vendor === 'lever',
      );
    await eventually('broken', () => connection('broken'));
    expect(opportunities.flatMap(requestsFor)).toEqual([]);
    bed.account.addKey('key-2');
    await bed.saveTeam({ leverKey: 'key-2' });
    for (const opportunity of opportunities) expect(await request(opportunity)).toMatchObject({ wanted: true });
  });

  it('with a whole key that is forbidden is trouble with the connection, not with the candidate', async () => {
    const key = bed.account.addKey('key-3', []);
    await bed.saveTeam({ leverKey: 'key-3' });
    await eventually('the settings are in force', async () => {
      const probe = bed.enter();
      await tell(probe);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return lines().filter(({ kind, outcome }) => kind === 'connection' && outcome === 'broken').length >= 2;
    });
    const opportunity = bed.enter();
    await tell(opportunity);
    bed.account.keys.delete(key.key);
    await bed.saveTeam({ leverKey: 'key-2' });
    expect(await request(opportunity)).toMatchObject({ wanted: true });
    expect(decisions(opportunity)).toEqual([]);
  });

  it('in the middle, between publishing and settling, repeats the same ids', async () => {
    const opportunity = bed.enter();
    await bed.stop(resolver);
    const settle = jest.spyOn(LookStore.prototype, 'settle').mockReturnValue(new Promise(() => undefined));
    const dying = await bed.start(buildResolver, ResolverConfig, { SHUTDOWN_GRACE_MS: '100' });
    await tell(opportunity);
    await request(opportunity);
    await bed.stop(dying);
    settle.mockRestore();
    resolver = await bed.start(buildResolver, ResolverConfig);
    await request(opportunity, 2);
    await caughtUp();
    const ids = requested.ids.filter((_, index) => requested.events[index]!.opportunityId === opportunity.id);
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
  });

  it('with settings that are not there yet only delays', async () => {
    const teamId = randomUUID();
    const opportunity = bed.enter();
    await tell(opportunity, { teamId });
    await caughtUp();
    await bed.saveTeam({ leverKey: 'key-2' }, teamId);
    expect(await request(opportunity)).toMatchObject({ teamId, wanted: true });
  });
});
