import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { Pool, type Dispatcher } from 'undici';
import { classifyStatus, VendorError, type Made, type Vendor } from './vendor-error';

/** Connections to one origin. Requests beyond wait for a free one. */
const CONNECTIONS = 128;
/** Largest answer that is read. */
const MAX_ANSWER_BYTES = 2 * 1024 * 1024;
/** An idle connection is given up before the other side does so, which would make the next write unclear. */
const KEEP_ALIVE_MS = 4_000;
const HOUR_MS = 3_600_000;

/** One call. */
export interface VendorRequest {
  method: 'GET' | 'POST';
  /** The path as a template, for errors and traces: `/opportunities/:id`. */
  route: string;
  /** The real path with its query, below the origin. */
  path: string;
  authorization: string;
  /** JSON to send. */
  body?: unknown;
  /** Asked right before the request is written, after any wait for a connection; `false`: not a byte of it is, and the call fails as `not-made` (`too-late`). */
  maySend?: (() => boolean) | undefined;
}

/** A 2xx answer. */
export interface VendorAnswer {
  status: number;
  /** The JSON of the answer; `undefined` where it was empty. */
  body: unknown;
  /** The vendor's clock (`Date` header), epoch milliseconds; `null` where it sent none. */
  dateMs: number | null;
}

export interface VendorPoolOptions {
  /** Scheme, host and port. */
  origin: string;
  /** How long a call may take in all: waiting for a connection, connecting, sending and reading. */
  timeoutMs: number;
  /** The vendor's error code in the JSON of an error answer; must not return personal data. */
  errorCode: (body: unknown) => string | undefined;
  connections?: number;
  maxAnswerBytes?: number;
}

const tracer = trace.getTracer('@lever-certn/vendor-http');

/**
 * Keep-alive connections to one vendor. A call ends in a 2xx answer with readable JSON (or none), or throws {@link VendorError}; it is never tried again
 * and never follows a redirect. `made` is `not-made` if not a byte of the request was written or the vendor says it refused, else `unclear`.
 */
export class VendorPool {
  private readonly pool: Pool;

