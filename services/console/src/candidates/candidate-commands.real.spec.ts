import { checkIdOfCommand } from '@lever-certn/events/identity.rules';
import { type SpecCaller } from '../console.fixture';
import { console, enabled, openCandidates, owner, requested, team, teamId, told } from './candidates.fixture';

openCandidates();

describe('ordering anyway', () => {
  test('gives a command, shows it in the timeline and tells who and why in the audit', async () => {
    await enabled();
    await requested('opp', 1, 'Ada', 'ada@example.com');
    const pack = (await owner.post(`${team}/packages`, { name: 'B', certnPackageId: 'b' })).body.id as string;
    const answer = await owner.post(`${team}/candidates/opp/order`, { reason: 'agreed by phone', packageId: pack });
    expect(answer.status).toBe(202);
    const { commandId, checkId } = answer.body as { commandId: string; checkId: string };
    expect(checkId).toBe(checkIdOfCommand(teamId, 'opp', commandId));
    expect(console.commands().at(-1)).toMatchObject({
      type: 'order',
      teamId,
      opportunityId: 'opp',
      commandId,
      reason: 'agreed by phone',
      packageId: pack,
      by: expect.stringMatching(/^user:/),
    });
    const timeline = (await owner.get(`${team}/candidates/opp`)).body.timeline as object[];
    expect(timeline.at(-1)).toMatchObject({
      kind: 'command',
      outcome: 'order',
      title: 'Ordered by hand',
      text: 'agreed by phone',
      byName: 'owner@example.com',
      checkId,
    });
    const audit = (await owner.get(`/api/audit?team=${teamId}`)).body.items[0];
    expect(audit).toMatchObject({
      action: 'ordered-anyway',
      subject: 'opp',
      email: 'owner@example.com',
      ip: '127.0.0.1',
      detail: { reason: 'agreed by phone' },
    });
  });

  test('with the same Idempotency-Key orders once, and refuses the key for something else', async () => {
    await enabled();
    const keyed = owner.with({ 'idempotency-key': `key of ${teamId}` });
    const before = console.commands().length;
    const answers = await Promise.all([1, 2, 3].map(() => keyed.post(`${team}/candidates/opp/order`, { reason: 'once' })));
    expect(new Set(answers.map(({ body }) => body.commandId as string)).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(console.commands().length).toBe(before + 1);
    const other = await keyed.post(`${team}/candidates/opp/order`, { reason: 'twice' });
    expect([other.status, other.body.type]).toEqual([409, 'urn:lever-certn:problem:key-reused']);
    expect((await owner.post(`${team}/candidates/opp/order`, { reason: 'once' })).body.commandId).not.toBe(
      answers[0]!.body.commandId,
    );
  });

  test.each([
    ['without a reason', {}, 400],
    ['with an empty reason', { reason: '  ' }, 400],
    ['with a package of nobody', { reason: 'x', packageId: 'nope' }, 400],
    ['with a reason that is a list', { reason: ['x'] }, 400],
  ])('%s is refused with a cure', async (_, body, status) => {
    await enabled();
    const before = console.commands().length;
    const answer = await owner.post(`${team}/candidates/opp/order`, body);
    expect(answer.status).toBe(status);
    expect(answer.body.cure).toMatch(/.{10}/);
    expect(console.commands().length).toBe(before);
  });

  test('while the integration is disabled is refused, since nobody would do it', async () => {
    expect((await owner.post(`${team}/candidates/opp/order`, { reason: 'x' })).status).toBe(409);
  });
});

describe('checking again', () => {
  test('has the candidate looked at, and says in timeline and audit who asked', async () => {
    await enabled();
    await requested('opp', 1, 'Ada', 'ada@example.com');
    const answer = await owner.post(`${team}/candidates/opp/look`);
    expect(answer.status).toBe(202);
    expect(console.commands().at(-1)).toMatchObject({ type: 'look', teamId, opportunityId: 'opp', ...answer.body });
    expect(console.commands().at(-1)).not.toHaveProperty('checkId');
    const { timeline } = (await owner.get(`${team}/candidates/opp`)).body as { timeline: object[] };
    expect(timeline.at(-1)).toMatchObject({ title: 'Asked to check again', byName: 'owner@example.com' });
    const audit = (await owner.get(`/api/audit?team=${teamId}`)).body.items[0];
    expect(audit).toMatchObject({ action: 'checked-again', subject: 'opp', email: 'owner@example.com' });
  });

  test('with the same Idempotency-Key looks once', async () => {
    await enabled();
    const keyed = owner.with({ 'idempotency-key': `look of ${teamId}` });
    const answers = await Promise.all([1, 2].map(() => keyed.post(`${team}/candidates/opp/look`)));
    expect(new Set(answers.map(({ body }) => body.commandId as string)).size).toBe(1);
  });

  test('while the integration is disabled is refused with a cure', async () => {
    const answer = await owner.post(`${team}/candidates/opp/look`);
    expect([answer.status, answer.body.cure]).toEqual([409, expect.stringContaining('Enable')]);
  });

  test('by an API token is told by the name of the token', async () => {
    await enabled();
    await requested('opp', 1, 'Ada', 'ada@example.com');
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const made = await owner.post('/api/tokens', { name: 'nightly', teamId, role: 'admin', expiresAt });
    expect((await console.token(made.body.token as string).post(`${team}/candidates/opp/look`)).status).toBe(202);
    const { timeline } = (await owner.get(`${team}/candidates/opp`)).body as { timeline: object[] };
    expect(timeline.at(-1)).toMatchObject({ byName: 'API token “nightly”' });
  });
});

describe('what stands against what an admin may do', () => {
  const obstacles = async (): Promise<Record<string, string | null>> =>
    (await owner.get(`${team}/candidates/opp`)).body.obstacles as Record<string, string | null>;

  test('is said with the candidate', async () => {
    await requested('opp', 1, 'Ada', 'ada@example.com');
    expect(await obstacles()).toMatchObject({
      order: expect.stringContaining('disabled'),
      look: expect.stringContaining('disabled'),
    });
    await enabled();
    expect(await obstacles()).toEqual({
      order: expect.stringContaining('A check is open'),
      look: null,
      settle: expect.stringContaining('No check'),
    });
    await told('opp', 1, { status: 'error', reason: 'needs-attention' });
    expect(await obstacles()).toEqual({ order: expect.stringContaining('settle it first'), look: null, settle: null });
    expect((await owner.get(`${team}/candidates/opp`)).body.checks).toMatchObject([{ open: true }]);
    await told('opp', 1, { version: 2, status: 'complete' });
    expect(await obstacles()).toMatchObject({ order: null });
    expect((await owner.get(`${team}/candidates/opp`)).body.checks).toMatchObject([{ open: false }]);
  });
});

describe('settling a check that needs attention', () => {
  const resolve = (checkId: string, body: object): ReturnType<SpecCaller['post']> =>
    owner.post(`${team}/checks/${checkId}/resolve`, body);

  test.each([
    [{ caseId: 'case-9' }, { resolution: 'case', caseId: 'case-9' }],
    [{ order: true }, { resolution: 'order' }],
    [{ drop: true }, { resolution: 'drop' }],
  ])('by %j gives the command', async (body, expected) => {
    const checkId = await requested('opp', 1, 'Ada', 'ada@example.com');
    await told('opp', 1, { status: 'error', reason: 'needs-attention' });
    const answer = await resolve(checkId, body);
    expect(answer.status).toBe(202);
    expect(console.commands().at(-1)).toMatchObject({
      type: 'resolve',
      checkId,
      opportunityId: 'opp',
      commandId: answer.body.commandId,
      ...expected,
    });
  });

  test.each([[{}], [{ order: true, drop: true }], [{ order: false }], [{ caseId: '' }], [{ drop: 'yes' }]])(
    'by %j is refused with a cure',
    async (body) => {
      const checkId = await requested('opp', 1, 'Ada', 'ada@example.com');
      await told('opp', 1, { status: 'error', reason: 'needs-attention' });
      expect((await resolve(checkId, body)).status).toBe(400);
    },
  );

  test('is a conflict for a check that does not need it, and not found for one of another team', async () => {
    const checkId = await requested('opp', 1, 'Ada', 'ada@example.com');
    await told('opp', 1);
    expect((await resolve(checkId, { drop: true })).status).toBe(409);
    const other = (await owner.post('/api/teams', { name: 'Other' })).body.id as string;
    expect((await owner.post(`/api/teams/${other}/checks/${checkId}/resolve`, { drop: true })).status).toBe(404);
  });
});
