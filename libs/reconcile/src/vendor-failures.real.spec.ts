import { Bed, NEVER_MS, done, fails, vendorError } from './bed.fixture';
import { addRows, count, sleep, until } from './work-table.fixture';

const bed = new Bed();
beforeAll(() => bed.open(), 30_000);
afterAll(() => bed.close());
beforeEach(() => bed.clear());
afterEach(() => bed.stopAll());

describe('a vendor that fails', () => {
  it('is tried again ever later, with what it asks for obeyed', async () => {
    const [plain, asked] = [(await addRows(bed.database, 'a', 1))[0]!, (await addRows(bed.database, 'b', 1))[0]!];
    const failures: [string, number][] = [];
    bed.start((row) => (row.account === 'a' ? fails('unavailable') : fails('rate-limited', { retryAfterMs: 600_000 })), {
      onFailure: (row, error, dueInMs) => failures.push([`${row.account} ${error.kind}`, dueInMs]),
    });
    await until(
      'both wait',
      async () => (await bed.stored(plain.id)).attempts >= 2 && (await bed.stored(asked.id)).attempts === 1,
    );
    expect(
      failures
        .slice(0, 2)
        .map(([what]) => what)
        .sort(),
    ).toEqual(['a unavailable', 'b rate-limited']);
    const [, second] = failures.filter(([what]) => what === 'a unavailable').map(([, dueInMs]) => dueInMs);
    expect(second).toBeGreaterThanOrEqual(1_600);
    expect(second).toBeLessThanOrEqual(2_400);
    const { due_in_ms, reason } = await bed.stored(asked.id);
    expect(due_in_ms).toBeGreaterThan(590_000);
    expect(due_in_ms).toBeLessThan(720_001);
    expect(reason).toBe('rate-limited');
  });

  it('is left alone while it is down but for a probe, and then all goes on', async () => {
    await addRows(bed.database, 'a', 40);
    let down = true;
    const probes: number[] = [];
    const { called } = bed.start(() => (down ? fails('unavailable') : done()), {
      maxActive: 4,
      breaker: { openProbeMs: 150 },
      probe: () => {
        probes.push(performance.now());
        return down ? Promise.reject(vendorError('unavailable')) : Promise.resolve();
      },
    });
    await until('it was probed', () => probes.length >= 4);
    const callsWhileDown = called.length;
    expect(callsWhileDown).toBeLessThanOrEqual(8);
    for (let at = 1; at < probes.length; at++) expect(probes[at]! - probes[at - 1]!).toBeGreaterThan(140);
    // One of them has failed so often that its own time is far away.
    const [late] = await addRows(bed.database, 'a', 1);
    await bed.table.settle(late!, { dueInMs: NEVER_MS, reason: 'unavailable', attempts: 7 });
    down = false;
    await bed.allDone();
  });

  it('is told of each row that waits for it, but not of a moment; and of a key that it refuses then', async () => {
    await addRows(bed.database, 'a', 40);
    const held: string[] = [];
    const answer = { down: true, refused: false };
    const fail = (): Promise<never> => Promise.reject(vendorError(answer.refused ? 'unauthorized' : 'unavailable'));
    const { reconciler, called } = bed.start(() => (answer.down ? fail() : done()), {
      maxActive: 4,
      breaker: { openProbeMs: 50, brokenProbeMs: 50, toldAfterMs: 2_000 },
      probe: () => (answer.down ? fail() : Promise.resolve()),
      onHeld: ({ id }, reason) => held.push(`${id} ${reason}`),
    });
    await until('its breaker is open', () => reconciler.load.waitingAccounts === 1);
    const tried = new Set(called);
    expect(held).toEqual([]);
    await until('those that wait were told', () => held.length >= 40 - tried.size);
    expect(held.every((line) => line.endsWith(' unavailable'))).toBe(true);
    answer.refused = true;
    const ofKey = (): string[] => held.filter((line) => line.endsWith(' unauthorized'));
    await until('they were told of the key', () => ofKey().length >= 40 - tried.size);
    expect(new Set(held).size).toBe(held.length);
    answer.down = false;
    await bed.allDone();
  });

  it('is tried with one row at a time where there is no probe', async () => {
    await addRows(bed.database, 'a', 40);
    let down = true;
    const { called } = bed.start(() => (down ? fails('unavailable') : done()), { maxActive: 4, breaker: { openProbeMs: 100 } });
    await until('the breaker is open', () => called.length >= 5);
    await sleep(500);
    expect(called.length).toBeLessThanOrEqual(16);
    down = false;
    await bed.allDone();
  });

  it('gets nothing more for the account it has limited, and others go on', async () => {
    await Promise.all(['limited', 'other'].map((account) => addRows(bed.database, account, 20)));
    const calls: { account: string; atMs: number }[] = [];
    const { called } = bed.start(
      async ({ account }) => {
        calls.push({ account, atMs: performance.now() });
        if (account === 'limited' && ofLimited().length === 1) return fails('rate-limited', { retryAfterMs: 1_000 });
        await sleep(20);
        return done();
      },
      { maxActive: 1 },
    );
    const ofLimited = (): typeof calls => calls.filter(({ account }) => account === 'limited');
    await bed.allDone();
    const [first, second] = ofLimited();
    expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(1_000);
    expect(calls.slice(calls.indexOf(first!), calls.indexOf(second!)).length).toBeGreaterThan(1);
    expect(called.length).toBe(41);
  });

  it('does not stop others by refusing some rows', async () => {
    const bad = new Set((await addRows(bed.database, 'a', 12)).map(({ id }) => id));
    const kinds = ['forbidden', 'not-found', 'rejected'] as const;
    let times = 0;
    const { reconciler } = bed.start((row) => (bad.has(row.id) ? fails(kinds[times++ % 3]!) : done()));
    await until('they failed', async () => (await count(bed.database, 'work WHERE attempts >= 1')) === 12);
    expect(reconciler.load.waitingAccounts).toBe(0);
    await addRows(bed.database, 'a', 20);
    await until('the others are done', async () => (await bed.left()) === 12);
  });
});

