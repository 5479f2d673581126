import type { FaultRule } from '../../../services/sandbox/src/faults';
import type { LeverAccount } from '../../../services/sandbox/src/lever/lever-account';
import { startSandbox, type Sandbox } from '../../../services/sandbox/src/sandbox';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import { LeverClient, PERFORM_AS } from './lever.client';

/** The client against the stand-in: what is asked here is what Lever is documented to do, so that both are held to it. */
const KEY = 'a-key/with+signs=';
let sandbox: Sandbox;
let client: LeverClient;
let account: LeverAccount;

beforeAll(async () => {
  sandbox = await startSandbox({ empty: true });
  client = new LeverClient({ baseUrl: sandbox.leverUrl, timeoutMs: 2_000 });
});

afterAll(async () => {
  await client.close();
  await sandbox.stop();
});

beforeEach(() => {
  sandbox.world.reset();
  account = sandbox.world.addLeverAccount('one', 'One');
  account.addKey(KEY);
  for (const text of ['New lead', 'Background Check']) account.addStage(text, text.toLowerCase().replace(' ', '-'));
});

const fault = (rule: Omit<FaultRule, 'on'>): unknown => sandbox.world.faults.add({ on: 'lever', ...rule });

async function failure(call: Promise<unknown>): Promise<VendorError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(VendorError);
  return error as VendorError;
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('reading an opportunity', () => {
  it('tells who it is, where it stands, and since when by the clock of Lever', async () => {
    account.clockOffsetMs = -3_600_000;
    const made = account.add({ name: 'Ada Birch', emails: ['ada@example.com'], tags: ['Driver'] });
    account.move(made, account.stages[1]!);
    const read = await client.opportunity(KEY, made.id);
    expect(read).toMatchObject({ name: 'Ada Birch', emails: ['ada@example.com'], tags: ['Driver'], stageId: 'background-check' });
    expect(read.contactId).toBe(made.contact.id);
    expect(read.stageChanges?.map(({ toStageId }) => toStageId)).toEqual(['new-lead', 'background-check']);
    expect(read.stageChanges?.at(-1)?.updatedAtMs).toBe(made.lastAdvancedAt);
    expect(Math.abs((read.serverTimeMs ?? 0) - (Date.now() - 3_600_000))).toBeLessThan(5_000);
  });

  it('tells of archive, anonymity, confidence and consent', async () => {
    account.keys.get(KEY)?.permissions.add('confidential');
    const made = account.add({ archived: true, confidential: true });
    made.contact.contactAllowed = false;
    account.anonymize(made);
    const read = await client.opportunity(KEY, made.id);
    expect(read).toMatchObject({ archived: true, confidential: true, contactAllowed: false, isAnonymized: true, emails: [] });
  });

  it('bears null wherever Lever may send it', async () => {
    const made = account.add({});
    fault({ kind: 'nulls' });
    expect(await client.opportunity(KEY, made.id)).toMatchObject({ id: made.id, name: null, emails: [], stageChanges: null });
  });

  it('asks for ids that hold more than letters', async () => {
    account.add({ id: 'odd id/é?#' });
    expect(await client.opportunity(KEY, 'odd id/é?#')).toMatchObject({ id: 'odd id/é?#' });
  });

  it.each([
    ['unknown', 'not-found', () => undefined],
    ['confidential to this key', 'forbidden', () => account.add({ id: 'x', confidential: true })],
  ])('of one that is %s throws %s', async (_, kind, arrange) => {
    arrange();
    expect(await failure(client.opportunity(KEY, 'x'))).toMatchObject({ kind, made: 'not-made' });
  });

  it.each(['html', 'empty', 'truncated', 'huge', 'unreadable', 'reset'] as const)(
    'throws unavailable when the answer is %s, once, and works again',
    async (kind) => {
      const { id } = account.add({});
      fault({ kind, times: 1 });
      expect(await failure(client.opportunity(KEY, id))).toMatchObject({ kind: 'unavailable' });
      expect(sandbox.world.counters.read().routes['lever GET /opportunities/:id']?.calls).toBe(1);
      await expect(client.opportunity(KEY, id)).resolves.toMatchObject({ id });
    },
  );
});

