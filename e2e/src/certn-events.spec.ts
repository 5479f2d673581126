import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './eventually';
import { Outside } from './system';
import { CRIMINAL, STAGE, Team } from './team';

/** Certn's webhooks are hints: late, doubled, out of order or missing, the status is that of the case as it stands. */
describe('what Certn says', () => {
  let outside: Outside;
  let team: Team;

  beforeAll(async () => {
    outside = await Outside.shared();
    team = await Team.create(outside);
  });

  it('may come out of order and twice', async () => {
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
    await team.fault({ on: 'certn-webhooks', kind: 'reorder', ms: 500, times: 4 });
    await team.fault({ on: 'certn-webhooks', kind: 'repeat', copies: 3, times: 2 });
    for (const action of ['open', 'start', 'submit', 'complete-service', 'complete']) await candidate.act(action);
    await candidate.tagged('CERTN - Complete');
    await sleep(1500);
    await candidate.tagged('CERTN - Complete');
  });

  it('may name only a check of the case', async () => {
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
    await team.fault({ on: 'certn-webhooks', kind: 'lose', route: 'CASE_STATUS_CHANGED', times: 1 });
    await candidate.act('submit');
    await candidate.act('complete-service', { check: CRIMINAL });
    await candidate.tagged('CERTN - Partial');
  });

  it('may come before our order is stored', async () => {
    const candidate = await team.candidate();
    await team.fault({ on: 'certn', kind: 'slow-answer', route: 'POST *order*', ms: 1200, times: 1 });
    await candidate.move(STAGE);
    await candidate.orders(1);
    await candidate.act('submit');
    await candidate.tagged('CERTN - Analyzing');
  });

  it('may never come: a running case is read again by itself', async () => {
    const silent = await Team.create(outside, { certnWebhooks: false });
    const candidate = await silent.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
    await candidate.act('submit');
    await candidate.tagged('CERTN - Analyzing', 30_000);
    await candidate.act('complete');
    await candidate.tagged('CERTN - Complete', 30_000);
  });

  it('may be of a case that is nobody’s: it is taken and ignored', async () => {
    const foreign = await outside.sandbox.post<{ id: string }>(`/certn/accounts/${team.account}/cases`, {
      email: 'nobody@example.com',
      checks: { [CRIMINAL]: {} },
    });
    await outside.sandbox.post(`/certn/cases/${foreign.id}/act`, { action: 'submit' });
    await eventually(async () => {
      const deliveries = await outside.sandbox.get<{ answered?: number; status?: number }[]>(
        `/deliveries?vendor=certn&account=${team.account}&subject=${foreign.id}`,
      );
      expect(deliveries.length).toBeGreaterThan(0);
    });
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
  });

  it('may be a word we do not know: the tag stays, and it is a problem on screen', async () => {
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    const [one] = await candidate.orders(1);
    await candidate.tagged('CERTN - Pending');
    await outside.sandbox.post(`/certn/cases/${one!.id}/status`, { status: 'SOMETHING_NEW' });
    await eventually(async () => {
      const { items } = await team.get<{ items: { opportunityId?: string }[] }>('/problems');
      expect(items).toContainEqual(expect.objectContaining({ opportunityId: candidate.id }));
    });
    await candidate.tagged('CERTN - Pending');
  });
});
