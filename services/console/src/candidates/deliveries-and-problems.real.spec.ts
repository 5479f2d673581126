import { itemsOf } from '../console.fixture';
import { console, line, minute, openCandidates, owner, requested, team, teamId, told } from './candidates.fixture';

openCandidates();

describe('deliveries', () => {
  test('are listed newest first, those nobody signed only as counts', async () => {
    await line({ kind: 'delivery', outcome: 'accepted', vendor: 'lever', opportunityId: 'opp', at: minute(1) });
    await line({ kind: 'delivery', outcome: 'signature-wrong', vendor: 'lever', count: 17, at: minute(2) });
    await line({ kind: 'delivery', outcome: 'repeat', vendor: 'certn', at: minute(3) });
    expect((await owner.get(`${team}/deliveries`)).body.items).toMatchObject([
      { outcome: 'repeat', vendor: 'certn', count: 1 },
      { outcome: 'signature-wrong', count: 17, opportunityId: null },
      { outcome: 'accepted', opportunityId: 'opp' },
    ]);
    const page = await owner.get(`${team}/deliveries?vendor=lever&limit=1`);
    expect(page.body.items).toMatchObject([{ outcome: 'signature-wrong' }]);
    expect((await owner.get(`${team}/deliveries?vendor=lever&limit=1&after=${page.body.next}`)).body).toMatchObject({
      items: [{ outcome: 'accepted' }],
      next: null,
    });
    expect((await owner.get(`${team}/deliveries?vendor=x`)).status).toBe(400);
  });

  test('are found by candidate, by verdict and by time, and say what to do', async () => {
    await line({ kind: 'delivery', outcome: 'accepted', vendor: 'lever', opportunityId: 'opp', at: minute(1) });
    await line({ kind: 'delivery', outcome: 'repeat', vendor: 'lever', opportunityId: 'opp', at: minute(2) });
    await line({ kind: 'delivery', outcome: 'accepted', vendor: 'lever', opportunityId: 'other', at: minute(3) });
    await line({ kind: 'delivery', outcome: 'signature-wrong', vendor: 'lever', count: 5, at: minute(4) });
    const found = async (query: string): Promise<string[]> =>
      itemsOf<{ at: string; outcome: string }>(await owner.get(`${team}/deliveries?${query}`)).map(
        ({ at, outcome }) => `${at.slice(14, 16)} ${outcome}`,
      );
    expect(await found('opportunityId=opp')).toEqual(['02 repeat', '01 accepted']);
    expect(await found('outcome=accepted')).toEqual(['03 accepted', '01 accepted']);
    expect(await found(`since=${minute(2)}&until=${minute(3)}`)).toEqual(['03 accepted', '02 repeat']);
    const { items } = (await owner.get(`${team}/deliveries?outcome=signature-wrong`)).body;
    expect(items).toMatchObject([
      { label: 'The signature does not fit', cure: expect.stringContaining('Webhook Signature'), count: 5 },
    ]);
    expect((await owner.get(`${team}/deliveries?since=yesterday`)).status).toBe(400);
  });

  test('are counted by verdict over the last 24 hours', async () => {
    const now = new Date().toISOString();
    await line({ kind: 'delivery', outcome: 'signature-wrong', vendor: 'lever', count: 17, at: now });
    await line({ kind: 'delivery', outcome: 'signature-wrong', vendor: 'lever', count: 3, at: now, reason: 'x' });
    await line({ kind: 'delivery', outcome: 'accepted', vendor: 'certn', at: now });
    await line({ kind: 'delivery', outcome: 'accepted', vendor: 'certn', at: minute(1) });
    expect((await owner.get(`${team}/delivery-counts`)).body.counts).toMatchObject([
      { vendor: 'lever', outcome: 'signature-wrong', count: 20 },
      { vendor: 'certn', outcome: 'accepted', label: 'Accepted', count: 1 },
    ]);
  });
});