describe('a key', () => {
  it('that is wrong is unauthorized', async () => {
    expect(await failure(client.stages('other'))).toMatchObject({ kind: 'unauthorized', status: 401, code: 'UnauthorizedError' });
  });

  it('that Lever has deleted is unauthorized', async () => {
    account.keys.get(KEY)!.refused = true;
    expect(await failure(client.stages(KEY))).toMatchObject({ kind: 'unauthorized' });
  });

  it.each([
    ['stages:read', () => client.stages(KEY)],
    ['opportunities:read', () => client.opportunity(KEY, 'a')],
    ['tags:write', () => client.addTags(KEY, 'a', ['x'])],
    ['tags:write', () => client.removeTags(KEY, 'a', ['x'])],
    ['links:write', () => client.addLinks(KEY, 'a', ['https://example.com'])],
  ] as const)('without %s is forbidden that and nothing else', async (permission, call) => {
    account.add({ id: 'a' });
    account.keys.get(KEY)?.permissions.delete(permission);
    expect(await failure(call())).toMatchObject({ kind: 'forbidden', made: 'not-made' });
    account.keys.get(KEY)?.permissions.add(permission);
    await expect(call()).resolves.toBeDefined();
  });

  it('over its rate is rate-limited, and nothing was done', async () => {
    const made = account.add({ id: 'a' });
    account.setLimit({ text: '', perMs: 0, burst: 1, windows: [] });
    await client.opportunity(KEY, 'a');
    expect(await failure(client.addTags(KEY, 'a', ['x']))).toMatchObject({
      kind: 'rate-limited',
      made: 'not-made',
      retryAfterMs: undefined,
    });
    expect(made.tags).toEqual([]);
  });

  it('hears for how long to wait where Lever says so', async () => {
    fault({ kind: 'rate-limited', retryAfterSeconds: 3 });
    expect(await failure(client.stages(KEY))).toMatchObject({ kind: 'rate-limited', retryAfterMs: 3_000 });
  });
});

describe('stages', () => {
  it('are read to the last page, with their names as they are', async () => {
    for (let index = 0; index < 250; index += 1) account.addStage(` Stage ${index}`, `s-${index}`);
    const stages = await client.stages(KEY);
    expect(stages).toHaveLength(252);
    expect(stages.at(-1)).toEqual({ id: 's-249', name: ' Stage 249' });
    expect(sandbox.world.counters.read().routes['lever GET /stages']?.calls).toBe(3);
  });

  it('are read one by one', async () => {
    expect(await client.stage(KEY, 'background-check')).toEqual({ id: 'background-check', name: 'Background Check' });
    expect(await failure(client.stage(KEY, 'gone'))).toMatchObject({ kind: 'not-found' });
  });

  it('begin again once where the offset has gone stale, and are whole', async () => {
    for (let index = 0; index < 150; index += 1) account.addStage(`Stage ${index}`, `s-${index}`);
    fault({ kind: 'status', status: 400, message: 'Invalid offset token: x', skip: 1, times: 1 });
    const names = (await client.stages(KEY)).map(({ id }) => id);
    expect(new Set(names).size).toBe(152);
  });

  it('are given up where the offset goes stale again', async () => {
    for (let index = 0; index < 150; index += 1) account.addStage(`Stage ${index}`, `s-${index}`);
    fault({ kind: 'status', status: 400, message: 'Invalid offset token: x', skip: 1, times: 1 });
    fault({ kind: 'status', status: 400, message: 'Invalid offset token: x', skip: 2, times: 1 });
    expect(await failure(client.stages(KEY))).toMatchObject({ kind: 'rejected', code: 'stale-offset' });
  });

  it('tell the clock of Lever', async () => {
    account.clockOffsetMs = 86_400_000;
    const clock = await client.serverTimeMs(KEY);
    expect(Math.abs((clock ?? 0) - Date.now() - 86_400_000)).toBeLessThan(5_000);
  });
});

