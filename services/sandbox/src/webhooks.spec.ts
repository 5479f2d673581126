import { verifyCertnSignature } from '@lever-certn/certn/certn-signature';
import { verifyLeverSignature } from '@lever-certn/lever/lever-signature';
import { ControlClient } from './control-client.fixture';
import { DEMO } from './demo-seed';
import { Receiver, type Received } from './receiver.fixture';
import { startSandbox, type Sandbox } from './sandbox';

let sandbox: Sandbox;
let control: ControlClient;
let receiver: Receiver;
let id: string;

beforeEach(async () => {
  sandbox = await startSandbox();
  control = new ControlClient(sandbox.url);
  receiver = await Receiver.start();
  await control.put('/lever/accounts/demo/webhook', { url: receiver.url });
  await control.put('/webhook-waits', { lever: [20, 20, 20, 20], certn: [20, 20] });
  ({ id } = await control.post('/lever/accounts/demo/opportunities', { name: 'Ada', stage: 'Offer' }));
});

afterEach(async () => {
  await sandbox.stop();
  await receiver.stop();
});

const move = (stage: string = DEMO.triggerStage): Promise<unknown> =>
  control.post(`/lever/accounts/demo/opportunities/${id}/move`, { stage });
const fault = (on: string, kind: string, more: object = {}): Promise<unknown> => control.post('/faults', { on, kind, ...more });
const settled = (ms = 150): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms));

function signed({ json }: Received, token: string = DEMO.signatureToken): boolean {
  return verifyLeverSignature(json as unknown as { token: string; triggeredAt: number; signature: string }, [token]);
}

describe('the webhook of a move', () => {
  it('tells the opportunity, where from and where to, signed with the token of the account', async () => {
    await move();
    const [first] = await receiver.until(1);
    expect(first?.json).toMatchObject({
      event: 'candidateStageChange',
      data: { opportunityId: id, candidateId: id, toStageId: 'background-check', fromStageId: 'offer' },
    });
    expect(first?.json.token).toHaveLength(48);
    expect(first && signed(first)).toBe(true);
    expect(first && signed(first, 'other')).toBe(false);
  });

  it('is not sent where the move is silent, and never for a tag', async () => {
    await control.post(`/lever/accounts/demo/opportunities/${id}/move`, { stage: 'Offer', webhook: false });
    await control.patch(`/lever/accounts/demo/opportunities/${id}`, { tags: ['x'] });
    await settled();
    expect(receiver.received).toHaveLength(0);
  });

  it('is tried again until it is taken, with the same token', async () => {
    receiver.statuses = [503, 500];
    await move();
    const tries = await receiver.until(3);
    await settled();
    expect(receiver.received).toHaveLength(3);
    expect(new Set(tries.map(({ json }) => json.token)).size).toBe(1);
    expect(await control.get('/deliveries?vendor=lever')).toMatchObject([{ subject: id, state: 'delivered' }]);
  });

  it('is given up after five tries', async () => {
    receiver.statuses = Array<number>(10).fill(503);
    await move();
    await receiver.until(5);
    await settled(200);
    expect(receiver.received).toHaveLength(5);
    expect((await control.get('/counters')).webhooks).toEqual({ sent: 1, delivered: 0, failedTries: 5, givenUp: 1, lost: 0 });
  });

  it('is tried again where nobody listens', async () => {
    await receiver.stop();
    await move();
    await settled();
    const [delivery] = await control.get('/deliveries');
    expect(delivery.attempts.length).toBeGreaterThan(1);
    expect(delivery.attempts[0].status).toBeNull();
  });

  it('of "Verify Connection" has no data and is signed', async () => {
    await control.put('/lever/accounts/demo/webhook', { url: receiver.url, verify: true });
    const [first] = await receiver.until(1);
    expect(first?.json.data).toBeUndefined();
    expect(first && signed(first)).toBe(true);
  });

  it('can be sent without a move, for somebody nobody knows, in copies with a token each', async () => {
    await control.post('/lever/accounts/demo/webhooks', { opportunityId: 'nobody', toStageId: 'background-check', copies: 3 });
    const all = await receiver.until(3);
    expect(new Set(all.map(({ json }) => json.token)).size).toBe(3);
    expect(all[0]?.json.data).toMatchObject({ opportunityId: 'nobody', toStageId: 'background-check' });
  });
});

