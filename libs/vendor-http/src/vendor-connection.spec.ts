import type { Socket } from 'node:net';
import { trace } from '@opentelemetry/api';
import { http, ScriptedServer } from './scripted-server.fixture';
import { VendorPool, type VendorRequest } from './vendor-connection';
import { VendorError } from './vendor-error';

const SECRETS = ['s3cret-key', 'someone@example.com', 'body-text', 'query-value'];
const TIMEOUT_MS = 400;

const order: VendorRequest = {
  method: 'POST',
  route: '/things/:id',
  path: '/things/42?email=someone%40example.com&q=query-value',
  authorization: 'Basic s3cret-key',
  body: { email: 'someone@example.com', note: 'body-text' },
};

let server: ScriptedServer | undefined;
let pool: VendorPool | undefined;

afterEach(async () => {
  await pool?.close();
  await server?.stop();
  server = undefined;
  pool = undefined;
});

const errorCode = (body: unknown): string | undefined => (body as { code?: string } | undefined)?.code;

function poolTo(origin: string, options: { connections?: number; maxAnswerBytes?: number; timeoutMs?: number } = {}): VendorPool {
  pool = new VendorPool('lever', { origin, timeoutMs: TIMEOUT_MS, errorCode, ...options });
  return pool;
}

async function serve(answer: (socket: Socket, request: string) => void): Promise<VendorPool> {
  server = await ScriptedServer.start(answer);
  return poolTo(server.origin);
}

async function failure(call: Promise<unknown>): Promise<VendorError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(VendorError);
  return error as VendorError;
}

/** Everything that a log line could show of an error. */
function shown(error: VendorError): string {
  const cause = error.cause as Error | undefined;
  return [error.message, error.stack, JSON.stringify(error), cause?.message, JSON.stringify(cause)].join('\n');
}

describe('a good answer', () => {
  it('gives its JSON, its status and the clock of the vendor', async () => {
    const calls = await serve((socket) => socket.write(http(201, '{"id":"a"}', { date: 'Tue, 14 Nov 2023 22:13:20 GMT' })));
    await expect(calls.call(order)).resolves.toEqual({ status: 201, body: { id: 'a' }, dateMs: 1700000000000 });
  });

  it('may be empty, and may come without a clock', async () => {
    const calls = await serve((socket) => socket.write('HTTP/1.1 204 x\r\n\r\n'));
    await expect(calls.call(order)).resolves.toEqual({ status: 204, body: undefined, dateMs: null });
  });

  it('may be cut anywhere on the wire, also within a character', async () => {
    const bytes = Buffer.from(http(200, '{"name":"é"}'));
    const calls = await serve((socket) => {
      const cut = bytes.length - 3;
      socket.write(bytes.subarray(0, cut));
      setTimeout(() => socket.write(bytes.subarray(cut)), 20);
    });
    await expect(calls.call(order)).resolves.toMatchObject({ body: { name: 'é' } });
  });

  it('may be preceded by an interim one', async () => {
    const calls = await serve((socket) => socket.write(`HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${http(200, '{"id":1}')}`));
    await expect(calls.call(order)).resolves.toMatchObject({ status: 200, body: { id: 1 } });
  });

  it('is asked for with the JSON, the key and nothing else of ours, on kept connections', async () => {
    const calls = await serve((socket) => socket.write(http(200, '{}')));
    for (let call = 0; call < 10; call += 1) await calls.call(order);
    expect(server?.connections).toBeLessThanOrEqual(2);
    expect(server?.requests).toHaveLength(10);
    const [request = ''] = server?.requests ?? [];
    expect(request.split('\r\n')[0]).toBe('POST /things/42?email=someone%40example.com&q=query-value HTTP/1.1');
    expect(request).toContain('authorization: Basic s3cret-key');
    expect(request).toContain('{"email":"someone@example.com","note":"body-text"}');
    expect(request.toLowerCase()).not.toContain('traceparent');
  });
});

