import type { CertnCase } from '@lever-certn/certn/certn-case';
import type { Turn } from '@lever-certn/reconcile/reconciler';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import { CaseReadReconciler } from './case-read.reconciler';
import type { CheckDesk, WorkableTeam } from './check-desk';
import { checkRow } from './check-row.fixture';
import type { Outcome } from './checks.store';

const team = { shareResults: false } as WorkableTeam;
const turn = { token: () => Promise.resolve() } as unknown as Turn;
const found = { id: 'case', status: 'APPLICANT_INVITED', score: null, services: [], modifiedMs: null } as unknown as CertnCase;

/** A row whose case has just been stored; `told` gathers what others hear, by state. */
function stored(read: () => Promise<CertnCase>) {
  const told: string[] = [];
  const checks = {
    write: ({ row, next, event }: Outcome) => {
      if (event) told.push(`${next.version} ${next.state}`);
      Object.assign(row, next);
      return Promise.resolve(true);
    },
  };
  const desk = {
    checks,
    certn: { case: read },
    settings: { team: () => team },
    timeline: { problem: () => undefined },
    timing: { caseRereadMs: 1000 },
  } as unknown as CheckDesk;
  return { told, row: checkRow({ state: 'ordered', caseId: 'case' }), reads: new CaseReadReconciler(desk) };
}
const refusal = (kind: 'unavailable' | 'not-found') =>
  new VendorError({ vendor: 'certn', route: 'GET /cases/:id', kind, made: 'not-made' });

describe('a case that was just stored', () => {
  it('is told once, when it is read', async () => {
    const { told, row, reads } = stored(() => Promise.resolve(found));
    await reads.next(row, team, turn);
    expect(told).toEqual(['1 pending']);
  });

  it.each(['unavailable', 'not-found'] as const)('is told although its reading ends in: %s', async (kind) => {
    const { told, row, reads } = stored(() => Promise.reject(refusal(kind)));
    await reads.next(row, team, turn).catch(() => undefined);
    expect(told).toEqual(['1 pending']);
  });

  it('is told while its reading takes long', async () => {
    let answer: (found: CertnCase) => void = () => undefined;
    const { told, row, reads } = stored(() => new Promise((resolve) => (answer = resolve)));
    const work = reads.next(row, team, turn);
    await new Promise((resolve) => setTimeout(resolve, 1300));
    expect(told).toEqual(['1 pending']);
    answer(found);
    await work;
    expect(told).toEqual(['1 pending', '2 pending']);
  });
});
