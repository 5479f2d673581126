import type { ServiceProcess } from '@lever-certn/local-stack/service-process';
import { eventually } from './eventually';
import { Outside, System } from './system';
import { STAGE, Team } from './team';

const TEAMS = 16;
const EACH = 5;

describe('1,000 webhooks, each ten times at once', () => {
  it('are 1,000 orders', async () => {
    const outside = await Outside.shared();
    const team = await Team.create(outside);
    const lever = `/lever/accounts/${team.account}`;
    const { ids } = await outside.sandbox.post<{ ids: string[] }>(`${lever}/opportunities`, {
      count: 1000,
      stage: 'Phone screen',
    });
    await outside.sandbox.post(`${lever}/moves`, { ids, stage: STAGE, webhook: false });
    await Promise.all(ids.map((opportunityId) => outside.sandbox.post(`${lever}/webhooks`, { opportunityId, copies: 10 })));
    await eventually(async () => {
      const tally = await outside.sandbox.get(`/tally/${team.account}?stage=${encodeURIComponent(STAGE)}`);
      expect(tally).toMatchObject({ exact: 1000, orders: { 1: 1000 }, wrong: [] });
    }, 90_000);
  });
});

describe('two copies of every service', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({ copies: { ingress: 2, resolver: 2, dispatcher: 2, writeback: 2, console: 2 } });
  }, 120_000);
  afterAll(() => system.stop());

  it('divide the teams among them: every candidate ends with one order and one tag, whichever ingress Lever called', async () => {
    const outside = await Outside.of(system.description);
    const teams: Team[] = [];
    for (let index = 0; index < TEAMS; index += 1) teams.push(await Team.create(outside));
    const { ingressUrl } = system.description;
    for (const { account, signatureToken, leverWebhookUrl } of teams.slice(TEAMS / 2)) {
      const url = leverWebhookUrl.replace(ingressUrl, system.service('ingress', 1).url!);
      await outside.sandbox.put(`/lever/accounts/${account}/webhook`, { url, signatureToken });
    }
    for (const { account } of teams) {
      const lever = `/lever/accounts/${account}`;
      const made = { count: EACH, stage: 'Phone screen' };
      const { ids } = await outside.sandbox.post<{ ids: string[] }>(`${lever}/opportunities`, made);
      await outside.sandbox.post(`${lever}/moves`, { ids, stage: STAGE });
    }
    for (const { account } of teams)
      await eventually(async () => {
        const tally = await outside.sandbox.get(`/tally/${account}?stage=${encodeURIComponent(STAGE)}`);
        expect(tally).toMatchObject({ exact: EACH, orders: { 1: EACH }, wrong: [] });
      }, 60_000);
    // Of sixteen teams each copy has some.
    for (const name of ['ingress', 'resolver', 'dispatcher', 'writeback'] as const)
      for (const copy of [0, 1]) expect([name, copy, await worked(system.service(name, copy))]).toEqual([name, copy, true]);
  }, 180_000);
});

/** Whether a process has settled requests or messages. */
async function worked({ managementUrl }: ServiceProcess): Promise<boolean> {
  const metrics = await (await fetch(`${managementUrl}/metrics`)).text();
  return /^lever_certn_work_seconds_count\{[^}]*unit="(?:request|message)"[^}]*\} [1-9]/m.test(metrics);
}
