import type { CertnCase } from '@lever-certn/certn/certn-case';
import { CaseReadReconciler } from './case-read.reconciler';
import type { CheckDesk, WorkableTeam } from './check-desk';
import { checkRow } from './check-row.fixture';
import type { Outcome } from './checks.store';

const team = { shareResults: false } as WorkableTeam;
const REREAD_MS = 1000;
const whole = { id: 'case', status: 'CASE_ORDERED', score: null, services: [{ id: 's1', status: 'X' }], modifiedMs: null };

/** What the answer to an order writes: what others hear, and when the row is due. */
async function stored(answer: object): Promise<{ told: string[]; dueInMs: number | null }> {
  const written: Outcome[] = [];
  const desk = {
    checks: { write: (outcome: Outcome) => Promise.resolve(written.push(outcome) > 0) },
    settings: { team: () => team },
    timeline: { problem: () => undefined },
    timing: { caseRereadMs: REREAD_MS },
  } as unknown as CheckDesk;
  const row = checkRow({ state: 'ordering', hasAttemptKey: true, attempt: 1 });
  await new CaseReadReconciler(desk).show(row, { ...whole, ...answer } as CertnCase, team);
  const [{ next, event, dueInMs }] = written as [Outcome];
  return { told: event ? [`${next.version} ${next.state}`] : [], dueInMs };
}

describe('the case of an order', () => {
  it('is told at once, and read again like every running case', async () => {
    expect(await stored({})).toEqual({ told: ['1 pending'], dueInMs: REREAD_MS });
  });

  it.each<[string, object]>([
    ['no services', { services: [] }],
    [
      'a service without an id',
      {
        services: [
          { id: 's1', status: 'X' },
          { id: null, status: 'X' },
        ],
      },
    ],
    ['no status', { status: '' }],
  ])('whose answer has %s is told at once, and read at once', async (_title, answer) => {
    expect(await stored(answer)).toEqual({ told: ['1 pending'], dueInMs: 0 });
  });
});
