import { spawn, type ChildProcess } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { EXIT } from './run-service';

const root = path.join(__dirname, '..', '..', '..');
const SEALING_KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const PLANTED = 'jane@example.com';

interface Line {
  level: string;
  message?: string;
  [field: string]: unknown;
}

/** A process of the fixture and everything it wrote. */
class Run {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  text = '';
  private readonly waiting: (() => void)[] = [];

  constructor(environment: Record<string, string>) {
    this.child = spawn(
      process.execPath,
      [
        '-C',
        '@lever-certn/source',
        '-r',
        path.join(root, 'tools/swc-register.cjs'),
        path.join(__dirname, 'run-service.fixture.ts'),
      ],
      {
        env: { PATH: process.env.PATH, HOST: '127.0.0.1', MANAGEMENT_PORT: '0', SEALING_KEYS, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const read = (chunk: Buffer): void => {
      this.text += chunk.toString();
      for (const wake of this.waiting.splice(0)) wake();
    };
    this.child.stdout!.on('data', read);
    this.child.stderr!.on('data', read);
    this.ended = new Promise((resolve) => this.child.once('close', (code) => resolve(code)));
  }

  lines(): Line[] {
    return this.text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line);
  }

  async line(message: string): Promise<Line> {
    for (;;) {
      const found = this.lines().find((line) => line.message === message);
      if (found) return found;
      await Promise.race([
        new Promise<void>((resolve) => this.waiting.push(resolve)),
        this.ended.then((code) => Promise.reject(new Error(`ended with ${code}: ${this.text}`))),
      ]);
    }
  }
}

const runs: Run[] = [];
function run(environment: Record<string, string> = {}): Run {
  const started = new Run(environment);
  runs.push(started);
  return started;
}
afterEach(() => {
  for (const { child } of runs.splice(0)) child.kill('SIGKILL');
});

interface ExportedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: object }[];
  status: { code?: number; message?: string };
}

/** A stand-in for an OpenTelemetry collector: the paths it was called at and the spans it was sent. */
async function startCollector(): Promise<{ url: string; spans: ExportedSpan[]; paths: string[]; close: () => void }> {
  const spans: ExportedSpan[] = [];
  const paths: string[] = [];
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      paths.push(request.url ?? '');
      const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as {
        resourceSpans: { scopeSpans: { spans: ExportedSpan[] }[] }[];
      };
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, spans, paths, close: () => server.close() };
}

