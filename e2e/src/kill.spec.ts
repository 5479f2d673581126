import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from './eventually';
import { Outside, System } from './system';
import { STAGE, Team } from './team';

const CANDIDATES = 200;
const DRAINED_WITHIN_MS = 90_000;

/** Its minute passes beside the tests before it. */
let thawed: Promise<Thawed>;
beforeAll(() => {
  thawed = freezeInTheMiddle();
  thawed.catch(() => undefined);
});

interface Tally {
  opportunities: number;
  exact: number;
  orders: Record<string, number>;
  wrong: object[];
}

/** `kill -9` of each service in the middle of the work: nothing lost, nothing ordered twice, one tag each. */
describe('a service that is killed in the middle of 200 candidates', () => {
  let system: System;
  let outside: Outside;

  beforeAll(async () => {
    // Lookups as far apart as the sessions and leases that a killed process leaves behind.
    system = await System.start();
    outside = await Outside.of(system.description);
  });
  afterAll(() => system.stop());

  it.each(['ingress', 'resolver', 'dispatcher', 'writeback', 'console'] as const)(
    '%s: every candidate ends with one order and one tag',
    async (name) => {
      const team = await Team.create(outside);
      const { ids } = await outside.sandbox.post<{ ids: string[] }>(`/lever/accounts/${team.account}/opportunities`, {
        count: CANDIDATES,
        stage: 'Phone screen',
      });
      // A dispatcher is killed with a hundred orders on their way, which nobody knows the end of then.
      await outside.sandbox.put('/latency', { lever: 20, certn: name === 'dispatcher' ? 400 : 20 });
      const half = ids.length / 2;
      await outside.sandbox.post(`/lever/accounts/${team.account}/moves`, { ids: ids.slice(0, half), stage: STAGE });
      await sleep(name === 'dispatcher' ? 700 : 150);
      const service = system.service(name);
      await service.kill();
      await outside.sandbox.post(`/lever/accounts/${team.account}/moves`, { ids: ids.slice(half), stage: STAGE });
      await sleep(300);
      await service.start();
      await service.ready();
      await eventually(async () => {
        const tally = await outside.sandbox.get<Tally>(`/tally/${team.account}?stage=${encodeURIComponent(STAGE)}`);
        expect(tally).toMatchObject({ opportunities: CANDIDATES, exact: CANDIDATES, wrong: [] });
      }, DRAINED_WITHIN_MS);
      await sleep(2000);
      expect(await outside.sandbox.get<Tally>(`/tally/${team.account}?stage=${encodeURIComponent(STAGE)}`)).toMatchObject({
        orders: { 1: CANDIDATES },
      });
    },
  );
});

interface Thawed {
  candidates: number;
  tally: Tally;
  /** Orders at Certn three seconds after the last was settled. */
  orders: number;
}

/** Two dispatchers in a system of its own: one is frozen for a minute in the middle of an order and thawed, then the other for a while. */
async function freezeInTheMiddle(): Promise<Thawed> {
  const system = await System.start({ copies: { dispatcher: 2 } });
  try {
    const outside = await Outside.of(system.description);
    const team = await Team.create(outside);
    const { ids } = await outside.sandbox.post<{ ids: string[] }>(`/lever/accounts/${team.account}/opportunities`, {
      count: 40,
      stage: 'Phone screen',
    });
    await outside.sandbox.put('/latency', { lever: 0, certn: 400 });
    await outside.sandbox.post(`/lever/accounts/${team.account}/moves`, { ids, stage: STAGE });
    const ordersSoFar = async (): Promise<number> =>
      (await outside.sandbox.get<{ count: number }>(`/orders/${team.account}`)).count;
    await eventually(async () => expect(await ordersSoFar()).toBeGreaterThan(3));
    const dispatchers = [system.service('dispatcher', 0), system.service('dispatcher', 1)];
    // Whoever holds the account is in the middle of an order; which of the two that is can't be told from outside.
    await dispatchers[0]!.freeze();
    await sleep(60_000);
    dispatchers[0]!.thaw();
    await dispatchers[1]!.freeze();
    await sleep(15_000);
    dispatchers[1]!.thaw();
    const tallied = (): Promise<Tally> => outside.sandbox.get(`/tally/${team.account}?stage=${encodeURIComponent(STAGE)}`);
    await eventually(async () => expect((await tallied()).exact).toBe(ids.length), DRAINED_WITHIN_MS);
    await sleep(3000);
    return { candidates: ids.length, tally: await tallied(), orders: await ordersSoFar() };
  } finally {
    await system.stop();
  }
}

describe('a dispatcher that is frozen for a minute in the middle of an order', () => {
  it('beside another: when it is thawed, nothing is ordered twice', async () => {
    const { candidates, tally, orders } = await thawed;
    expect(tally).toMatchObject({ exact: candidates, wrong: [] });
    expect(orders).toBe(candidates);
  }, 240_000);
});
