import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import type { CertnAccount } from '../../../services/sandbox/src/certn/certn-account';
import type { FaultRule } from '../../../services/sandbox/src/faults';
import { startSandbox, type Sandbox } from '../../../services/sandbox/src/sandbox';
import { CERTN_HOSTS, CertnClient, type CertnAccess } from './certn.client';

/** The client against the stand-in: what is asked here is what Certn is documented to do, so that both are held to it. */
const access: CertnAccess = { apiKey: 'a-key', region: 'ca' };
const services = [
  { type: 'IDENTITY_VERIFICATION_1' },
  { type: 'CREDIT_REPORT_1', arguments: { ordering_type: 'SINGLE_REGION' } },
];
const order = { email: 'ada+1@example.com', package: { services } };
let sandbox: Sandbox;
let client: CertnClient;
let account: CertnAccount;

beforeAll(async () => {
  sandbox = await startSandbox({ empty: true });
  client = new CertnClient({ urlOverride: sandbox.certnUrl, timeoutMs: 2_000 });
});

afterAll(async () => {
  await client.close();
  await sandbox.stop();
});

beforeEach(() => {
  sandbox.world.reset();
  account = sandbox.world.addCertnAccount('one', 'One');
  account.addKey(access.apiKey);
});

const fault = (rule: Omit<FaultRule, 'on'>): unknown => sandbox.world.faults.add({ on: 'certn', ...rule });

async function failure(call: Promise<unknown>): Promise<VendorError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(VendorError);
  return error as VendorError;
}

describe('an order', () => {
  it('names its checks with their arguments, and has the applicant invited', async () => {
    const made = await client.order(access, order);
    const stored = account.cases.get(made.id);
    expect(stored).toMatchObject({ email: 'ada+1@example.com', status: 'APPLICANT_INVITED' });
    expect(stored?.checkTypes).toEqual({ IDENTITY_VERIFICATION_1: {}, CREDIT_REPORT_1: { ordering_type: 'SINGLE_REGION' } });
    expect(account.mails.map(({ to, caseId }) => [to, caseId])).toEqual([['ada+1@example.com', made.id]]);
    expect(made).toMatchObject({ email: 'ada+1@example.com', orderedTypes: ['CREDIT_REPORT_1', 'IDENTITY_VERIFICATION_1'] });
  });

  it('may name a package of the portal', async () => {
    const { id } = account.addPackage('Standard', { CRIMINAL_RECORD_REPORT_1: {} });
    account.tellPackage = true;
    const made = await client.order(access, { email: 'ada@example.com', package: { certnPackageId: id } });
    expect(made).toMatchObject({ packageId: id, services: [{ type: 'CRIMINAL_RECORD_REPORT_1' }] });
    expect(account.mails).toHaveLength(1);
  });

  it.each([
    ['e-mail', { email: 'no address', package: { services } }, 'email_address:invalid'],
    ['check type', { ...order, package: { services: [{ type: 'no check' }] } }, 'check_types_with_arguments:invalid_choice'],
    ['list of checks', { ...order, package: { services: [] } }, 'check_types_with_arguments:required'],
    ['package', { ...order, package: { certnPackageId: 'gone' } }, 'package:does_not_exist'],
  ])('with a wrong %s is refused, and says in a word why', async (_, wrong, code) => {
    const error = await failure(client.order(access, wrong));
    expect(error).toMatchObject({ kind: 'rejected', made: 'not-made', status: 400, code });
    expect(error.message).not.toContain(wrong.email);
    expect(account.cases.size).toBe(0);
  });

  it.each(['lost-answer', 'unreadable', 'html', 'empty', 'truncated', 'huge'] as const)(
    'is unclear when the answer is %s, is not sent again, and is found by its e-mail',
    async (kind) => {
      fault({ kind, times: 1, route: 'POST /cases/order/' });
      const startedMs = Date.now();
      expect(await failure(client.order(access, order))).toMatchObject({ kind: 'unavailable', made: 'unclear' });
      expect(account.cases.size).toBe(1);
      const found = await client.cases(access, { email: order.email, createdAfterMs: startedMs - 120_000 });
      expect(found.map(({ id }) => id)).toEqual([...account.cases.keys()]);
    },
  );

  it.each([
    ['reset before it was done', { kind: 'reset' } as const, 'unclear'],
    ['500', { kind: 'status', status: 500 } as const, 'unclear'],
    ['503', { kind: 'status' } as const, 'unclear'],
    ['429', { kind: 'rate-limited' } as const, 'not-made'],
    ['403', { kind: 'status', status: 403 } as const, 'not-made'],
    ['404', { kind: 'status', status: 404 } as const, 'not-made'],
    ['422', { kind: 'status', status: 422 } as const, 'not-made'],
  ])('that ends in %s made nothing, of which we know: %s', async (_, rule, made) => {
    fault({ ...rule, times: 1 });
    expect(await failure(client.order(access, order))).toMatchObject({ made });
    expect(account.cases.size).toBe(0);
  });

  it('that takes longer than allowed is unclear', async () => {
    const hurried = new CertnClient({ urlOverride: sandbox.certnUrl, timeoutMs: 100 });
    fault({ kind: 'slow-answer', ms: 400, times: 1 });
    expect(await failure(hurried.order(access, order))).toMatchObject({ kind: 'unavailable', made: 'unclear', code: 'timeout' });
    expect(account.cases.size).toBe(1);
    await hurried.close();
  });

  it('with an answer of nulls is known by its id', async () => {
    fault({ kind: 'nulls', times: 1 });
    const made = await client.order(access, order);
    expect(account.cases.has(made.id)).toBe(true);
    expect(made).toMatchObject({ status: '', email: null, services: [] });
  });
});

