import type { FastifyInstance } from 'fastify';
import type { Case, CertnAccount } from './certn-account';
import { readOrder, readPackageOrder, type OrderRefusal } from './certn-order';
import { reportPdf } from './report-pdf';
import { addVendorRoute, type Answer, type Call, type Vendor, type VendorRoute } from '../vendor-route';
import type { World } from '../world';

const PREFIX = '/certn/api/public';
const FILES = '/certn/files';
/** How long a report's address works. */
const PDF_URL_MS = 5 * 60_000;
const DEFAULT_PAGE_SIZE = 10;
const MAX_PAGE_SIZE = 100;

/** CertnCentric's public API under `/certn`, as its documentation and its clients describe it. */
export function addCertnRoutes(app: FastifyInstance, world: World): void {
  const vendor: Vendor<CertnAccount> = {
    name: 'certn',
    prefix: PREFIX,
    admit: (authorization) => {
      const caller = world.certnCaller(authorization);
      if (!caller) return { refused: clientError(401, 'authentication_failed', 'Invalid API key') };
      const account = caller.id;
      if (caller.bucket?.take(Date.now()) === false)
        return { refused: clientError(429, 'throttled', 'Request was throttled.'), account };
      return { caller, account };
    },
  };
  for (const route of routes(world)) addVendorRoute(app, world, vendor, route);
  addFileRoute(app, world);
}

function routes(world: World): VendorRoute<CertnAccount>[] {
  return [
    { method: 'GET', path: '/cases/', perform: listCases },
    {
      method: 'GET',
      path: '/cases/:id/',
      perform: ({ params }, account) => withCase(params, account, (found) => ({ status: 200, json: caseJson(found) })),
    },
    { method: 'POST', path: '/cases/order/', perform: ({ body }, account) => order(world, account, readOrder(body, account)) },
    {
      method: 'POST',
      path: '/cases/order-package/',
      perform: ({ body }, account) => order(world, account, readPackageOrder(body, account)),
    },
    {
      method: 'POST',
      path: '/cases/:id/cancel/',
      perform: ({ params }, account) =>
        withCase(params, account, (found) => {
          world.progress.take(found, { action: 'cancel' });
          return { status: 204 };
        }),
    },
    {
      method: 'POST',
      path: '/cases/:id/generate-report/',
      perform: ({ params }, account) =>
        withCase(params, account, (found) => {
          const file = account.addReport(found);
          setTimeout(() => !file.failed && world.announceReport(found), account.reportMs).unref();
          return { status: 200, json: { case_report_file_id: file.id } };
        }),
    },
    {
      method: 'GET',
      path: '/cases/report-files/:id/',
      perform: ({ params, origin }, account) => {
        const file = account.reports.get(params.id ?? '');
        if (!file) return notFound();
        if (Date.now() < file.readyAtMs) return { status: 200, json: { id: file.id, status: 'IN_PROGRESS', pdf_url: null } };
        if (file.failed) return { status: 200, json: { id: file.id, status: 'FAILED', pdf_url: null } };
        const until = Date.now() + PDF_URL_MS;
        return {
          status: 200,
          json: { id: file.id, status: 'COMPLETE', pdf_url: `${origin}${FILES}/${account.id}/${file.id}.pdf?until=${until}` },
        };
      },
    },
    {
      method: 'GET',
      path: '/groups/',
      perform: ({ query }, account) => {
        const groups = account.groups.map(({ id, name }) => ({
          id,
          short_id: id.slice(0, 8),
          parent_id: null,
          name,
          is_active: true,
        }));
        return page(groups, query);
      },
    },
  ];
}

/** The address a finished report is read from: no key, but a time after which it is gone. */
function addFileRoute(app: FastifyInstance, world: World): void {
  app.get(`${FILES}/:account/:file`, (request, reply) => {
    const { account, file } = request.params as { account: string; file: string };
    const { until } = request.query as { until?: string };
    const report = world.certnAccounts.get(account)?.reports.get(file.replace(/\.pdf$/, ''));
    if (!report) return reply.code(404).send('no such report');
    if (Date.now() > Number(until ?? 0)) return reply.code(403).send('this address has expired');
    return reply.type('application/pdf').header('cache-control', 'no-store').send(reportPdf(report.case));
  });
}

