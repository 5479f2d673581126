import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An opportunity as the stand-in for Lever has it. */
export interface FakeOpportunity {
  id: string;
  stage: string;
  stageChanges: { toStageId: string; updatedAt: number }[];
}

const PAGE_ROWS = 100;

/** Small stand-ins for Lever and Certn on one port: what a spec says they answer. */
export class FakeVendors {
  leverKeys = new Map<string, 'ok' | 'unauthorized' | 'no-stages' | 'no-opportunities' | 'no-tags'>();
  certnKeys = new Map<string, 'ok' | 'unauthorized' | 'forbidden'>();
  stages = [
    { id: 'stage-new', text: 'New applicant' },
    { id: 'stage-check', text: 'Background Check' },
    { id: 'stage-dup-1', text: 'Twice' },
    { id: 'stage-dup-2', text: 'twice ' },
  ];
  opportunities: FakeOpportunity[] = [];
  /** Ids of cases each key can read. */
  cases = new Map<string, string[]>();
  report: { status: string; pdf_url?: string } = { status: 'IN_PROGRESS' };
  reportsAsked = 0;
  /** Everything is answered with this, where set. */
  broken: number | undefined;
  /** Lever's clock. */
  clockMs: number | undefined;
  readonly asked: string[] = [];
  private readonly server: Server = createServer((request, response) => this.answer(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://vendor');
    this.asked.push(`${request.method} ${url.pathname}`);
    if (this.clockMs !== undefined) response.setHeader('date', new Date(this.clockMs).toUTCString());
    const { status, body } = this.broken ? { status: this.broken, body: {} } : this.route(request, url);
    response.statusCode = status;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  }

  private route(request: IncomingMessage, url: URL): { status: number; body: unknown } {
    return url.pathname.startsWith('/v1') ? this.lever(request, url) : this.certn(request, url);
  }

  private lever(request: IncomingMessage, url: URL): { status: number; body: unknown } {
    const key = Buffer.from((request.headers.authorization ?? '').slice('Basic '.length), 'base64')
      .toString()
      .replace(/:$/, '');
    const may = this.leverKeys.get(key);
    if (may === undefined || may === 'unauthorized') return { status: 401, body: { code: 'UnauthorizedError' } };
    const path = url.pathname.slice('/v1'.length);
    const offset = Number(url.searchParams.get('offset') ?? 0);
    if (path === '/stages') return may === 'no-stages' ? { status: 403, body: {} } : page(this.stages, offset);
    if (may === 'no-tags' && path.endsWith('/addTags')) return { status: 403, body: {} };
    if (may === 'no-opportunities') return { status: 403, body: {} };
    if (path === '/opportunities') {
      const since = Number(url.searchParams.get('advanced_at_start') ?? 0);
      const inStage = this.opportunities.filter(({ stage }) => stage === url.searchParams.get('stage_id'));
      const found = inStage.filter(({ stageChanges }) => stageChanges.some(({ updatedAt }) => updatedAt >= since));
      return page(found, offset);
    }
    const found = this.opportunities.find(({ id }) => path === `/opportunities/${id}`);
    return found ? { status: 200, body: { data: found } } : { status: 404, body: { code: 'ResourceNotFound' } };
  }

  private certn(request: IncomingMessage, url: URL): { status: number; body: unknown } {
    const key = (request.headers.authorization ?? '').slice('Api-Key '.length);
    const may = this.certnKeys.get(key);
    if (may === undefined || may === 'unauthorized') return { status: 401, body: { type: 'client_error', errors: [] } };
    if (may === 'forbidden') return { status: 403, body: { type: 'client_error', errors: [] } };
    const path = url.pathname.slice('/api/public'.length);
    if (path === '/cases/') return { status: 200, body: { pagination: { page_count: 1 }, results: [] } };
    if (path.endsWith('/generate-report/')) {
      this.reportsAsked += 1;
      return { status: 200, body: { case_report_file_id: `file-${this.reportsAsked}` } };
    }
    if (path.startsWith('/cases/report-files/')) return { status: 200, body: this.report };
    const id = path.replace(/^\/cases\/|\/$/g, '');
    return (this.cases.get(key) ?? []).includes(id)
      ? { status: 200, body: { id, overall_status: 'IN_PROGRESS' } }
      : { status: 404, body: { type: 'client_error', errors: [] } };
  }
}

/** As Lever pages: a hundred at once, and where the next begin. */
function page(data: readonly unknown[], from: number): { status: number; body: unknown } {
  const to = from + PAGE_ROWS;
  const hasNext = to < data.length;
  return { status: 200, body: { data: data.slice(from, to), hasNext, ...(hasNext ? { next: String(to) } : {}) } };
}
