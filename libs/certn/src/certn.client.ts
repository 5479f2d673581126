import { codeOf, fieldsOf, idOf, listOf, textOf } from '@lever-certn/vendor-http/loose-fields';
import { unreadable, VendorPool, type VendorAnswer } from '@lever-certn/vendor-http/vendor-connection';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import { readCase, type CertnCase } from './certn-case';

/** Certn's hosts; data and keys stay in their region. */
export const CERTN_HOSTS = {
  ca: 'https://api.ca.certn.co',
  uk: 'https://api.uk.certn.co',
  au: 'https://api.au.certn.co',
  sandbox: 'https://api.sandbox.certn.co',
} as const;
export type CertnHost = keyof typeof CERTN_HOSTS;

const PAGE_SIZE = 100;
/** Pages read of one list, unless the caller says otherwise. */
export const MAX_PAGES = 100;
/** The code of a list that did not end within its page limit. */
export const PAGE_LIMIT = 'page-limit';
/** The code of a list whose next page is the same again: it can't be read to its end. */
export const PAGING_IGNORED = 'paging-ignored';
/** Characters that an HTTP header can carry; a key with others can't be sent at all. */
const SENDABLE_KEY = /^[\x21-\x7e]+$/;

/** Whose Certn account is meant. */
export interface CertnAccess {
  apiKey: string;
  region: CertnHost;
}

/** What to order: check types with their arguments, or a package made in Certn's portal. */
export type CertnPackage =
  { services: readonly { type: string; arguments?: Readonly<Record<string, unknown>> }[] } | { certnPackageId: string };

/** Which cases. */
export interface CaseFilter {
  email?: string;
  /** Only cases ordered since then, epoch milliseconds. */
  createdAfterMs?: number;
  /** Only cases ordered before then, epoch milliseconds. */
  createdBeforeMs?: number;
}

/** One page of cases; `next` is the number of the following page. */
export interface CasePage {
  items: CertnCase[];
  next: number | null;
}

export interface CertnClientOptions {
  /** Overrides the host of every region. */
  urlOverride?: string;
  /** Longest a call may take in all. */
  timeoutMs: number;
  connections?: number;
  maxAnswerBytes?: number;
}

/**
 * CertnCentric's public API, as far as we need it. Every call takes the team's key and region, does one request (lists: one per page), never tries again,
 * and throws {@link VendorError}. An order has no idempotency key: `made` of its error says whether a case may exist.
 */
export class CertnClient {
  private readonly pools = new Map<string, { pool: VendorPool; prefix: string }>();

