import { eventually } from './eventually';
import { Outside } from './system';
import { STAGE, Team } from './team';

const ORDER = 'POST *order*';

/** Certn has no idempotency key: whatever happens to the answer, the applicant gets one invitation and the admin one bill. */
describe('an order', () => {
  let shared: Promise<Outside> | undefined;
  /** Each in a team of its own, so that they wait for their lookups beside one another. */
  const inTeam = async (): Promise<Team> => Team.create(await (shared ??= Outside.shared()));

  it.concurrent.each([
    ['is lost', { kind: 'lost-answer' }],
    ['can’t be read', { kind: 'unreadable', performed: true }],
    ['is HTML', { kind: 'html', performed: true }],
    ['is cut short', { kind: 'truncated', performed: true }],
    ['is a 500 although it was made', { kind: 'status', status: 500, performed: true }],
    ['never comes although it was made', { kind: 'hang', ms: 10_000, performed: true }],
  ])('whose answer %s is found at Certn and not made again', async (_, fault) => {
    const team = await inTeam();
    await team.fault({ on: 'certn', route: ORDER, times: 1, ...fault });
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending', 40_000);
    await candidate.staysAt(1, 3000);
  });

  it.concurrent.each([
    ['is reset before it was made', { kind: 'reset' }],
    ['is answered 500 and was not made', { kind: 'status', status: 500, performed: false }],
    ['is answered 503 and was not made', { kind: 'status', status: 503, performed: false }],
  ])('that %s is made once it is certain that none exists', async (_, fault) => {
    const team = await inTeam();
    await team.fault({ on: 'certn', route: ORDER, times: 1, ...fault });
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending', 40_000);
    await candidate.staysAt(1, 3000);
  });

  it.concurrent('that Certn has no time for (429) is made a little later', async () => {
    const team = await inTeam();
    await team.fault({ on: 'certn', route: ORDER, kind: 'rate-limited', retryAfterSeconds: 1, times: 2 });
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending', 40_000);
    await candidate.staysAt(1);
  });

  it.concurrent('that Certn refuses is an error with Certn’s reason, and is not tried again', async () => {
    const team = await inTeam();
    await team.fault({ on: 'certn', route: ORDER, kind: 'status', status: 400, times: 1 });
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - ERROR (Rejected)');
    await candidate.staysAt(0);
  });

  it.concurrent(
    'waits while the key is refused, the connection is shown broken, and goes out by itself once it is cured',
    async () => {
      const team = await inTeam();
      const { account, certnKey, outside } = team;
      await outside.sandbox.put(`/certn/accounts/${account}/keys/${certnKey}`, { refused: true });
      const candidate = await team.candidate();
      await candidate.move(STAGE);
      await eventually(async () => expect((await team.get<{ certn: { state: string } }>()).certn.state).toBe('broken'));
      await candidate.staysAt(0);
      await outside.sandbox.put(`/certn/accounts/${account}/keys/${certnKey}`, { refused: false });
      await team.put('/certn', { apiKey: certnKey });
      await candidate.tagged('CERTN - Pending', 40_000);
      await candidate.staysAt(1);
    },
  );

  it.concurrent('that is found twice at Certn is settled by a person, who names the case', async () => {
    const team = await inTeam();
    await team.fault({ on: 'certn', route: ORDER, kind: 'lost-answer', times: 1 });
    const candidate = await team.candidate();
    const other = await team.outside.sandbox.post<{ id: string }>(`/certn/accounts/${team.account}/cases`, {
      email: candidate.email,
      checks: { IDENTITY_VERIFICATION_1: {}, CRIMINAL_RECORD_REPORT_1: {} },
    });
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - ERROR (Needs Attention)', 40_000);
    await candidate.staysAt(2);
    await team.post(`/checks/${await candidate.checkId()}/resolve`, { caseId: other.id });
    await candidate.tagged('CERTN - Pending');
    await candidate.staysAt(2);
  });
});
