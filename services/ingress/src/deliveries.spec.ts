import type { Activity } from '@lever-certn/events/activity';
import { problemOf } from '@lever-certn/events/cloud-event';
import { isoTime } from '@lever-certn/events/fields';
import { TOPICS } from '@lever-certn/events/topics';
import { Deliveries, type Delivery } from './deliveries';
import { FakeSink } from './ingress.fixture';

const delivery = (id: number): Delivery => ({
  id: `line-${id}`,
  at: isoTime(1_700_000_000_000 + id),
  vendor: 'lever',
  outcome: 'accepted',
  opportunityId: `opp-${id}`,
});

describe('deliveries', () => {
  let sink: FakeSink;
  let lost: number;
  let deliveries: Deliveries;
  beforeEach(() => {
    sink = new FakeSink();
    lost = 0;
    deliveries = new Deliveries(sink, 'ingress', (lines) => (lost += lines));
  });

  it('fold the lines of a team into records that the topic takes, in order', async () => {
    for (let index = 0; index < 450; index += 1) deliveries.signed(index % 3 === 0 ? 'team-2' : 'team-1', delivery(index));
    await deliveries.flush();
    const records = sink.published.map(({ event }) => event as Activity);
    expect(records.map(({ teamId, lines }) => [teamId, lines.length])).toEqual([
      ['team-1', 200],
      ['team-2', 150],
      ['team-1', 100],
    ]);
    expect(records.map((record) => problemOf(TOPICS.activity, record))).toEqual([undefined, undefined, undefined]);
    const ids = records
      .filter(({ teamId }) => teamId === 'team-1')
      .flatMap(({ lines }) => lines.map(({ opportunityId }) => opportunityId));
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids).toHaveLength(300);
    expect(new Set(sink.published.map(({ context }) => context.id)).size).toBe(3);
  });

  it('go out by themselves', async () => {
    deliveries.signed('team-1', delivery(1));
    deliveries.unsigned('team-1', 'certn', 'signature-wrong');
    for (let tries = 0; sink.lines.length < 2 && tries < 200; tries += 1) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sink.lines).toMatchObject([
      { outcome: 'accepted', kind: 'delivery' },
      { outcome: 'signature-wrong', kind: 'delivery', vendor: 'certn', count: 1 },
    ]);
  });

  it('count what anybody can send: a flood of bad signatures is one line', async () => {
    for (let index = 0; index < 10_000; index += 1) deliveries.unsigned('team-1', 'lever', 'signature-wrong');
    await deliveries.flush();
    expect(sink.lines).toMatchObject([{ count: 10_000 }]);
  });

  it('are given up, and counted, when the broker is away', async () => {
    sink.state = 'away';
    deliveries.signed('team-1', delivery(1));
    deliveries.signed('team-1', delivery(2));
    await deliveries.flush();
    expect(lost).toBe(2);
  });

  it('keep their memory when the broker hangs: what is beyond the limit is only counted', () => {
    for (let index = 0; index < 20_100; index += 1) deliveries.signed(`team-${index}`, delivery(index));
    expect(lost).toBe(100);
    for (let index = 0; index < 2_050; index += 1) deliveries.unsigned(`team-${index}`, 'lever', 'signature-wrong');
    expect(lost).toBe(150);
  });
});
