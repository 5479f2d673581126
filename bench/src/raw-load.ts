import { connect, type Socket } from 'node:net';

/** What came back for one request. */
export interface RawAnswer {
  status: number;
  ms: number;
}

/** A whole HTTP/1.1 POST as bytes, so that the generator spends its time on nothing but sending. */
export function rawPost(path: string, body: string, headers: Readonly<Record<string, string>> = {}): Buffer {
  const lines = Object.entries({
    host: 'bench',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  });
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${body}`);
}

/** Sends requests over `connections` keep-alive connections, one at a time on each, as fast as answers come; resolves with all answers. */
export async function fireAll(port: number, requests: readonly Buffer[], connections: number): Promise<RawAnswer[]> {
  const answers: RawAnswer[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    const socket = await opened(port);
    while (next < requests.length) {
      const request = requests[next++]!;
      const startedAt = performance.now();
      const status = await exchange(socket, request);
      answers.push({ status, ms: performance.now() - startedAt });
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: connections }, lane));
  return answers;
}

function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

function exchange(socket: Socket, request: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const headEnd = text.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (text.length < headEnd + 4 + length) return;
      done();
      resolve(Number(text.slice(9, 12)));
    };
    const failed = (): void => {
      done();
      reject(new Error('the connection was closed before the answer came'));
    };
    const done = (): void => {
      socket.off('data', read);
      socket.off('close', failed);
    };
    socket.on('data', read);
    socket.once('close', failed);
    socket.write(request);
  });
}
