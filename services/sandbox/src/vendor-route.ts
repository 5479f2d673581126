import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Fault, FaultKind } from './faults';
import type { World } from './world';

/** What a vendor answers. `text` is sent as it is; else `json`. */
export interface Answer {
  status: number;
  json?: unknown;
  text?: string | Buffer;
  type?: string;
  headers?: Record<string, string>;
}

/** One call, as a vendor's code sees it. */
export interface Call {
  query: Record<string, string | string[] | undefined>;
  params: Record<string, string>;
  body: unknown;
  /** Scheme and host the caller used. */
  origin: string;
}

/** Who calls, or the answer to somebody who may not. */
export type Admission<Caller> = { caller: Caller; account: string } | { refused: Answer; account?: string };

/** One route of a vendor. `perform` changes the world at once and answers. */
export interface VendorRoute<Caller> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  perform: (call: Call, caller: Caller) => Answer;
}

export interface Vendor<Caller> {
  name: 'lever' | 'certn';
  /** Where its routes hang. */
  prefix: string;
  admit: (authorization: string | undefined, route: VendorRoute<Caller>) => Admission<Caller>;
  /** Headers of every answer. */
  headers?: (caller: Caller) => Record<string, string>;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const HUGE_BYTES = 3 * 1024 * 1024;
const HANG_MS = 60_000;
const SLOW_MS = 1_000;

/** Hangs a vendor's route into the server: counts it, lets the faults strike, admits the caller, performs, answers. */
export function addVendorRoute<Caller>(
  app: FastifyInstance,
  world: World,
  vendor: Vendor<Caller>,
  route: VendorRoute<Caller>,
): void {
  const name = `${route.method} ${route.path}`;
  app.route({
    method: route.method,
    url: vendor.prefix + route.path,
    handler: (request, reply) => {
      const admission = vendor.admit(request.headers.authorization, route);
      const { account } = admission;
      const perform = (): Answer => {
        if ('refused' in admission) return admission.refused;
        const answer = route.perform(callOf(request), admission.caller);
        if (vendor.headers) answer.headers = { ...answer.headers, ...vendor.headers(admission.caller) };
        return answer;
      };
      const count = (outcome: number | string): void => world.counters.call(vendor.name, name, account, outcome);
      const waitMs = world.latencyMs[vendor.name];
      if (world.faults.quiet && waitMs === 0) {
        const answer = perform();
        count(answer.status);
        send(reply, answer);
        return;
      }
      const struck = world.faults.strike(vendor.name, name, account);
      void answerBadly({ request, reply, perform, count, struck, waitMs });
    },
  });
}

interface BadAnswer {
  request: FastifyRequest;
  reply: FastifyReply;
  perform: () => Answer;
  count: (outcome: number | string) => void;
  struck: Fault[];
  waitMs: number;
}

async function answerBadly({ request, reply, perform, count, struck, waitMs }: BadAnswer): Promise<void> {
  const latencyMs = struck.reduce((sum, { kind, ms = 0 }) => sum + (kind === 'latency' ? ms : 0), waitMs);
  if (latencyMs > 0) await wait(latencyMs);
  if (request.raw.socket.destroyed) return count('left');
  const fault = struck.find(({ kind }) => kind !== 'latency');
  if (!fault) {
    const answer = perform();
    count(answer.status);
    return send(reply, answer);
  }
  const answer = (fault.performed ?? performsUnlessTold(fault)) ? perform() : { status: 200, json: {} };
  const wrong = wrongAnswer(fault, answer);
  if (wrong) {
    count(wrong.status);
    if (fault.kind === 'slow-answer') await wait(fault.ms ?? SLOW_MS);
    return send(reply, wrong);
  }
  count(fault.kind);
  reply.hijack();
  if (fault.kind === 'truncated') return sendHalf(request, reply, answer);
  if (fault.kind === 'hang') await wait(fault.ms ?? HANG_MS);
  request.raw.socket.resetAndDestroy();
}

/** Kinds whose answer is wrong have done what was asked; those that refuse or break off have not, but for `lost-answer`. */
function performsUnlessTold({ kind }: Fault): boolean {
  return !['status', 'rate-limited', 'reset', 'hang'].includes(kind);
}

/** What is answered instead; `null` where the connection breaks. */
function wrongAnswer(fault: Fault, { status, ...answer }: Answer): Answer | null {
  const wrong: Partial<Record<FaultKind, () => Answer>> = {
    status: () => failureOf(fault),
    'rate-limited': () => failureOf(fault),
    'slow-answer': () => ({ status, ...answer }),
    nulls: () => ({ status, ...answer, json: withNulls(answer.json) }),
    html: () => ({ status, text: '<!doctype html><title>Just a moment</title>', type: 'text/html' }),
    empty: () => ({ status, text: '' }),
    unreadable: () => ({ status, json: { ok: true } }),
    huge: () => ({ status, json: { padding: 'x'.repeat(HUGE_BYTES), answer: answer.json } }),
  };
  return wrong[fault.kind]?.() ?? null;
}

function failureOf({ on, kind, status, code, message, retryAfterSeconds }: Fault): Answer {
  const chosen = status ?? (kind === 'rate-limited' ? 429 : 503);
  const headers = retryAfterSeconds === undefined ? undefined : { 'retry-after': String(retryAfterSeconds) };
  const word = code ?? (chosen === 429 ? 'TooManyRequestsError' : 'ServiceUnavailableError');
  const said = message ?? 'The sandbox was told to fail';
  const json =
    on === 'lever'
      ? { code: word, message: said }
      : { type: chosen >= 500 ? 'server_error' : 'client_error', errors: [{ code: word, detail: said, attr: null }] };
  return { status: chosen, json, headers };
}

/** Promises the whole answer, sends half of it and hangs up. */
function sendHalf(request: FastifyRequest, reply: FastifyReply, answer: Answer): void {
  const text = textOf(answer);
  reply.hijack();
  reply.raw.writeHead(answer.status, { 'content-type': JSON_TYPE, 'content-length': String(Buffer.byteLength(text)) });
  reply.raw.write(text.subarray(0, Math.max(1, text.length >> 1)), () => request.raw.socket.destroy());
}

const KEPT = new Set(['id', 'data', 'results', 'pagination', 'hasNext', 'next', 'page_count', 'current_page', 'next_page']);

/** The same answer with every field that a vendor may leave out set to null. */
function withNulls(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(withNulls);
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, KEPT.has(name) ? withNulls(value) : null]));
}

function callOf(request: FastifyRequest): Call {
  return {
    query: request.query as Call['query'],
    params: request.params as Call['params'],
    body: request.body,
    origin: `http://${request.headers.host ?? 'localhost'}`,
  };
}

function send(reply: FastifyReply, answer: Answer): void {
  void reply.code(answer.status);
  if (answer.headers) void reply.headers(answer.headers);
  if (answer.status === 204) return void reply.send();
  void reply.header('content-type', answer.type ?? JSON_TYPE).send(answer.text ?? JSON.stringify(answer.json));
}

function textOf(answer: Answer): Buffer {
  return Buffer.from(answer.text ?? JSON.stringify(answer.json ?? {}));
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
