import { eventually } from './eventually';
import { Outside } from './system';
import { STAGE, Team } from './team';

/** What Lever does to us, and that nothing is lost by it. */
describe('trouble with Lever', () => {
  let outside: Outside;
  let team: Team;

  beforeEach(async () => {
    outside ??= await Outside.shared();
    team = await Team.create(outside);
  });

  it.each([
    ['too many requests', { kind: 'rate-limited' }],
    ['an error of its own', { kind: 'status', status: 500 }],
    ['maintenance', { kind: 'status', status: 503 }],
    ['a reset', { kind: 'reset' }],
    ['HTML', { kind: 'html' }],
    ['nothing in the answer', { kind: 'empty' }],
    ['a cut answer', { kind: 'truncated' }],
    ['a huge answer', { kind: 'huge' }],
  ])('a read answered with %s is tried again', async (_, fault) => {
    await team.fault({ on: 'lever', route: 'GET *opportunities/*', times: 2, ...fault });
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending', 40_000);
    await candidate.staysAt(1);
  });

  it('a tag whose answer was lost is written once', async () => {
    await team.fault({ on: 'lever', route: 'POST *addTags', kind: 'lost-answer', times: 2 });
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending', 40_000);
    expect((await candidate.inLever()).tags).toEqual(['CERTN - Pending']);
  });

  it('with null in every optional field of the answer ends in an outcome, not in silence', async () => {
    await team.fault({ on: 'lever', route: 'GET *opportunities/*', kind: 'nulls', times: 1 });
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await eventually(async () => expect((await candidate.inConsole()).timeline.length).toBeGreaterThan(0));
  });

  it('a refused key is shown, and all goes on by itself once it is cured', async () => {
    const { account, leverKey } = team;
    await outside.sandbox.put(`/lever/accounts/${account}/keys/${leverKey}`, { refused: true });
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await eventually(async () => expect((await team.get<{ lever: { state: string } }>()).lever.state).toBe('broken'));
    await candidate.staysAt(0);
    await outside.sandbox.put(`/lever/accounts/${account}/keys/${leverKey}`, { refused: false });
    await team.put('/lever', { apiKey: leverKey });
    await candidate.tagged('CERTN - Pending', 40_000);
  });
});
