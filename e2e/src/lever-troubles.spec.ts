import { eventually } from './eventually';
import { Outside } from './system';
import { STAGE, Team } from './team';

/** A service asks a vendor that has refused a key once a minute whether it still does. */
const SEVERAL_PROBES_MS = 180_000;
const CURED_TIMEOUT_MS = SEVERAL_PROBES_MS + 120_000;

/** What Lever does to us, and that nothing is lost by it. */
describe('trouble with Lever', () => {
  let outside: Outside;
  let team: Team;
  let cured: Promise<void>;

  // Begun before the others and awaited after them, so that its minute passes meanwhile.
  beforeAll(() => {
    cured = keysCuredAtTheirVendors();
    cured.catch(() => undefined);
  });

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

  it(
    'keys that Lever and Certn take again, with nothing entered anew, are found by the services: what waited is ordered and tagged',
    () => cured,
    CURED_TIMEOUT_MS,
  );
});

/** Lever refuses the key of one team and Certn that of another; both take them again, and nobody does anything about it here. */
async function keysCuredAtTheirVendors(): Promise<void> {
  const outside = await Outside.shared();
  const [ofLever, ofCertn] = [await Team.create(outside), await Team.create(outside)];
  const running = [await ofLever.candidate(), await ofCertn.candidate()];
  for (const candidate of running) await candidate.move(STAGE);
  for (const candidate of running) await candidate.tagged('CERTN - Pending');
  const refuse = async (refused: boolean): Promise<void> => {
    await outside.sandbox.put(`/lever/accounts/${ofLever.account}/keys/${ofLever.leverKey}`, { refused });
    await outside.sandbox.put(`/certn/accounts/${ofCertn.account}/keys/${ofCertn.certnKey}`, { refused });
  };

  await refuse(true);
  const waiting = [await ofLever.candidate(), await ofCertn.candidate()];
  for (const candidate of waiting) await candidate.move(STAGE);
  for (const candidate of running) await candidate.act('submit');
  const refusal = { reason: 'unauthorized', cure: expect.stringContaining('key') as string };
  await connectionsOf(ofLever, { lever: 'broken', certn: 'ok' }, [{ vendor: 'lever', ...refusal }]);
  await connectionsOf(ofCertn, { lever: 'ok', certn: 'broken' }, [{ vendor: 'certn', ...refusal }]);
  // Those who come when it is known that the key is refused are not even tried.
  const late = [await ofLever.candidate(), await ofCertn.candidate()];
  for (const candidate of late) await candidate.move(STAGE);
  waiting.push(...late);
  for (const candidate of waiting) {
    const { status, nextTry } =
      candidate.team === ofLever ? { status: 'waiting', nextTry: 'look' } : { status: 'requested', nextTry: 'order' };
    await eventually(async () =>
      expect(await candidate.inConsole()).toMatchObject({
        status,
        nextTry: { why: 'unauthorized', step: nextTry, cure: expect.stringContaining('key') as string },
      }),
    );
    await candidate.staysAt(0);
  }
  for (const candidate of running) await candidate.tagged('CERTN - Pending');

  await refuse(false);
  for (const candidate of waiting) await candidate.tagged('CERTN - Pending', SEVERAL_PROBES_MS);
  for (const candidate of running) await candidate.tagged('CERTN - Analyzing', SEVERAL_PROBES_MS);
  for (const candidate of [...waiting, ...running]) await candidate.staysAt(1);
  for (const team of [ofLever, ofCertn]) await connectionsOf(team, { lever: 'ok', certn: 'ok' }, []);
}

/** How the console shows a team's connections, and which problems of them. */
async function connectionsOf(team: Team, states: { lever: string; certn: string }, problems: object[]): Promise<void> {
  await eventually(async () => {
    const { lever, certn } = await team.get<{ lever: { state: string }; certn: { state: string } }>();
    expect({ lever: lever.state, certn: certn.state }).toEqual(states);
    const { items } = await team.get<{ items: { kind: string }[] }>('/problems');
    const ofConnections = items.filter(({ kind }) => kind === 'connection');
    expect(ofConnections).toEqual(problems.map((one): unknown => expect.objectContaining(one)));
  });
}
