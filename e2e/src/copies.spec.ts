import { eventually } from './eventually';
import { Outside } from './system';
import { STAGE, Team } from './team';

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
