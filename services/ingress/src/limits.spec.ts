import type { WorkLine } from '@lever-certn/service/work-log';
import { IntegrationRate } from './integration-rate';
import { SeenWebhooks } from './seen-webhooks';
import { webhookId } from './webhook-identity';
import { WebhookLog } from './webhook-log';

describe('the rate of an integration', () => {
  it('allows a burst, then its rate, and says how long to wait', () => {
    let now = 0;
    const rate = new IntegrationRate(0.5, 2, () => now);
    expect([rate.take('a'), rate.take('a'), rate.take('a')]).toEqual([0, 0, 2]);
    now = 1900;
    expect(rate.take('a')).toBe(1);
    now = 2100;
    expect(rate.take('a')).toBe(0);
    now = 1_000_000;
    expect([rate.take('a'), rate.take('a'), rate.take('a')]).toEqual([0, 0, 2]);
  });

  it('is its own, and forgotten with it', () => {
    const rate = new IntegrationRate(1, 1, () => 0);
    expect([rate.take('a'), rate.take('b'), rate.take('a')]).toEqual([0, 0, 1]);
    rate.forget('a');
    expect(rate.take('a')).toBe(0);
  });
});

describe('the memory of webhooks', () => {
  it('keeps the last ones and forgets the oldest', () => {
    const seen = new SeenWebhooks(10);
    for (let index = 0; index < 25; index += 1) seen.remember('i', `t${index}`, `s${index}`);
    const known = Array.from({ length: 25 }, (_, index) => seen.subjectOf('i', `t${index}`) !== undefined);
    expect(known.slice(15)).toEqual(Array.from({ length: 10 }, () => true));
    expect(known.slice(0, 5)).toEqual([false, false, false, false, false]);
    expect(seen.subjectOf('i', 't24')).toBe('s24');
  });
});

describe('the id of what a webhook tells', () => {
  it('is the same for the same fact, differs with each part, and mixes no parts up', () => {
    const ids = [
      webhookId('lever', 'team', 'opp', 'stage', 1),
      webhookId('lever', 'team', 'opp', 'stage', 2),
      webhookId('lever', 'team', 'opp,stage', '', 1),
      webhookId('certn', 'team', 'opp', 'stage', 1),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(webhookId('lever', 'team', 'opp', 'stage', 1)).toBe(ids[0]);
  });
});

describe('the log of requests', () => {
  it('tells each of a few, and counts the rest', () => {
    const settled: WorkLine[] = [];
    const counted: WorkLine[] = [];
    const told: object[] = [];
    const log = new WebhookLog(
      { settled: (line) => void settled.push(line), counted: (line) => void counted.push(line) },
      { info: (line) => void told.push(line) },
    );
    const line: WorkLine = { unit: 'request', name: 'lever-webhook', outcome: 'accepted', durationMs: 1 };
    for (let index = 0; index < 120; index += 1) log.settled(line);
    log.settled({ ...line, outcome: 'signature-wrong' });
    log.flush();
    expect([settled.length, counted.length]).toEqual([50, 71]);
    expect(told).toEqual([{ requests: { 'lever-webhook accepted': 70, 'lever-webhook signature-wrong': 1 } }]);
    log.settled(line);
    expect(settled).toHaveLength(51);
    log.flush();
    expect(told).toHaveLength(1);
  });
});