  constructor(private readonly options: CertnClientOptions) {}

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map(({ pool }) => pool.close()));
  }

  /**
   * Orders; Certn e-mails the applicant. A 2xx whose case can't be read throws with `made: unclear`. `maySend` is asked right before the request is
   * written: where it says no, nothing is sent (`not-made`, code `too-late`).
   */
  async order(access: CertnAccess, order: { email: string; package: CertnPackage }, maySend?: () => boolean): Promise<CertnCase> {
    const invite = { email_address: order.email, send_invite_email: true };
    const wanted = order.package;
    if ('certnPackageId' in wanted) {
      const body = { package: wanted.certnPackageId, ...invite };
      const answer = await this.post(access, '/cases/order-package/', '/cases/order-package/', body, maySend);
      return required(readCase(answer.body), 'POST /cases/order-package/', answer);
    }
    const checks = Object.fromEntries(wanted.services.map((service) => [service.type, service.arguments ?? {}]));
    const body = { ...invite, check_types_with_arguments: checks };
    const answer = await this.post(access, '/cases/order/', '/cases/order/', body, maySend);
    return required(readCase(answer.body), 'POST /cases/order/', answer);
  }

  /** The case as it is now. */
  async case(access: CertnAccess, caseId: string): Promise<CertnCase> {
    const answer = await this.get(access, '/cases/:id/', `/cases/${encodeURIComponent(caseId)}/`);
    return required(readCase(answer.body), 'GET /cases/:id/', answer);
  }

  /** One page of cases, counted from 1. Of a page asked for by e-mail every entry must be readable and name its e-mail, else it throws. */
  async casePage(access: CertnAccess, filter: CaseFilter, page: number, pageSize = PAGE_SIZE): Promise<CasePage> {
    const query = new URLSearchParams();
    if (filter.email !== undefined) query.set('email_address', filter.email);
    if (filter.createdAfterMs !== undefined) query.set('order_timeframe_after', new Date(filter.createdAfterMs).toISOString());
    if (filter.createdBeforeMs !== undefined) query.set('order_timeframe_before', new Date(filter.createdBeforeMs).toISOString());
    query.set('page', String(page));
    query.set('page_size', String(pageSize));
    const answer = await this.get(access, '/cases/', `/cases/?${query.toString()}`);
    const { items, next, unread } = readPage(answer, 'GET /cases/', page, readCase);
    // Who looks for one person's cases decides by what is not there, so an entry that can't be told apart must not be taken for nothing.
    if (filter.email !== undefined && (unread > 0 || items.some(({ email }) => email === null)))
      throw unreadable('certn', 'GET /cases/', answer);
    return { items, next };
  }

  /**
   * All cases of a filter. Throws with code `page-limit` if they do not end within `maxPages`, and `paging-ignored` if Certn sends the same page again, for
   * then nobody can say what is not among them.
   * `beforePage` is awaited before each request, for a caller that must take a token of the rate limit.
   */
  async cases(
    access: CertnAccess,
    filter: CaseFilter & { page?: number; pageSize?: number; maxPages?: number; beforePage?: () => Promise<void> } = {},
  ): Promise<CertnCase[]> {
    const found = new Map<string, CertnCase>();
    let page: number | null = filter.page ?? 1;
    for (let read = 0; page !== null && read < (filter.maxPages ?? MAX_PAGES); read += 1) {
      await filter.beforePage?.();
      const answer: CasePage = await this.casePage(access, filter, page, filter.pageSize);
      const before = found.size;
      for (const item of answer.items) found.set(item.id, item);
      // The names of the paging parameters are inferred: a server that ignores them would send its first page for ever.
      if (read > 0 && found.size === before && answer.items.length > 0) throw listFailure(PAGING_IGNORED);
      page = answer.next;
    }
    if (page !== null) throw listFailure(PAGE_LIMIT);
    return [...found.values()];
  }

  /** Asks for a fresh report; it is ready once `reportFile` says so. */
  async generateReport(access: CertnAccess, caseId: string): Promise<{ fileId: string }> {
    const route = '/cases/:id/generate-report/';
    const answer = await this.post(access, route, `/cases/${encodeURIComponent(caseId)}/generate-report/`, {});
    const fields = fieldsOf(answer.body);
    return { fileId: required(idOf(fields?.case_report_file_id) ?? idOf(fields?.id), `POST ${route}`, answer) };
  }

  /** State of a report; `pdfUrl` is short-lived, open it and do not keep it. */
  async reportFile(access: CertnAccess, fileId: string): Promise<{ status: string; pdfUrl?: string }> {
    const route = '/cases/report-files/:id/';
    const answer = await this.get(access, route, `/cases/report-files/${encodeURIComponent(fileId)}/`);
    const fields = required(fieldsOf(answer.body), `GET ${route}`, answer);
    const pdfUrl = textOf(fields.pdf_url);
    return { status: textOf(fields.status) ?? '', ...(pdfUrl === null ? {} : { pdfUrl }) };
  }

  /** The account's groups: the cheapest read that proves a key. */
  async groups(access: CertnAccess): Promise<{ id: string; name: string }[]> {
    const answer = await this.get(access, '/groups/', `/groups/?page=1&page_size=${PAGE_SIZE}`);
    const read = (json: unknown): { id: string; name: string } | null => {
      const id = idOf(json);
      return id === null ? null : { id, name: textOf(fieldsOf(json)?.name) ?? '' };
    };
    if (Array.isArray(answer.body)) return answer.body.map(read).filter((group) => group !== null);
    return readPage(answer, 'GET /groups/', 1, read).items;
  }

  private get(access: CertnAccess, route: string, path: string): Promise<VendorAnswer> {
    return this.call('GET', access, route, path);
  }

  private post(access: CertnAccess, route: string, path: string, body: object, maySend?: () => boolean): Promise<VendorAnswer> {
    return this.call('POST', access, route, path, body, maySend);
  }

  private async call(
    method: 'GET' | 'POST',
    { apiKey, region }: CertnAccess,
    route: string,
    path: string,
    body?: object,
    maySend?: () => boolean,
  ): Promise<VendorAnswer> {
    if (!SENDABLE_KEY.test(apiKey))
      throw new VendorError({
        vendor: 'certn',
        route: `${method} ${route}`,
        kind: 'unauthorized',
        made: 'not-made',
        code: 'malformed-key',
      });
    const { pool, prefix } = this.poolOf(this.options.urlOverride ?? CERTN_HOSTS[region]);
    return pool.call({ method, route, path: `${prefix}/api/public${path}`, authorization: `Api-Key ${apiKey}`, body, maySend });
  }

  private poolOf(host: string): { pool: VendorPool; prefix: string } {
    let known = this.pools.get(host);
    if (!known) {
      const url = new URL(host);
      const { timeoutMs, connections, maxAnswerBytes } = this.options;
      const pool = new VendorPool('certn', { origin: url.origin, timeoutMs, errorCode, connections, maxAnswerBytes });
      known = { pool, prefix: url.pathname.replace(/\/+$/, '') };
      this.pools.set(host, known);
    }
    return known;
  }
}

/** Certn's page: `{pagination, results}`. Whether more follows is told by `next_page` (a number or an address) or by the page count. */
function readPage<Item>(
  answer: VendorAnswer,
  route: string,
  page: number,
  read: (json: unknown) => Item | null,
): { items: Item[]; next: number | null; unread: number } {
  const body = fieldsOf(answer.body);
  if (!body || !Array.isArray(body.results)) throw unreadable('certn', route, answer);
  const items = listOf(body.results)
    .map(read)
    .filter((item): item is Item & {} => item !== null);
  const { next_page: next, page_count: count } = fieldsOf(body.pagination) ?? {};
  const more = typeof count === 'number' ? page < count : next !== null && next !== undefined && next !== false;
  return { items, next: more ? page + 1 : null, unread: body.results.length - items.length };
}

function required<Value>(value: Value | null, route: string, answer: VendorAnswer): Value {
  if (value === null) throw unreadable('certn', route, answer);
  return value;
}

function listFailure(code: string): VendorError {
  return new VendorError({ vendor: 'certn', route: 'GET /cases/', kind: 'rejected', made: 'not-made', code });
}

/** Certn's `{type, errors: [{code, detail, attr}]}` as `field:code`, at most three; details may quote what was sent and are left out. */
function errorCode(body: unknown): string | undefined {
  const fields = fieldsOf(body);
  const codes = listOf(fields?.errors)
    .slice(0, 3)
    .map((error) => {
      const code = codeOf(fieldsOf(error)?.code);
      const attr = codeOf(fieldsOf(error)?.attr);
      return attr && code ? `${attr}:${code}` : code;
    })
    .filter((code) => code !== undefined);
  return codes.length > 0 ? codes.join(',') : codeOf(fields?.type);
}
