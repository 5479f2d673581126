import { request, type ClientRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SpecCaller, SpecConsole } from '../console.fixture';

/** One event that arrived. */
export interface SpecEvent {
  event: string;
  id: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs look into events as they like
  data: any;
}

/** A page that follows a team, over a real connection. */
export class SpecStream {
  readonly events: SpecEvent[] = [];
  status = 0;
  headers: IncomingHttpHeaders = {};
  text = '';
  ended = false;
  private wake: () => void = () => undefined;

  private constructor(private readonly asked: ClientRequest) {}

  /** Resolves when the answer has begun. The console must listen. */
  static open(console: SpecConsole, caller: SpecCaller, path: string, headers: Record<string, string> = {}): Promise<SpecStream> {
    const { port } = console.app.getHttpServer().address() as AddressInfo;
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, agent: false, headers: { ...caller.headers, ...headers } });
      const stream = new SpecStream(asked);
      asked.on('error', (error) => (stream.status === 0 ? reject(error) : stream.over()));
      asked.on('response', (response) => {
        stream.status = response.statusCode!;
        stream.headers = response.headers;
        response.setEncoding('utf8');
        response.on('data', (text: string) => stream.take(text));
        response.on('close', () => stream.over());
        resolve(stream);
      });
      asked.end();
    });
  }

  /** Events of a kind. */
  of(kind: string): SpecEvent[] {
    return this.events.filter(({ event }) => event === kind);
  }

  /** Resolves with how long it took. @throws Error when it is not so within the time */
  async until(isSo: (stream: this) => boolean, withinMs = 2000): Promise<number> {
    const beganMs = performance.now();
    while (!isSo(this)) {
      const leftMs = beganMs + withinMs - performance.now();
      if (leftMs <= 0) throw new Error(`not within ${withinMs} ms; heard: ${JSON.stringify(this.events)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.wake = () => (clearTimeout(timer), resolve());
      });
    }
    return performance.now() - beganMs;
  }

  close(): void {
    this.asked.destroy();
  }

  private take(text: string): void {
    this.text += text;
    const parts = this.text.split('\n\n');
    this.text = parts.pop()!;
    for (const part of parts) {
      const fields = Object.fromEntries(
        part.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
      );
      if (fields.event)
        this.events.push({ event: fields.event, id: fields.id ?? '', data: JSON.parse(fields.data ?? 'null') as unknown });
    }
    this.wake();
  }

  private over(): void {
    this.ended = true;
    this.wake();
  }
}