describe('a key', () => {
  it.each([
    ['wrong', { apiKey: 'other', region: 'ca' } as const],
    ['one that no header can carry', { apiKey: 'a\r\nx: y', region: 'ca' } as const],
    ['empty', { apiKey: '', region: 'ca' } as const],
  ])('that is %s is unauthorized, and nothing was made', async (_, wrong) => {
    expect(await failure(client.order(wrong, order))).toMatchObject({ kind: 'unauthorized', made: 'not-made' });
  });

  it('over its rate is rate-limited', async () => {
    account.setLimit({ text: '', perMs: 0, burst: 1, windows: [] });
    await client.groups(access);
    expect(await failure(client.order(access, order))).toMatchObject({
      kind: 'rate-limited',
      made: 'not-made',
      code: 'throttled',
    });
  });

  it('that works reads the groups', async () => {
    expect(await client.groups(access)).toEqual([{ id: account.groups[0]?.id, name: 'Main' }]);
  });
});

describe('a case', () => {
  it('is read with its services, without claims', async () => {
    const made = await client.order(access, order);
    sandbox.world.progress.take(account.cases.get(made.id)!, { action: 'submit' });
    sandbox.world.progress.take(account.cases.get(made.id)!, { action: 'complete-service' });
    const read = await client.case(access, made.id);
    expect(read.status).toBe('IN_PROGRESS');
    expect(read.services.map(({ status }) => status)).toEqual(['COMPLETE', 'IN_PROGRESS']);
    expect(read.modifiedMs).toBeGreaterThanOrEqual(read.createdMs ?? Infinity);
    expect(JSON.stringify(read)).not.toMatch(/claim/i);
  });

  it('of another account is not found', async () => {
    const other = sandbox.world.addCertnAccount('two', 'Two');
    other.addKey('b-key');
    const made = await client.order({ ...access, apiKey: 'b-key' }, order);
    expect(await failure(client.case(access, made.id))).toMatchObject({ kind: 'not-found' });
  });

  it.each(['html', 'empty', 'truncated', 'unreadable', 'huge'] as const)(
    'throws unavailable when the answer is %s',
    async (kind) => {
      const made = await client.order(access, order);
      fault({ kind });
      expect(await failure(client.case(access, made.id))).toMatchObject({ kind: 'unavailable' });
    },
  );
});

describe('a search for cases', () => {
  it('finds those of an e-mail in any case, since a time, and no others', async () => {
    const made = await client.order(access, order);
    await client.order(access, { ...order, email: 'bo@example.com' });
    expect((await client.cases(access, { email: 'ADA+1@example.com' })).map(({ id }) => id)).toEqual([made.id]);
    expect(await client.cases(access, { email: order.email, createdAfterMs: Date.now() + 60_000 })).toEqual([]);
    expect(await client.cases(access, { email: order.email, createdBeforeMs: Date.now() - 60_000 })).toEqual([]);
  });

  it('reads to the last page, and takes a token before each', async () => {
    for (let index = 0; index < 25; index += 1) await client.order(access, { ...order, email: `a${index}@example.com` });
    let tokens = 0;
    const beforePage = (): Promise<void> => Promise.resolve(void (tokens += 1));
    const found = await client.cases(access, { pageSize: 10, beforePage });
    expect(new Set(found.map(({ id }) => id)).size).toBe(25);
    expect(tokens).toBe(3);
  });

  it('can be read page by page', async () => {
    for (let index = 0; index < 3; index += 1) await client.order(access, order);
    const first = await client.casePage(access, {}, 1, 2);
    expect(first).toMatchObject({ next: 2 });
    expect(await client.casePage(access, {}, 2, 2)).toMatchObject({ next: null, items: [expect.anything()] });
  });

  it('finds nothing that Certn does not list yet', async () => {
    account.searchLagMs = 60_000;
    await client.order(access, order);
    expect(await client.cases(access, { email: order.email })).toEqual([]);
  });

  it('that does not end within its pages throws, since what is missing is not known', async () => {
    for (let index = 0; index < 5; index += 1) await client.order(access, order);
    const ask = client.cases(access, { email: order.email, pageSize: 2, maxPages: 2 });
    expect(await failure(ask)).toMatchObject({ kind: 'rejected', code: 'page-limit' });
  });

  it.each(['html', 'empty', 'unreadable', 'truncated', 'huge'] as const)(
    'throws when the answer is %s, and is not taken for none',
    async (kind) => {
      fault({ kind });
      expect(await failure(client.cases(access, { email: order.email }))).toMatchObject({ kind: 'unavailable' });
    },
  );

  it('by e-mail throws when a case does not tell its e-mail; without one it is listed', async () => {
    await client.order(access, order);
    fault({ kind: 'nulls' });
    expect(await failure(client.cases(access, { email: order.email }))).toMatchObject({
      kind: 'unavailable',
      code: 'unreadable',
    });
    expect(await client.cases(access)).toMatchObject([{ email: null }]);
  });
});