  constructor(
    private readonly vendor: Vendor,
    private readonly options: VendorPoolOptions,
  ) {
    const { origin, timeoutMs, connections = CONNECTIONS } = options;
    this.pool = new Pool(origin, {
      connections,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      connect: { timeout: timeoutMs },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
  }

  /** Calls and reads the whole answer. Throws {@link VendorError}. */
  call(request: VendorRequest): Promise<VendorAnswer> {
    const span = tracer.startSpan(`${this.vendor} ${request.method} ${request.route}`, { kind: SpanKind.CLIENT });
    const answer = this.send(request);
    if (!span.isRecording()) return answer;
    span.setAttributes({ 'http.request.method': request.method, 'http.route': request.route, 'peer.service': this.vendor });
    return answer
      .then(
        (good) => span.setAttribute('http.response.status_code', good.status),
        (error: VendorError) => {
          if (error.status) span.setAttribute('http.response.status_code', error.status);
          span.setStatus({ code: SpanStatusCode.ERROR, message: error.kind });
        },
      )
      .then(() => {
        span.end();
        return answer;
      });
  }

  /** Ends idle connections at once and busy ones as their calls end. */
  close(): Promise<void> {
    return this.pool.close();
  }

  private send(request: VendorRequest): Promise<VendorAnswer> {
    const { timeoutMs, maxAnswerBytes = MAX_ANSWER_BYTES } = this.options;
    return new Promise<ExchangeEnd>((resolve) => {
      const exchange = new Exchange(timeoutMs, maxAnswerBytes, request.maySend, resolve);
      const { method, path, authorization } = request;
      const body = request.body === undefined ? null : JSON.stringify(request.body);
      const headers: Record<string, string> = { authorization, accept: 'application/json' };
      if (body !== null) headers['content-type'] = 'application/json';
      try {
        this.pool.dispatch({ method, path, headers, body }, exchange);
      } catch (error) {
        exchange.onResponseError(null, error as Error);
      }
    }).then((end) => this.answer(request, end));
  }

  private answer(request: VendorRequest, end: ExchangeEnd): VendorAnswer {
    const route = `${request.method} ${request.route}`;
    if (end.kind === 'broken') {
      const { made, code, status, cause } = end;
      throw new VendorError({ vendor: this.vendor, route, kind: 'unavailable', made, code, status, cause });
    }
    const { status, dateMs } = end;
    const json = parseJson(end.text);
    if (status >= 200 && status < 300) {
      if (json.ok) return { status, body: json.value, dateMs };
      // The parser's own error quotes the body, so it is not passed on.
      const failure = { kind: 'unavailable', made: 'unclear', code: 'unreadable', dateMs: dateMs ?? undefined } as const;
      throw new VendorError({ vendor: this.vendor, route, status, ...failure });
    }
    throw new VendorError({
      vendor: this.vendor,
      route,
      status,
      ...classifyStatus(status),
      retryAfterMs: end.retryAfterMs,
      code: json.ok ? this.options.errorCode(json.value) : undefined,
      dateMs: dateMs ?? undefined,
    });
  }
}

/** The error for a 2xx answer whose JSON lacks what every answer of the kind has. */
export function unreadable(vendor: Vendor, route: string, answer: VendorAnswer): VendorError {
  const { status, dateMs } = answer;
  return new VendorError({
    vendor,
    route,
    kind: 'unavailable',
    made: 'unclear',
    status,
    code: 'unreadable',
    dateMs: dateMs ?? undefined,
  });
}

type ExchangeEnd =
  | { kind: 'answered'; status: number; text: string; dateMs: number | null; retryAfterMs?: number }
  | { kind: 'broken'; made: Made; code: string; status?: number; cause?: unknown };

/** One request on the wire: gathers the answer, keeps to the limits, and knows whether anything was written. */
class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | null = null;
  private over = false;
  private status = 0;
  private headers: Record<string, string | string[] | undefined> = {};
  private chunks: Buffer[] = [];
  private bytes = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    timeoutMs: number,
    private readonly maxBytes: number,
    private readonly maySend: (() => boolean) | undefined,
    private readonly settle: (end: ExchangeEnd) => void,
  ) {
    this.timer = setTimeout(() => this.break('timeout'), timeoutMs);
  }

  /** Undici calls this right before it writes the request; what fails earlier was never sent. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.maySend?.() === false) this.end({ kind: 'broken', made: 'not-made', code: 'too-late' });
    else this.controller = controller;
    if (this.over) controller.abort(new Error('given up before it was sent'));
  }

  onResponseStart(_: unknown, status: number, headers: Record<string, string | string[] | undefined>): void {
    this.status = status;
    this.headers = headers;
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.maxBytes) this.break('too-large');
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const dateMs = Date.parse(String(this.headers.date));
    this.end({
      kind: 'answered',
      status: this.status,
      text: textOfChunks(this.chunks),
      dateMs: Number.isNaN(dateMs) ? null : dateMs,
      retryAfterMs: retryAfterMs(this.headers['retry-after'], Number.isNaN(dateMs) ? Date.now() : dateMs),
    });
  }

  onResponseError(_: unknown, error: Error & { code?: string }): void {
    this.end({ kind: 'broken', made: this.made, code: error.code ?? 'broken', status: this.status || undefined, cause: error });
  }

  private get made(): Made {
    return this.controller ? 'unclear' : 'not-made';
  }

  private break(code: string): void {
    this.end({ kind: 'broken', made: this.made, code, status: this.status || undefined });
    this.controller?.abort(new Error(code));
  }

  private end(end: ExchangeEnd): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    this.settle(end);
  }
}

function textOfChunks(chunks: Buffer[]): string {
  const [only] = chunks;
  if (!only) return '';
  return (chunks.length === 1 ? only : Buffer.concat(chunks)).toString('utf8');
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false } {
  if (text === '') return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

/** `Retry-After` is seconds or a date (RFC 9110); neither vendor documents it, and both may send it. At most an hour is believed. */
function retryAfterMs(header: string | string[] | undefined, nowMs: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  const waitMs = /^[A-Z][a-z]+, /.test(text) ? Date.parse(text) - nowMs : seconds * 1000;
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), HOUR_MS) : undefined;
}
