import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A server that speaks whatever bytes a test wants, and tells what came. */
export class ScriptedServer {
  /** Requests seen, as their raw text. */
  readonly requests: string[] = [];
  connections = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  /** `answer` gets the socket and the request's text once all of it is there. */
  static async start(answer: (socket: Socket, request: string) => void): Promise<ScriptedServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const scripted = new ScriptedServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', (socket) => scripted.serve(socket, answer));
    return scripted;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket, answer: (socket: Socket, request: string) => void): void {
    this.connections += 1;
    this.sockets.add(socket);
    let text = '';
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (text.length < head + 4 + length) return;
      const request = text;
      text = '';
      this.requests.push(request);
      answer(socket, request);
    });
  }
}

/** A whole HTTP answer as text. */
export function http(status: number, body: string, headers: Record<string, string> = {}): string {
  const all: Record<string, string> = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} x\r\n${lines.join('')}\r\n${body}`;
}
