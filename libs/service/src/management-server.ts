import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

/** Whether a service can do its work now, and if not, why. Reasons are words for operators and hold no data. */
export interface Readiness {
  ok: boolean;
  reasons: string[];
}

/** What the management server asks. */
export interface Health {
  live(): Readiness;
  ready(): Promise<Readiness>;
  started(): Readiness;
}

const READY_TIMEOUT_MS = 2000;
const REQUEST_TIMEOUT_MS = 5000;

/** `/health/live`, `/health/ready`, `/health/startup` and `/metrics` on a port of their own. */
export class ManagementServer {
  private readonly server: Server;

  constructor(
    private readonly health: Health,
    private readonly registry: Registry,
  ) {
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.requestTimeout = REQUEST_TIMEOUT_MS;
    this.server.headersTimeout = REQUEST_TIMEOUT_MS;
    this.server.maxConnections = 64;
  }

  /** Opens the port and resolves with it. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  /** Closes the port and what is open on it. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/'] = (request.url ?? '/').split('?');
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, { ok: false, reasons: ['only GET'] });
    switch (path) {
      case '/health/live':
        return sendReadiness(response, this.health.live());
      case '/health/startup':
        return sendReadiness(response, this.health.started());
      case '/health/ready':
        return sendReadiness(response, await inTime(this.health.ready()));
      case '/metrics':
        response.writeHead(200, { 'content-type': this.registry.contentType });
        response.end(await this.registry.metrics());
        return;
      default:
        return send(response, 404, { ok: false, reasons: ['no such page'] });
    }
  }
}

async function inTime(readiness: Promise<Readiness>): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Readiness>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, reasons: [`no answer within ${READY_TIMEOUT_MS} ms`] }), READY_TIMEOUT_MS);
  });
  try {
    return await Promise.race([readiness.catch(() => ({ ok: false, reasons: ['the check itself failed'] })), late]);
  } finally {
    clearTimeout(timer);
  }
}

function sendReadiness(response: ServerResponse, readiness: Readiness): void {
  send(response, readiness.ok ? 200 : 503, readiness);
}

function send(response: ServerResponse, status: number, body: Readiness): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