describe('a fault of webhooks', () => {
  it('loses as many as it says, and the count tells', async () => {
    await fault('lever-webhooks', 'lose', { times: 2 });
    for (const stage of ['Offer', 'New lead', DEMO.triggerStage]) await move(stage);
    const all = await receiver.until(1);
    await settled();
    expect(all).toHaveLength(1);
    expect((await control.get('/counters')).webhooks).toMatchObject({ sent: 3, delivered: 1, lost: 2 });
  });

  it('repeats one with the same token', async () => {
    await fault('lever-webhooks', 'repeat', { copies: 10, times: 1 });
    await move();
    const all = await receiver.until(10);
    expect(new Set(all.map(({ body }) => body)).size).toBe(1);
    await settled();
    expect(all).toHaveLength(10);
  });

  it('reorders those of its window', async () => {
    await fault('lever-webhooks', 'reorder', { ms: 100 });
    for (const stage of ['New lead', DEMO.triggerStage, 'Offer']) await move(stage);
    await settled(50);
    expect(receiver.received).toHaveLength(0);
    const all = await receiver.until(3);
    const times = all.map(({ json }) => json.triggeredAt as number);
    expect(times[0]).toBeGreaterThan(times[2] ?? Infinity);
  });

  it('delays', async () => {
    await fault('lever-webhooks', 'delay', { ms: 200 });
    await move();
    await settled(100);
    expect(receiver.received).toHaveLength(0);
    await receiver.until(1);
    expect(receiver.received).toHaveLength(1);
  });

  it('signs wrongly', async () => {
    await fault('lever-webhooks', 'bad-signature', { times: 1 });
    await move();
    const [first] = await receiver.until(1);
    expect(first && signed(first)).toBe(false);
  });
});

describe('the webhooks of a case', () => {
  const listen = (more: object = {}): Promise<{ challenge: string | null; webhook: { on: boolean } }> =>
    control.put('/certn/accounts/demo/webhook', { url: receiver.url, secret: DEMO.certnSecret, ...more });
  const order = (email = 'ada@example.com'): Promise<{ id: string; checks: { id: string }[] }> =>
    control.post('/certn/accounts/demo/cases', { email, checks: { IDENTITY_VERIFICATION_1: {}, CREDIT_REPORT_1: {} } });

  it('tell of each change of the case and of its checks, signed over the raw body', async () => {
    await listen();
    const made = await order();
    await control.post(`/certn/cases/${made.id}/act`, { action: 'complete-service' });
    const all = await receiver.until(3);
    expect(all.map(({ json }) => [json.event_type, json.object_type, json.object_id])).toEqual(
      expect.arrayContaining([
        ['CASE_STATUS_CHANGED', 'CASE', made.id],
        ['CHECK_STATUS_CHANGED', 'CHECK', made.checks[0]?.id],
      ]),
    );
    for (const { body, signature } of all) expect(verifyCertnSignature(body, signature, [DEMO.certnSecret])).toBe(true);
    expect(new Set(all.map(({ json }) => json.id)).size).toBe(all.length);
  });

  it('may be of checks only, and may name their id otherwise', async () => {
    await listen({ events: ['CHECK_STATUS_CHANGED'], idField: 'event_id' });
    const made = await order();
    await control.post(`/certn/cases/${made.id}/act`, { action: 'complete' });
    const all = await receiver.until(2);
    await settled();
    expect(all.map(({ json }) => json.object_type)).toEqual(['CHECK', 'CHECK']);
    expect(all[0]?.json.event_id).toHaveLength(32);
  });

  it.each(['wrong-body', 'no-nosniff', 'json', 'refused'] as const)(
    'are switched off when the challenge is answered with %s',
    async (wrong) => {
      receiver.challenge = wrong;
      const { challenge, webhook } = await listen();
      expect(challenge).toEqual(expect.any(String));
      expect(webhook.on).toBe(false);
      await order();
      await settled();
      expect(receiver.received).toHaveLength(0);
    },
  );

  it('are switched on when it is answered as demanded', async () => {
    expect(await listen()).toMatchObject({ challenge: null, webhook: { on: true } });
  });

  it('tell when a report is ready', async () => {
    await control.patch('/certn/accounts/demo', { reportMs: 20 });
    await listen({ events: ['CASE_REPORT_READY'] });
    const made = await order();
    const asked = await fetch(`${sandbox.certnUrl}/api/public/cases/${made.id}/generate-report/`, {
      method: 'POST',
      headers: { authorization: `Api-Key ${DEMO.certnKey}` },
    });
    expect(asked.status).toBe(200);
    const all = await receiver.until(1);
    expect(all).toMatchObject([{ json: { event_type: 'CASE_REPORT_READY', object_id: made.id } }]);
  });

  it('go to the account they belong to', async () => {
    const other = await Receiver.start();
    await control.post('/certn/accounts', { id: 'two' });
    await control.put('/certn/accounts/two/webhook', { url: other.url });
    await listen();
    await order();
    await receiver.until(1);
    await settled();
    expect(other.received).toHaveLength(0);
    await other.stop();
  });
});