describe('an answer that refuses', () => {
  it.each([
    [301, 'unavailable', 'unclear'],
    [400, 'rejected', 'not-made'],
    [401, 'unauthorized', 'not-made'],
    [403, 'forbidden', 'not-made'],
    [404, 'not-found', 'not-made'],
    [405, 'rejected', 'unclear'],
    [408, 'unavailable', 'unclear'],
    [409, 'rejected', 'unclear'],
    [410, 'not-found', 'unclear'],
    [413, 'rejected', 'unclear'],
    [422, 'rejected', 'not-made'],
    [429, 'rate-limited', 'not-made'],
    [500, 'unavailable', 'unclear'],
    [502, 'unavailable', 'unclear'],
    [503, 'unavailable', 'unclear'],
    [504, 'unavailable', 'unclear'],
  ])('with %i is %s, and what was asked is %s', async (status, kind, made) => {
    const calls = await serve((socket) => socket.write(http(status, '{"code":"Word","message":"about someone@example.com"}')));
    const error = await failure(calls.call(order));
    expect(error).toMatchObject({ vendor: 'lever', route: 'POST /things/:id', status, kind, made, code: 'Word' });
    expect(server?.requests).toHaveLength(1);
  });

  it('is judged by its status alone where the body is a page', async () => {
    const calls = await serve((socket) => socket.write(http(502, '<html>body-text</html>', { 'content-type': 'text/html' })));
    expect(await failure(calls.call(order))).toMatchObject({ kind: 'unavailable', status: 502, code: undefined });
  });

  it.each([
    ['seconds', '7', 7_000],
    ['fractions of one', '0.5', 500],
    ['a date', new Date(Date.now() + 60_000).toUTCString(), 60_000],
    ['a date gone by', 'Tue, 14 Nov 2023 22:13:20 GMT', 0],
    ['more than an hour', '999999', 3_600_000],
    ['nonsense', 'soon', undefined],
    ['a negative number', '-5', undefined],
  ])('tells how long to wait in %s', async (_, header, expectedMs) => {
    const calls = await serve((socket) =>
      socket.write(http(429, '{}', { 'retry-after': header, date: new Date().toUTCString() })),
    );
    const { retryAfterMs } = await failure(calls.call(order));
    if (expectedMs === undefined) expect(retryAfterMs).toBeUndefined();
    else expect(Math.abs((retryAfterMs ?? Infinity) - expectedMs)).toBeLessThanOrEqual(2_000);
  });
});

