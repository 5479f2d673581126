import { sendCommand } from './command-topic';
import { Outside } from './system';
import { OTHER_STAGE, STAGE, Team } from './team';

/** Whom Certn writes to. */
describe('the applicant', () => {
  let outside: Outside;
  let team: Team;

  beforeAll(async () => {
    outside = await Outside.shared();
    team = await Team.create(outside);
  });

  it('is invited by Certn exactly once', async () => {
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
    const mails = await outside.sandbox.get<object[]>(
      `/certn/accounts/${team.account}/mailbox?email=${encodeURIComponent(candidate.email)}`,
    );
    expect(mails).toHaveLength(1);
  });

  it('is the first address that can be written to', async () => {
    const candidate = await team.candidate({ emails: ['not an address', 'second@example.com', 'third@example.com'] });
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
    expect(await team.ordersOf('second@example.com')).toBe(1);
    expect(await team.ordersOf('third@example.com')).toBe(0);
  });

  it('without an address is an error in Lever; with one, and moved in again, the check is ordered and the error gone', async () => {
    const candidate = await team.candidate({ emails: [] });
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - ERROR (No Email)');
    await candidate.change({ emails: ['cured.moved@example.com'] });
    await candidate.move(OTHER_STAGE);
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
    expect(await team.ordersOf('cured.moved@example.com')).toBe(1);
  });

  it('without an address is healed by the next look, without moving the candidate again', async () => {
    const candidate = await team.candidate({ emails: [] });
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - ERROR (No Email)');
    await candidate.change({ emails: ['cured.still@example.com'] });
    await sendCommand(outside.description, { type: 'look', teamId: team.id, opportunityId: candidate.id });
    await candidate.tagged('CERTN - Pending');
    expect(await team.ordersOf('cured.still@example.com')).toBe(1);
  });
});