function order(world: World, account: CertnAccount, wanted: OrderRefusal | Parameters<CertnAccount['order']>[0]): Answer {
  if ('refused' in wanted) return { status: 400, json: { type: 'validation_error', errors: [wanted.refused] } };
  const made = account.order(wanted);
  const answer = { status: 201, json: caseJson(made) };
  if (wanted.invite) world.begin(made);
  return answer;
}

function listCases({ query }: Call, account: CertnAccount): Answer {
  const asked = (name: string): string | undefined => (typeof query[name] === 'string' ? query[name] : undefined);
  const [email, status] = [asked('email_address'), asked('overall_status')];
  const after = timeOf(asked('order_timeframe_after'), -Infinity);
  const before = timeOf(asked('order_timeframe_before'), Infinity);
  if (Number.isNaN(after) || Number.isNaN(before)) {
    const attr = Number.isNaN(after) ? 'order_timeframe_after' : 'order_timeframe_before';
    return {
      status: 400,
      json: { type: 'validation_error', errors: [{ code: 'invalid', detail: 'Enter a valid date/time.', attr }] },
    };
  }
  const hiddenSince = Date.now() - account.searchLagMs;
  const all = email === undefined ? [...account.cases.values()] : (account.byEmail.get(email.toLowerCase()) ?? []);
  const found = all.filter(
    (one) =>
      one.createdMs >= after &&
      one.createdMs <= before &&
      (account.searchLagMs === 0 || one.createdMs <= hiddenSince) &&
      (status === undefined || one.status === status),
  );
  return page(found.reverse(), query, caseJson);
}

function timeOf(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : Date.parse(text);
}

/** Certn's page of a list. */
function page<Item>(items: readonly Item[], query: Call['query'], toJson: (item: Item) => unknown = (item) => item): Answer {
  const current = Number(query.page ?? 1);
  const size = Math.min(Number(query.page_size ?? DEFAULT_PAGE_SIZE), MAX_PAGE_SIZE);
  const count = Math.max(1, Math.ceil(items.length / size));
  if (!Number.isInteger(current) || current < 1 || current > count || !(size >= 1)) return notFound('Invalid page.');
  const results = items.slice((current - 1) * size, current * size).map(toJson);
  const pagination = {
    result_count: items.length,
    page_count: count,
    page_size: size,
    current_page: current,
    next_page: current < count ? current + 1 : null,
    previous_page: current > 1 ? current - 1 : null,
  };
  return { status: 200, json: { pagination, results } };
}

/** A case as Certn sends it, claims and all: they are invented, and must never be found in anything of ours. */
export function caseJson(one: Case): object {
  return {
    id: one.id,
    short_id: one.shortId,
    created: new Date(one.createdMs).toISOString(),
    modified: new Date(one.modifiedMs).toISOString(),
    overall_status: one.status,
    overall_score: one.score,
    email_address: one.email,
    input_claims: { name: { given_name: 'Claimed', family_name: 'Example', type: 'LEGAL' }, date_of_birth: '1990-01-01' },
    check_types_with_arguments: one.checkTypes,
    group: one.group,
    ...(one.account.tellPackage ? { package: one.packageId } : {}),
    tags: [],
    invite_link: null,
    checks: one.checks.map((check) => ({
      id: check.id,
      short_id: check.shortId,
      type: check.type,
      status: check.status,
      score: check.score,
      sub_score: null,
      adjudication_score: null,
      adjudication_sub_score: null,
      output_claims: check.status === 'COMPLETE' ? { note: 'Claimed result' } : null,
    })),
  };
}

function withCase(params: Call['params'], account: CertnAccount, use: (found: Case) => Answer): Answer {
  const found = account.cases.get(params.id ?? '');
  return found ? use(found) : notFound();
}

function notFound(detail = 'Not found.'): Answer {
  return clientError(404, 'not_found', detail);
}

/** Certn's error envelope. */
export function clientError(status: number, code: string, detail: string): Answer {
  return { status, json: { type: 'client_error', errors: [{ code, detail, attr: null }] } };
}
