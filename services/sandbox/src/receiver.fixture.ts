import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { challengeAnswer } from '@lever-certn/certn/certn-challenge';

/** One webhook as it came. */
export interface Received {
  body: string;
  json: Record<string, unknown>;
  signature: string | undefined;
}

/** Takes webhooks as an integration would, and answers with what a test wants. */
export class Receiver {
  readonly received: Received[] = [];
  /** Statuses of the next answers; 202 when there are none left. */
  statuses: number[] = [];
  /** Whether Certn's challenge is answered as demanded. */
  challenge: 'right' | 'wrong-body' | 'no-nosniff' | 'json' | 'refused' = 'right';

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new Receiver(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`);
    server.on('request', (request, response) => {
      if (request.method === 'GET') return receiver.answerChallenge(request.url ?? '', response);
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const signature = request.headers['x-signature'] as string | undefined;
        receiver.received.push({ body, json: JSON.parse(body) as Record<string, unknown>, signature });
        response.writeHead(receiver.statuses.shift() ?? 202).end();
      });
    });
    return receiver;
  }

  /** Waits until so many came; what is still on its way after 5 s will not come. */
  async until(count: number): Promise<Received[]> {
    for (let waitedMs = 0; this.received.length < count && waitedMs < 5_000; waitedMs += 10)
      await new Promise((next) => setTimeout(next, 10));
    return this.received;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private answerChallenge(url: string, response: import('node:http').ServerResponse): void {
    const query = Object.fromEntries(new URL(url, 'http://x').searchParams);
    const answer = challengeAnswer(query) ?? '';
    if (this.challenge === 'refused') return void response.writeHead(400).end();
    const headers: Record<string, string> = { 'content-type': this.challenge === 'json' ? 'application/json' : 'text/plain' };
    if (this.challenge !== 'no-nosniff') headers['x-content-type-options'] = 'nosniff';
    response.writeHead(200, headers).end(this.challenge === 'wrong-body' ? 'x' : answer);
  }
}
