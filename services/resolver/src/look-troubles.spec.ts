import type { NewActivityLine } from '@lever-certn/kafka/activity-log';
import { LookTroubles } from './look-troubles';
import type { LookRow } from './looks.store';

const row: LookRow = {
  id: 'look-1',
  teamId: 'team-1',
  account: 'account-1',
  hint: 1,
  turn: 7,
  attempts: 0,
  opportunityId: 'opportunity-1',
  stageLook: true,
  triggeredAt: '2026-03-01T10:00:00.000Z',
  lookups: 0,
  asks: null,
  memory: null,
  traceparent: null,
};

function told(...rows: LookRow[]): NewActivityLine[] {
  const lines: NewActivityLine[] = [];
  const activity = { add: (_: string, line: NewActivityLine) => (lines.push(line), Promise.resolve()) };
  const troubles = new LookTroubles(activity as never, {} as never, { warn: () => undefined });
  for (const one of rows) troubles.held(one, 'unauthorized', 60_000);
  return lines;
}

describe('a look that waits since Lever refuses the key', () => {
  it('is told of a candidate of whom nothing is known, as of the webhook', () => {
    expect(told(row)).toEqual([
      expect.objectContaining({
        at: row.triggeredAt,
        kind: 'attempt',
        outcome: 'waiting',
        step: 'look',
        reason: 'unauthorized',
        opportunityId: 'opportunity-1',
      }),
    ]);
  });

  it('is one line, however often and after whatever turn it is told', () => {
    const [first, again] = told(row, { ...row, turn: 8 });
    expect([again!.id, again!.at]).toEqual([first!.id, first!.at]);
  });

  it('is not told as of a time that is still to come, by the clock of Lever', () => {
    const [line] = told({ ...row, triggeredAt: new Date(Date.now() + 120_000).toISOString() });
    expect(Date.parse(line!.at)).toBeLessThanOrEqual(Date.now());
  });

  it('is not told of one of whom something was said before, which would never be said again', () => {
    expect(told({ ...row, memory: '{"spoken":1,"said":[]}' }, { ...row, triggeredAt: null })).toEqual([]);
  });
});