describe('a service', () => {
  it('tells of its health and metrics while it runs, and exits 0 when asked to stop', async () => {
    const service = run();
    const { managementPort } = await service.line('fixture started');
    const get = async (page: string): Promise<[number, string]> => {
      const response = await fetch(`http://127.0.0.1:${managementPort as number}${page}`);
      return [response.status, await response.text()];
    };
    expect(await get('/health/live')).toEqual([200, '{"ok":true,"reasons":[]}']);
    expect(await get('/health/startup')).toEqual([200, '{"ok":true,"reasons":[]}']);
    expect(await get('/health/ready?x=1')).toEqual([200, '{"ok":true,"reasons":[]}']);
    expect((await get('/nothing'))[0]).toBe(404);
    const [status, metrics] = await get('/metrics');
    expect(status).toBe(200);
    expect(metrics).toMatch(/process_resident_memory_bytes{service="fixture"} \d+/);
    expect(metrics).toContain(
      'lever_certn_work_seconds_count{service="fixture",unit="message",name="fixture-topic",outcome="recorded"} 1',
    );
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(EXIT.stopped);
    expect(service.lines().map((line) => line.message)).toContain('fixture stopped');
  });

  it('says why it is not ready', async () => {
    const service = run({ DOES: 'not-ready' });
    const { managementPort } = await service.line('fixture started');
    const response = await fetch(`http://127.0.0.1:${managementPort as number}/health/ready`);
    expect([response.status, await response.json()]).toEqual([503, { ok: false, reasons: ['database away'] }]);
  });

  it('writes one line per unit of work, and keeps secrets and people out of every line', async () => {
    const service = run();
    await service.line('fixture started');
    const work = service.lines().find((line) => line.unit === 'message');
    expect(work).toMatchObject({
      level: 'info',
      service: 'fixture',
      name: 'fixture-topic',
      outcome: 'recorded',
      durationMs: 3,
      teamId: 'team-1',
    });
    expect(work?.time).toMatch(/^\d{4}-.*Z$/);
    const built = service.lines().find((line) => line.message === 'building');
    expect(built).toMatchObject({ email: '[left out]', err: { type: 'SyntaxError', code: 'ER_DUP' } });
    expect(service.text).not.toContain(PLANTED);
    expect(service.text).not.toContain(SEALING_KEYS.slice(3));
  });

  it('lists every problem of its configuration at once and exits 78', async () => {
    const service = run({ MANAGEMENT_PORT: 'x', SEALING_KEYS: 'planted', SHUTDOWN_GRACE_MS: '-1' });
    expect(await service.ended).toBe(EXIT.badConfig);
    expect(service.lines()).toMatchObject([
      {
        level: 'fatal',
        problems: [
          'MANAGEMENT_PORT must be a whole number from 0 to 65535',
          expect.stringContaining("SEALING_KEYS can't be used: SEALING_KEYS entry 1"),
          'SHUTDOWN_GRACE_MS must be a whole number from 0 to 3600000',
        ],
      },
    ]);
    expect(service.text).not.toContain('planted');
  });

  it('exits 78 with the problems when what it needs is not there', async () => {
    const service = run({ DOES: 'refuse' });
    expect(await service.ended).toBe(EXIT.badConfig);
    expect(service.lines().find(({ level }) => level === 'fatal')).toMatchObject({
      problems: ['topic "stage-changed" is missing: run npm run topics:apply'],
    });
  });

  it('exits 78 when its management port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const service = run({ MANAGEMENT_PORT: String(port) });
    expect(await service.ended).toBe(EXIT.badConfig);
    expect(service.lines().find(({ level }) => level === 'fatal')?.problems).toEqual([
      `MANAGEMENT_PORT ${port} on 127.0.0.1 can't be opened (EADDRINUSE): stop what uses it or choose another`,
    ]);
    taken.close();
  });

  it.each([
    ['its build throws', 'throw', { type: 'Error', message: 'the build failed' }],
    ['a part says that it will not heal', 'fatal', { type: 'Error', message: 'the consumer crashed' }],
    ['an error is thrown to nobody', 'uncaught', { type: 'SyntaxError', code: 'ER_DUP' }],
    ['a rejection is handled by nobody', 'unhandled', { type: 'SyntaxError', code: 'ER_DUP' }],
  ])('exits 70 when %s, and the line holds no data', async (_when, DOES, error) => {
    const service = run({ DOES });
    expect(await service.ended).toBe(EXIT.crash);
    // A line that was being written when the process ended may come once more, behind it.
    expect(service.lines().find(({ level }) => level === 'fatal')).toMatchObject({ error });
    expect(service.text).not.toContain(PLANTED);
  });

  it('exits 75 when stopping takes longer than the grace time', async () => {
    const service = run({ SHUTDOWN_GRACE_MS: '100', STOP_TAKES_MS: '60000' });
    await service.line('fixture started');
    service.child.kill('SIGINT');
    expect(await service.ended).toBe(EXIT.graceExceeded);
  });

  it('stops at once when it is asked to while it is still being built', async () => {
    const service = run({ DOES: 'build-slowly' });
    await service.line('building');
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(EXIT.stopped);
  });

  it('sends traces when an endpoint is named: they go on with the trace that came, and errors are told without their words', async () => {
    const collector = await startCollector();
    const service = run({ DOES: 'trace', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    await service.line('fixture started');
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(EXIT.stopped);
    collector.close();
    const [inner, outer] = ['inner', 'outer'].map((name) => collector.spans.find((span) => span.name === name)!);
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    expect(collector.paths).toEqual(['/v1/traces']);
    expect(outer).toMatchObject({ traceId, parentSpanId: '00f067aa0ba902b7' });
    expect(outer!.attributes).toEqual([{ key: 'http.route', value: { stringValue: '/webhooks/:id' } }]);
    expect(inner).toMatchObject({ traceId, parentSpanId: outer!.spanId, status: { code: 2, message: 'SyntaxError' } });
    const traced = service.lines().find((line) => line.message === 'traced');
    expect(traced?.traceparent).toBe(`00-${traceId}-${outer!.spanId}-01`);
    expect(JSON.stringify(collector.spans)).not.toContain(PLANTED);
  });
});