describe('an answer that can not be used', () => {
  const half = http(200, '{"id":"a"}').slice(0, -4);
  const tooLarge = http(200, JSON.stringify({ padding: 'x'.repeat(3 * 1024 * 1024) }));
  it.each<[string, (socket: Socket) => void, string]>([
    ['a web page', (socket) => socket.write(http(200, '<html>body-text</html>')), 'unreadable'],
    ['half a JSON', (socket) => socket.write(http(200, '{"id":"body-text')), 'unreadable'],
    ['over 2 MiB', (socket) => socket.write(tooLarge), 'too-large'],
    ['shorter than it says', (socket) => socket.end(half), 'UND_ERR_SOCKET'],
    [
      'cut within a chunk',
      (socket) => socket.end('HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n20\r\n{"id"'),
      'UND_ERR_SOCKET',
    ],
    ['no HTTP at all', (socket) => socket.end('hello\r\n\r\n'), 'broken'],
    ['all headers', (socket) => socket.write(`HTTP/1.1 200 x\r\nx: ${'y'.repeat(200_000)}\r\n\r\n`), 'UND_ERR_HEADERS_OVERFLOW'],
    ['a closed connection', (socket) => socket.end(), 'UND_ERR_SOCKET'],
    ['a reset', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
    ['silence', () => undefined, 'timeout'],
    ['a body that never ends', (socket) => socket.write(http(200, '{"id":', { 'content-length': '100' })), 'timeout'],
  ])('(%s) leaves it unclear whether it was made, and is not tried again', async (_, answer, code) => {
    const calls = await serve(answer);
    const error = await failure(calls.call(order));
    expect(error).toMatchObject({ kind: 'unavailable', made: 'unclear', code });
    expect(server?.requests).toHaveLength(1);
    for (const secret of SECRETS) expect(shown(error)).not.toContain(secret);
  });

  it('is given up as soon as it is too large', async () => {
    let written = 0;
    const calls = await serve((socket) => {
      socket.write('HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n');
      const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
      const pump = (): void => {
        while (!socket.destroyed && written < 200 * 0x10000 && socket.write(chunk)) written += 0x10000;
      };
      socket.on('drain', pump);
      pump();
    });
    expect(await failure(calls.call(order))).toMatchObject({ code: 'too-large', made: 'unclear' });
    expect(written).toBeLessThan(200 * 0x10000);
  });
});

describe('a call that never reached the vendor', () => {
  it('was not made where nobody listens', async () => {
    const gone = await ScriptedServer.start(() => undefined);
    await gone.stop();
    expect(await failure(poolTo(gone.origin).call(order))).toMatchObject({
      kind: 'unavailable',
      made: 'not-made',
      code: 'ECONNREFUSED',
    });
  });

  it('was not made where the secure connection fails', async () => {
    server = await ScriptedServer.start(() => undefined);
    const error = await failure(poolTo(server.origin.replace('http:', 'https:'), { timeoutMs: 1_500 }).call(order));
    expect(error).toMatchObject({ kind: 'unavailable', made: 'not-made' });
  });

  it('was not made where no connection became free in time, and is not sent later', async () => {
    server = await ScriptedServer.start((socket) => setTimeout(() => socket.write(http(200, '{}')), TIMEOUT_MS / 2));
    const calls = poolTo(server.origin, { connections: 1 });
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => calls.call(order)));
    const made = results.map((result) => (result.status === 'fulfilled' ? 'made' : (result.reason as VendorError).made));
    const sent = server.requests.length;
    expect(made.filter((one) => one !== 'not-made')).toHaveLength(sent);
    expect(made.at(-1)).toBe('not-made');
    await new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS));
    expect(server.requests).toHaveLength(sent);
  });

  it('was not made where it may no longer be sent, which is asked after the wait for a connection', async () => {
    server = await ScriptedServer.start((socket) => setTimeout(() => socket.write(http(200, '{}')), TIMEOUT_MS / 4));
    const calls = poolTo(server.origin, { connections: 1 });
    let late = false;
    const first = calls.call({ ...order, maySend: () => true });
    const second = failure(calls.call({ ...order, maySend: () => !late }));
    await new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS / 16));
    late = true;
    await expect(first).resolves.toMatchObject({ status: 200 });
    expect(await second).toMatchObject({ kind: 'unavailable', made: 'not-made', code: 'too-late' });
    expect(server.requests).toHaveLength(1);
    await expect(calls.call({ ...order, maySend: () => true })).resolves.toMatchObject({ status: 200 });
  });

  it('was not made where a header can not carry the key', async () => {
    const calls = await serve((socket) => socket.write(http(200, '{}')));
    const error = await failure(calls.call({ ...order, authorization: 'Basic s3cret-key\r\nx: y' }));
    expect(error).toMatchObject({ made: 'not-made' });
    expect(shown(error)).not.toContain('s3cret-key');
    expect(server?.requests).toHaveLength(0);
  });
});

describe('a trace', () => {
  it('shows route and status, and nothing of the path, the query or the body', async () => {
    const spans: { name: string; attributes: Record<string, unknown>; ended: boolean }[] = [];
    const startSpan = (name: string): unknown => {
      const span = { name, attributes: {} as Record<string, unknown>, ended: false };
      spans.push(span);
      return {
        isRecording: () => true,
        setAttributes: (more: object) => Object.assign(span.attributes, more),
        setAttribute: (key: string, value: unknown) => (span.attributes[key] = value),
        setStatus: () => undefined,
        end: () => (span.ended = true),
      };
    };
    trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) } as never);
    try {
      const calls = await serve((socket) => socket.write(http(404, '{"code":"body-text"}')));
      await failure(calls.call(order));
      expect(spans).toEqual([
        {
          name: 'lever POST /things/:id',
          attributes: {
            'http.request.method': 'POST',
            'http.route': '/things/:id',
            'peer.service': 'lever',
            'http.response.status_code': 404,
          },
          ended: true,
        },
      ]);
    } finally {
      trace.disable();
    }
  });
});