describe('a server that pages in a way of its own', () => {
  let server: Server;
  let calls = 0;
  let answer: (page: number) => unknown;

  beforeAll(async () => {
    server = createServer((request, response) => {
      calls += 1;
      const page = Number(new URL(request.url ?? '', 'http://x').searchParams.get('page'));
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer(page)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => (calls = 0));

  async function withServer<Result>(use: (other: CertnClient) => Promise<Result>): Promise<Result> {
    const other = new CertnClient({
      urlOverride: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      timeoutMs: 2_000,
    });
    return use(other).finally(() => other.close());
  }

  it('and ignores the page is noticed, and not asked for ever', async () => {
    answer = () => ({ pagination: { page_count: 5 }, results: [{ id: 'a' }] });
    expect(await withServer((other) => failure(other.cases(access)))).toMatchObject({ code: 'paging-ignored' });
    expect(calls).toBe(2);
  });

  it('and tells the next page by its address is followed', async () => {
    answer = (page) => ({
      pagination: { next_page: page < 3 ? `https://x/?page=${page + 1}` : null },
      results: [{ id: `c-${page}` }],
    });
    expect(await withServer((other) => other.cases(access))).toHaveLength(3);
  });

  it('and sends nothing of pages is read once', async () => {
    answer = () => ({ results: [{ id: 'a' }, null, {}] });
    expect(await withServer((other) => other.cases(access))).toHaveLength(1);
    expect(calls).toBe(1);
  });
});

describe('a report', () => {
  it('is asked for, is not ready at once, and then has an address that gives a PDF', async () => {
    account.reportMs = 100;
    const made = await client.order(access, order);
    const { fileId } = await client.generateReport(access, made.id);
    expect(await client.reportFile(access, fileId)).toEqual({ status: 'IN_PROGRESS' });
    await new Promise((resolve) => setTimeout(resolve, 150));
    const ready = await client.reportFile(access, fileId);
    expect(ready.status).toBe('COMPLETE');
    const pdf = Buffer.from(await (await fetch(ready.pdfUrl ?? '')).arrayBuffer()).toString('latin1');
    expect(pdf).toMatch(/^%PDF-1\.4\n[\s\S]*%%EOF\n$/);
  });

  it('may fail', async () => {
    Object.assign(account, { reportMs: 0, reportsFail: true });
    const made = await client.order(access, order);
    const { fileId } = await client.generateReport(access, made.id);
    expect(await client.reportFile(access, fileId)).toEqual({ status: 'FAILED' });
  });

  it.each(['html', 'empty', 'truncated', 'huge'] as const)(
    'throws unavailable when the answer to asking for it, or for its state, is %s',
    async (kind) => {
      const made = await client.order(access, order);
      const { fileId } = await client.generateReport(access, made.id);
      fault({ kind, times: 2 });
      expect(await failure(client.generateReport(access, made.id))).toMatchObject({ kind: 'unavailable' });
      expect(await failure(client.reportFile(access, fileId))).toMatchObject({ kind: 'unavailable' });
    },
  );

  it('whose answer lacks an id is not taken for one', async () => {
    const made = await client.order(access, order);
    fault({ kind: 'unreadable' });
    expect(await failure(client.generateReport(access, made.id))).toMatchObject({ kind: 'unavailable', code: 'unreadable' });
  });

  it.each(['nulls', 'unreadable'] as const)('whose state says nothing (%s) is one that is not ready', async (kind) => {
    const made = await client.order(access, order);
    const { fileId } = await client.generateReport(access, made.id);
    fault({ kind });
    expect(await client.reportFile(access, fileId)).toEqual({ status: '' });
  });
});

describe('regions', () => {
  it('have a host each, over HTTPS', () => {
    for (const [region, host] of Object.entries(CERTN_HOSTS)) expect(host).toBe(`https://api.${region}.certn.co`);
  });
});