describe('a connection that is refused', () => {
  const UNAUTHORIZED = vendorError('unauthorized');

  it('is told once, waits with all its rows, and goes on by itself when a probe works again', async () => {
    const rows = await addRows(bed.database, 'a', 30);
    const states: string[] = [];
    let refused = true;
    let probes = 0;
    const { called } = bed.start(() => (refused ? Promise.reject(UNAUTHORIZED) : done()), {
      maxActive: 4,
      breaker: { brokenProbeMs: 200 },
      probe: () => (probes++, refused ? Promise.reject(UNAUTHORIZED) : Promise.resolve()),
      onConnection: (account, state) => states.push(`${account} ${state}`),
    });
    await until('it was probed', () => probes >= 2);
    expect(called.length).toBeLessThanOrEqual(4);
    expect(states).toEqual(['a broken']);
    await expect(count(bed.database, 'work WHERE attempts > 0')).resolves.toBe(0);
    await expect(count(bed.database, "work WHERE reason = 'unauthorized'")).resolves.toBeGreaterThan(0);
    refused = false;
    await bed.allDone();
    expect(states).toEqual(['a broken', 'a ok']);
    expect(called.length).toBeLessThanOrEqual(rows.length + 4);
  });

  it('is told of each row that waits for it, tried or not, in memory, woken or found later', async () => {
    const rows = await addRows(bed.database, 'a', 10);
    const held: string[] = [];
    let refused = true;
    const { reconciler, called } = bed.start(() => (refused ? Promise.reject(UNAUTHORIZED) : done()), {
      maxActive: 2,
      breaker: { brokenProbeMs: NEVER_MS },
      probe: () => (refused ? Promise.reject(UNAUTHORIZED) : Promise.resolve()),
      onHeld: (row, reason, triedInMs) => held.push(`${row.id} ${reason} ${triedInMs > 0 && triedInMs <= NEVER_MS}`),
    });
    await until('all were told', () => held.length >= 10);
    const later = await addRows(bed.database, 'a', 3);
    reconciler.wake(later);
    await until('the later ones were told', () => held.length >= 13);
    reconciler.wake(later);
    const unseen = await addRows(bed.database, 'a', 2);
    await until('those that another process recorded were told', () => held.length >= 15);
    expect(held.sort()).toEqual([...rows, ...later, ...unseen].map(({ id }) => `${id} unauthorized true`).sort());
    expect(called.length).toBeLessThanOrEqual(2);
    refused = false;
    reconciler.resume('a');
    await bed.allDone();
  });

  it('is told of a row that is paused only once it no longer is', async () => {
    const [first] = await addRows(bed.database, 'a', 1);
    const held: string[] = [];
    let paused: string | undefined;
    const { reconciler } = bed.start(() => Promise.reject(UNAUTHORIZED), {
      breaker: { brokenProbeMs: NEVER_MS },
      paused: ({ id }) => (id === paused ? 'disabled' : null),
      probe: () => Promise.reject(UNAUTHORIZED),
      onHeld: ({ id }) => held.push(id),
    });
    await until('it is broken', () => held.length === 1);
    const [one, other] = await addRows(bed.database, 'a', 2);
    paused = one!.id;
    reconciler.wake([one!, other!]);
    expect(held).toEqual([first!.id, other!.id]);
    paused = undefined;
    reconciler.resume('a');
    await until('it was told too', () => held.includes(one!.id));
  });

  it('stays broken while the vendor answers its probes with 403', async () => {
    const rows = await addRows(bed.database, 'a', 10);
    const states: string[] = [];
    let refused = true;
    let probes = 0;
    const { called } = bed.start(() => (refused ? Promise.reject(UNAUTHORIZED) : done()), {
      maxActive: 2,
      breaker: { brokenProbeMs: 50 },
      probe: () => (probes++, refused ? fails('forbidden') : Promise.resolve()),
      onConnection: (_, state) => states.push(state),
    });
    await until('it was probed often', () => probes >= 4);
    expect(states).toEqual(['broken']);
    expect(called.length).toBeLessThanOrEqual(2);
    refused = false;
    await bed.allDone();
    expect(states).toEqual(['broken', 'ok']);
    expect(called.length).toBeLessThanOrEqual(rows.length + 2);
  });

  it('is tried at once when its settings change', async () => {
    await addRows(bed.database, 'a', 30);
    const states: string[] = [];
    let refused = true;
    const { reconciler } = bed.start(() => (refused ? Promise.reject(UNAUTHORIZED) : done()), {
      maxActive: 4,
      breaker: { brokenProbeMs: NEVER_MS },
      probe: () => (refused ? Promise.reject(UNAUTHORIZED) : Promise.resolve()),
      onConnection: (_, state) => states.push(state),
    });
    await until('it is broken', () => states.length === 1);
    refused = false;
    reconciler.resume('a');
    await bed.allDone();
    expect(states).toEqual(['broken', 'ok']);
  });

  it('stays broken for the next process, which tries it before anything else', async () => {
    await addRows(bed.database, 'a', 10);
    const first = bed.start(() => Promise.reject(UNAUTHORIZED), { breaker: { brokenProbeMs: 100 }, maxActive: 2 });
    await until('it is broken', () => first.reconciler.load.waitingAccounts === 1);
    await first.reconciler.stop(1_000);
    await sleep(150);
    let probes = 0;
    const second = bed.start(done, {
      breaker: { brokenProbeMs: NEVER_MS },
      probe: () => (probes++, Promise.reject(UNAUTHORIZED)),
    });
    await until('it was probed', () => probes === 1);
    await sleep(100);
    expect(second.called).toEqual([]);
  });
});