describe('the opportunities of a stage', () => {
  it('are read to the last page, without archived, confidential and other ones', async () => {
    const wanted = Array.from({ length: 23 }, () => account.add({ stage: 'background-check' }).id);
    account.add({ stage: 'background-check', archived: true });
    account.add({ stage: 'background-check', confidential: true });
    account.add({ stage: 'new-lead' });
    const read = await all(client.opportunitiesInStage(KEY, 'background-check', { pageSize: 5 }));
    expect(read.map(({ id }) => id)).toEqual(wanted);
    expect(sandbox.world.counters.read().routes['lever GET /opportunities']?.calls).toBe(5);
  });

  it('hold the confidential ones where they are asked for and the key may see them', async () => {
    account.add({ id: 'c', stage: 'background-check', confidential: true });
    const ask = (): Promise<unknown[]> =>
      all(client.opportunitiesInStage(KEY, 'background-check', { includeConfidential: true }));
    expect(await failure(ask())).toMatchObject({ kind: 'forbidden' });
    account.keys.get(KEY)?.permissions.add('confidential');
    expect(await ask()).toHaveLength(1);
  });

  it('may be those that came since a time', async () => {
    const early = account.add({ stage: 'background-check' });
    early.lastAdvancedAt = 1_000;
    const late = account.add({ stage: 'background-check' });
    const read = await all(client.opportunitiesInStage(KEY, 'background-check', { advancedSinceMs: 2_000 }));
    expect(read.map(({ id }) => id)).toEqual([late.id]);
  });

  it('take a token before each page, and stop with an error at the page limit', async () => {
    for (let index = 0; index < 10; index += 1) account.add({ stage: 'background-check' });
    let tokens = 0;
    const beforePage = (): Promise<void> => Promise.resolve(void (tokens += 1));
    const ask = all(client.opportunitiesInStage(KEY, 'background-check', { pageSize: 2, maxPages: 3, beforePage }));
    expect(await failure(ask)).toMatchObject({ kind: 'rejected', code: 'page-limit' });
    expect(tokens).toBe(3);
  });

  it('can be read page by page from where one stopped', async () => {
    for (let index = 0; index < 3; index += 1) account.add({ id: `o-${index}`, stage: 'background-check' });
    const first = await client.opportunityPage(KEY, 'background-check', { pageSize: 2 }, null);
    expect(first.items.map(({ id }) => id)).toEqual(['o-0', 'o-1']);
    const second = await client.opportunityPage(KEY, 'background-check', { pageSize: 2 }, first.next);
    expect(second.items.map(({ id }) => id)).toEqual(['o-2']);
    expect(second.next).toBeNull();
  });

  it.each(['html', 'empty', 'unreadable'] as const)(
    'throw unavailable when a page is %s, and are not taken for none',
    async (kind) => {
      fault({ kind });
      expect(await failure(all(client.opportunitiesInStage(KEY, 'background-check')))).toMatchObject({ kind: 'unavailable' });
    },
  );
});

describe('tags and links', () => {
  it('are added and removed, and others stay', async () => {
    const made = account.add({ tags: ['Driver', 'CERTN - Pending'] });
    const added = await client.addTags(KEY, made.id, ['CERTN - Analyzing']);
    expect(added?.tags).toEqual(['Driver', 'CERTN - Pending', 'CERTN - Analyzing']);
    await client.removeTags(KEY, made.id, ['CERTN - Pending']);
    expect(made.tags).toEqual(['Driver', 'CERTN - Analyzing']);
    const linked = await client.addLinks(KEY, made.id, ['https://example.com/r/1']);
    expect(linked?.links).toEqual(['https://example.com/r/1']);
  });

  it('belong to the opportunity and to the person', async () => {
    const first = account.add({});
    const second = account.add({ contactId: first.contact.id });
    await client.addTags(KEY, first.id, ['x']);
    await client.addLinks(KEY, first.id, ['https://example.com/r/1']);
    expect(await client.opportunity(KEY, second.id)).toMatchObject({ tags: [], links: ['https://example.com/r/1'] });
  });

  it('need nothing in the answer', async () => {
    const made = account.add({});
    fault({ kind: 'empty', times: 1 });
    await expect(client.addTags(KEY, made.id, ['x'])).resolves.toBeNull();
    expect(made.tags).toEqual(['x']);
  });

  it.each(['html', 'truncated', 'lost-answer', 'huge'] as const)('may have been written when the answer is %s', async (kind) => {
    const made = account.add({});
    fault({ kind, times: 1 });
    expect(await failure(client.addTags(KEY, made.id, ['x']))).toMatchObject({ kind: 'unavailable', made: 'unclear' });
    expect(made.tags).toEqual(['x']);
  });

  it('of a deleted candidate are not found', async () => {
    expect(await failure(client.addTags(KEY, 'gone', ['x']))).toMatchObject({ kind: 'not-found', made: 'not-made' });
  });

  it('say when a user must be named, and name one where the team has chosen one', async () => {
    account.requirePerformAs = true;
    const made = account.add({});
    expect(await failure(client.addTags(KEY, made.id, ['x']))).toMatchObject({ kind: 'rejected', code: PERFORM_AS });
    await client.addTags(KEY, made.id, ['x'], 'user-1');
    expect(made.tags).toEqual(['x']);
  });
});