describe('problems', () => {
  const reasons = async (): Promise<string[]> =>
    ((await owner.get(`${team}/problems`)).body.items as { kind: string; reason: string; cure: string }[]).map(
      ({ kind, reason, cure }) => {
        expect(cure).toMatch(/.{10}/);
        return `${kind} ${reason}`;
      },
    );

  test('come with their cure and leave when they are solved', async () => {
    expect(await reasons()).toEqual([]);
    await requested('opp', 1, 'Ada Lovelace', null);
    await told('opp', 1, { status: 'error', reason: 'no-email' });
    await line({
      kind: 'problem',
      outcome: 'raised',
      reason: 'case-not-visible',
      opportunityId: 'opp',
      checkId: 'k',
      at: minute(2),
    });
    await line({ kind: 'connection', outcome: 'broken', vendor: 'certn', reason: 'unauthorized', at: minute(2) });
    await console.database.run(
      `UPDATE teams SET settings = JSON_SET(settings, '$.certn', JSON_OBJECT('region', 'ca', 'webhookSecrets', JSON_ARRAY())) WHERE id = ?`,
      [teamId],
    );
    expect(await reasons()).toEqual(['connection unauthorized', 'raised case-not-visible', 'candidate no-email']);

    await told('opp', 1, { version: 2, status: 'pending', occurredAt: minute(4) });
    await line({
      kind: 'problem',
      outcome: 'cleared',
      reason: 'case-not-visible',
      opportunityId: 'opp',
      checkId: 'k',
      at: minute(3),
    });
    await line({ kind: 'connection', outcome: 'ok', vendor: 'certn', at: minute(3) });
    expect(await reasons()).toEqual([]);
    await line({ kind: 'connection', outcome: 'broken', vendor: 'certn', reason: 'late', at: minute(1) });
    expect(await reasons()).toEqual([]);
  });

  test('of a possible double leave only when the check itself turns out to have the case they name, whichever is told first', async () => {
    const raise = (opportunityId: string, detail: string) =>
      line({
        kind: 'problem',
        outcome: 'raised',
        reason: 'possible-double',
        opportunityId,
        checkId: `${teamId}-${opportunityId}`,
        detail,
        at: minute(2),
      });
    const raised = async (): Promise<string[]> =>
      itemsOf<{ opportunityId: string; detail: string }>(await owner.get(`${team}/problems`))
        .map(({ opportunityId, detail }) => `${opportunityId} ${detail}`)
        .sort();
    for (const opportunityId of ['own', 'other']) await raise(opportunityId, `case ${opportunityId}-late`);
    expect(await raised()).toEqual(['other case other-late', 'own case own-late']);
    await told('own', 1, { caseId: 'own-late' });
    await told('other', 1, { caseId: 'other-second' });
    await told('early', 1, { caseId: 'early-late' });
    await raise('early', 'case early-late');
    expect(await raised()).toEqual(['other case other-late']);
    await told('own', 1, { caseId: 'own-late', version: 2, status: 'analyzing' });
    expect(await raised()).toEqual(['other case other-late']);
    expect((await owner.get(`${team}/problem-count`)).body).toEqual({ count: 1 });
  });

  test('lead to where they are cured, and are counted', async () => {
    await requested('opp-1', 1, 'Ada Lovelace', null);
    await told('opp-1', 1, { status: 'error', reason: 'no-email' });
    await requested('opp-2', 2, 'Zoë Example', null);
    await told('opp-2', 2, { status: 'error', reason: 'package-inactive' });
    await line({ kind: 'connection', outcome: 'broken', vendor: 'lever', reason: 'unauthorized', at: minute(2) });
    await console.database.run(
      `UPDATE teams SET settings = JSON_SET(settings, '$.lever', JSON_OBJECT('signatureTokens', JSON_ARRAY())) WHERE id = ?`,
      [teamId],
    );
    const { items } = (await owner.get(`${team}/problems`)).body;
    expect(items).toMatchObject([
      { kind: 'connection', title: 'The connection to Lever does not work', place: 'lever' },
      {
        reason: 'package-inactive',
        title: 'The package is not active',
        place: 'packages',
        opportunityId: 'opp-2',
        name: 'Zoë Example',
      },
      { reason: 'no-email', title: 'No e-mail address', place: 'candidate', detail: 'CERTN - ERROR (No Email)' },
    ]);
    expect((await owner.get(`${team}/problem-count`)).body).toEqual({ count: 3 });
  });

  test('tell of those who have waited for more than a quarter of an hour', async () => {
    await line({ kind: 'attempt', step: 'look', outcome: 'waiting', reason: 'unavailable', opportunityId: 'old', at: minute(1) });
    await line({
      kind: 'attempt',
      step: 'look',
      outcome: 'waiting',
      reason: 'unavailable',
      opportunityId: 'new',
      at: new Date().toISOString(),
    });
    expect((await owner.get(`${team}/problems`)).body.items).toMatchObject([
      { kind: 'waiting', reason: 'unavailable', opportunityId: 'old' },
    ]);
  });
});
