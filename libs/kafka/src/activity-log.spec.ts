import { type Activity, MAX_ACTIVITY_LINES } from '@lever-certn/events/activity';
import { InvalidEventError, writeEvent } from '@lever-certn/events/cloud-event';
import { TOPICS, type Topic } from '@lever-certn/events/topics';
import { ActivityLog, type NewActivityLine } from './activity-log';
import { BrokerUnavailableError } from './broker-unavailable';
import type { PublishContext } from './event-producer';

const AT = '2026-01-02T03:04:05.678Z';
const line = (opportunityId: string, more: Partial<NewActivityLine> = {}): NewActivityLine => ({
  at: AT,
  kind: 'decision',
  outcome: 'skipped',
  reason: 'archived',
  opportunityId,
  ...more,
});

describe('the activity log', () => {
  let published: { event: Activity; context: PublishContext }[];
  let failFor: string | undefined;
  let log: ActivityLog;

  beforeEach(() => {
    published = [];
    failFor = undefined;
    const publish = async (_: Topic<never>, event: object, context: PublishContext): Promise<void> => {
      await Promise.resolve();
      const activity = event as Activity;
      writeEvent(TOPICS.activity, activity, { ...context, source: 'spec' });
      if (activity.teamId === failFor) throw new BrokerUnavailableError('away');
      published.push({ event: activity, context });
    };
    log = new ActivityLog({ publish: publish as never }, 'resolver');
  });

  it('gathers the lines of a team that arrive together in one record, in their order', async () => {
    await Promise.all([log.add('t1', line('o1')), log.add('t2', line('o2')), log.add('t1', line('o3'))]);
    expect(
      published.map(({ event }) => [event.teamId, event.source, event.lines.map(({ opportunityId }) => opportunityId)]),
    ).toEqual([
      ['t1', 'resolver', ['o1', 'o3']],
      ['t2', 'resolver', ['o2']],
    ]);
  });

  it('gives the same line the same id when it is told again, and another line another', async () => {
    await log.add('t1', line('o1'));
    await log.add('t1', line('o1'));
    await log.add('t1', line('o1', { attempt: 2 }));
    await log.add('t1', line('o1', { id: 'mine' }));
    const ids = published.map(({ event }) => event.lines[0]!.id);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
    expect(ids[3]).toBe('mine');
    expect(published[0]!.context.id).toBe(published[1]!.context.id);
  });

  it('cuts many or large lines into records that the topic takes', async () => {
    await Promise.all(Array.from({ length: 450 }, (_, index) => log.add('t1', line(`o${index}`))));
    expect(published.map(({ event }) => event.lines.length)).toEqual([MAX_ACTIVITY_LINES, MAX_ACTIVITY_LINES, 50]);
    published.length = 0;
    const applicant = `v1.k1.${'x'.repeat(8000)}`;
    await Promise.all(Array.from({ length: 150 }, (_, index) => log.add('t1', line(`o${index}`, { applicant }))));
    expect(published.reduce((sum, { event }) => sum + event.lines.length, 0)).toBe(150);
    for (const { event } of published) expect(JSON.stringify(event).length).toBeLessThan(TOPICS.activity.maxMessageBytes / 2);
  });

  it('rejects the line that breaks the schema and lets its neighbours pass', async () => {
    const outcomes = await Promise.allSettled([
      log.add('t1', line('o1')),
      log.add('t1', line('o2', { detail: 'x'.repeat(501) })),
      log.add('t1', line('o3')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((outcomes[1] as PromiseRejectedResult).reason).toBeInstanceOf(InvalidEventError);
    expect(published.flatMap(({ event }) => event.lines.map(({ opportunityId }) => opportunityId))).toEqual(['o1', 'o3']);
  });

  it("keeps one team's trouble from another", async () => {
    failFor = 't1';
    const outcomes = await Promise.allSettled([log.add('t1', line('o1')), log.add('t2', line('o2'))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    await log.drained();
  });
});
