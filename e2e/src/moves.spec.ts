import { randomUUID } from 'node:crypto';
import { eventually } from './eventually';
import { Outside } from './system';
import { OTHER_STAGE, STAGE, Team } from './team';

/** Every move into the trigger stage ends in one of: ordered, skipped, waiting or failed, and the console says which. */
describe('a move', () => {
  let outside: Outside;
  let team: Team;

  beforeAll(async () => {
    outside = await Outside.shared();
    team = await Team.create(outside);
  });

  it('into another stage orders nothing', async () => {
    const candidate = await team.candidate({ stage: 'New applicant' });
    await candidate.move(OTHER_STAGE);
    await candidate.staysAt(0);
    await candidate.tagged(null);
  });

  it('that is announced ten times at once is one order', async () => {
    const candidate = await team.candidate();
    await candidate.move(STAGE, { webhook: false });
    await candidate.announce(10);
    await candidate.tagged('CERTN - Pending');
    await candidate.staysAt(1);
  });

  it('whose one delivery comes ten times at once is one order', async () => {
    await team.fault({ on: 'lever-webhooks', kind: 'repeat', copies: 10, times: 1 });
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
    await candidate.staysAt(1);
    const deliveries = await outside.sandbox.get<{ subject: string }[]>(`/deliveries?vendor=lever&account=${team.account}`);
    expect(deliveries.filter(({ subject }) => subject === candidate.id)).toHaveLength(10);
  });

  it('made while both vendors refuse every connection is one order once they are back', async () => {
    await team.fault({ on: 'lever-webhooks', kind: 'delay', ms: 500, times: 1 });
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await outside.sandbox.post('/outage', { ms: 1500 });
    await candidate.tagged('CERTN - Pending', 40_000);
    await candidate.staysAt(1);
  });

  it('that is announced by two deliveries at different times is one order', async () => {
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.orders(1);
    await candidate.announce();
    await candidate.staysAt(1);
  });

  it('back into the stage while a check is open orders nothing, now or later', async () => {
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
    await candidate.move(OTHER_STAGE);
    await candidate.move(STAGE);
    await candidate.decided('skipped', 'already-open');
    await candidate.act('submit');
    await candidate.act('complete');
    await candidate.tagged('CERTN - Complete');
    await candidate.staysAt(1);
  });

  it('back into the stage after the check is complete is a new check', async () => {
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
    await candidate.act('submit');
    await candidate.act('complete');
    await candidate.tagged('CERTN - Complete');
    await candidate.move(OTHER_STAGE);
    await candidate.move(STAGE);
    await candidate.orders(2);
    await candidate.tagged('CERTN - Pending');
    await candidate.act('submit');
    await candidate.act('complete');
    await candidate.tagged('CERTN - Complete');
    await eventually(async () => expect((await candidate.inLever()).links).toHaveLength(2));
  });

  it('that was taken back before we read is skipped', async () => {
    const candidate = await team.candidate();
    await candidate.move(STAGE, { webhook: false });
    await candidate.move(OTHER_STAGE, { webhook: false });
    await candidate.announce(1, { toStageId: await stageId(team, STAGE) });
    await candidate.decided('skipped', 'left-stage');
    await candidate.staysAt(0);
  });

  it('of an archived candidate is skipped', async () => {
    const candidate = await team.candidate();
    await candidate.change({ archived: true });
    await candidate.move(STAGE);
    await candidate.decided('skipped', 'archived');
    await candidate.staysAt(0);
  });

  it('of an anonymised candidate is skipped', async () => {
    const candidate = await team.candidate();
    await candidate.change({ anonymized: true });
    await candidate.move(STAGE);
    await candidate.decided('skipped', 'gone');
  });

  it('of somebody who may not be contacted is skipped', async () => {
    const candidate = await team.candidate();
    await candidate.change({ contactAllowed: false });
    await candidate.move(STAGE);
    await candidate.decided('skipped', 'not-contactable');
    await candidate.staysAt(0);
  });

  it('of a candidate who is closed to the key fails with what to do', async () => {
    const candidate = await team.candidate({ confidential: true });
    await candidate.move(STAGE);
    await candidate.decided('failed', 'confidential');
    await candidate.staysAt(0);
  });

  it('of a candidate Lever does not know is skipped', async () => {
    const unknown = randomUUID();
    await outside.sandbox.post(`/lever/accounts/${team.account}/webhooks`, {
      opportunityId: unknown,
      toStageId: await stageId(team, STAGE),
    });
    await eventually(async () => {
      const { timeline } = await team.get<{ timeline: object[] }>(`/candidates/${unknown}`);
      expect(timeline).toContainEqual(expect.objectContaining({ kind: 'decision', outcome: 'skipped', reason: 'gone' }));
    });
  });

  it('from before the integration was enabled is offered, not ordered; ordered by hand it is', async () => {
    const own = await Team.create(outside, { enabled: false });
    const candidate = await own.candidate();
    await candidate.move(STAGE, { webhook: false });
    await own.enable();
    await candidate.announce();
    await candidate.decided('skipped', 'before-enabled');
    await candidate.staysAt(0);
    await own.post(`/candidates/${candidate.id}/order`, { reason: 'Moved before we were set up' });
    await candidate.orders(1);
    await candidate.tagged('CERTN - Pending');
    await candidate.staysAt(1);
  });

  it('while the team is disabled is skipped', async () => {
    const own = await Team.create(outside);
    await own.post('/disable');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const candidate = await own.candidate();
    await candidate.move(STAGE);
    await candidate.decided('skipped', 'disabled');
    await candidate.staysAt(0);
  });

  it('of one person in two candidacies is two checks, one order each', async () => {
    const first = await team.candidate();
    const second = await team.candidate({ emails: [first.email] });
    await first.move(STAGE);
    await first.tagged('CERTN - Pending');
    await second.move(STAGE);
    await second.tagged('CERTN - Pending');
    await first.staysAt(2);
  });

  it('of one person in two candidacies at the same moment is two checks, one order each', async () => {
    const first = await team.candidate();
    const second = await team.candidate({ emails: [first.email] });
    await Promise.all([first.move(STAGE), second.move(STAGE)]);
    await first.tagged('CERTN - Pending');
    await second.tagged('CERTN - Pending');
    await first.staysAt(2);
  });

  it('is over quietly when the candidate is deleted while the check runs', async () => {
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
    await candidate.remove();
    await candidate.act('submit');
    await candidate.act('complete');
    await eventually(async () => expect((await candidate.inConsole()).status).toBe('complete'));
  });
});

async function stageId(team: Team, name: string): Promise<string> {
  const { stages } = await team.outside.sandbox.get<{ stages: { id: string; text: string }[] }>(
    `/lever/accounts/${team.account}`,
  );
  return stages.find(({ text }) => text === name)!.id;
}
