import { METHODS } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CERTN_SIGNATURE_HEADER } from '@lever-certn/certn/certn-signature';
import { challengeAnswer } from '@lever-certn/certn/certn-challenge';
import { inSpan, tracingIsOn, type SpanWords } from '@lever-certn/service/tracing';

import type { Team } from '@lever-certn/settings/team';
import { ANSWERS, type Outcome, type Verdict } from './answers.rules';
import type { CertnWebhooks } from './certn-webhooks';
import type { Arrival, LeverWebhooks } from './lever-webhooks';
import type { WebhookLog } from './webhook-log';

/** The settings a request is decided by: `SettingsView` fits. */
export interface Settings {
  readonly ready: boolean;
  readonly current: boolean;
  byIntegration(integrationId: string): Team | undefined;
  isUnopened(integrationId: string): boolean;
}

interface WebhookRequest extends FastifyRequest {
  params: { integrationId: string };
  team?: Team;
  startedMs?: number;
  readingBytes?: number;
}

const JSON_TYPE = /^application\/json\s*(;|$)/i;
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** What the routes need. */
export interface WebhooksControllerParts {
  settings: Settings;
  lever: LeverWebhooks;
  certn: CertnWebhooks;
  requests: Pick<WebhookLog, 'settled'>;
  log: { error(line: object, message: string): void };
  maxBodyBytes: number;
  /** Bytes of bodies that may be under way at once. */
  maxReadingBytes: number;
}

type Receive = (team: Team, arrival: Arrival, request: WebhookRequest) => Verdict | Promise<Verdict>;

/**
 * `POST /webhooks/lever/:integrationId` and `GET, POST /webhooks/certn/:integrationId`, registered on the Fastify instance itself, which costs a
 * sixth less per request than by Nest's router. Checks what the head says in the order of the table of answers before a byte of the body is read.
 */
export class WebhooksController {
  private underWay = 0;
  private readingBytes = 0;
  private stopping = false;
  private whenIdle: (() => void)[] = [];

  constructor(private readonly parts: WebhooksControllerParts) {}

  /** Adds the routes. */
  register(fastify: FastifyInstance): void {
    fastify.removeAllContentTypeParsers();
    fastify.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: this.parts.maxBodyBytes }, (_request, body, done) =>
      done(null, body),
    );
    for (const method of METHODS)
      if (!fastify.supportedMethods.includes(method) && method !== 'CONNECT') fastify.addHttpMethod(method);
    const { lever, certn } = this.parts;
    this.route(fastify, 'lever', ['POST'], (team, arrival) => lever.receive(team, arrival));
    this.route(fastify, 'certn', ['GET', 'POST'], (team, arrival, request) =>
      certn.receive(team, arrival, request.headers[CERTN_SIGNATURE_HEADER]),
    );
  }

  /** From now on new requests on open connections are refused; resolves when the last accepted one has its answer. */
  finish(): Promise<void> {
    this.stopping = true;
    return this.underWay === 0 ? Promise.resolve() : new Promise((resolve) => this.whenIdle.push(resolve));
  }

  private route(fastify: FastifyInstance, vendor: 'lever' | 'certn', methods: readonly string[], receive: Receive): void {
    fastify.route<{ Params: { integrationId: string } }>({
      method: fastify.supportedMethods,
      url: `/webhooks/${vendor}/:integrationId`,
      exposeHeadRoute: false,
      onRequest: (request, reply, done) => this.head(vendor, methods, request, reply, done),
      errorHandler: (error, request, reply) => this.broken(vendor, error, request, reply),
      handler: (request, reply) => this.body(vendor, request, reply, receive),
    });
  }

  private head(vendor: string, methods: readonly string[], request: WebhookRequest, reply: FastifyReply, done: () => void): void {
    request.startedMs = performance.now();
    this.underWay += 1;
    // Not Fastify's onResponse: that is never called for a client that went away in the middle of its body.
    reply.raw.once('close', () => this.over(request));
    const refused = this.refusal(methods, request);
    if (refused === undefined) return done();
    if (refused === 'wrong-method') reply.header('allow', methods.join(', '));
    if (refused === 'too-large') reply.header('connection', 'close');
    this.answer(vendor, request, reply, { outcome: refused });
  }

  /** What the head of a request is refused for, in the order of the table of answers. Until settings are read nobody knows what exists. */
  private refusal(methods: readonly string[], request: WebhookRequest): Outcome | undefined {
    const { settings, maxBodyBytes, maxReadingBytes } = this.parts;
    if (this.stopping) return 'stopping';
    if (!settings.ready) return 'settings-unread';
    const { integrationId } = request.params;
    const team = settings.byIntegration(integrationId);
    if (!team) return settings.isUnopened(integrationId) ? 'settings-unread' : 'unknown-integration';
    request.team = team;
    if (!methods.includes(request.method)) return 'wrong-method';
    if (request.method !== 'POST') return undefined;
    const { headers } = request;
    if (!JSON_TYPE.test(headers['content-type'] ?? '') || headers['content-encoding'] !== undefined) return 'wrong-content-type';
    const declaredBytes = headers['content-length'] === undefined ? maxBodyBytes : Number(headers['content-length']);
    if (declaredBytes > maxBodyBytes) return 'too-large';
    if (this.readingBytes + declaredBytes > maxReadingBytes) return 'too-much-waiting';
    this.readingBytes += request.readingBytes = declaredBytes;
    return undefined;
  }

  private async body(vendor: 'lever' | 'certn', request: WebhookRequest, reply: FastifyReply, receive: Receive): Promise<void> {
    const team = request.team!;
    if (request.method === 'GET') return this.challenge(vendor, team, request, reply);
    const arrival = {
      rawBody: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      nowMs: Date.now(),
      traceparent: traceparentOf(request),
      settingsCurrent: this.parts.settings.current,
    };
    const verdict = tracingIsOn()
      ? await inSpan(`POST /webhooks/${vendor}`, spanWords(vendor, arrival.traceparent), async (traceparent) =>
          receive(team, { ...arrival, traceparent }, request),
        )
      : await receive(team, arrival, request);
    this.answer(vendor, request, reply, verdict);
  }

  private challenge(vendor: string, team: Team, request: WebhookRequest, reply: FastifyReply): void {
    const echo = challengeAnswer(request.query as Record<string, unknown>);
    const verdict = this.parts.certn.challenged(team, echo !== null);
    if (echo === null) return this.answer(vendor, request, reply, verdict);
    this.settled(vendor, request, verdict);
    void reply.code(200).header('content-type', 'text/plain').header('x-content-type-options', 'nosniff').send(echo);
  }

  /** What Fastify refused while it read the body, and bugs of ours. */
  private broken(vendor: string, error: unknown, request: WebhookRequest, reply: FastifyReply): void {
    const { statusCode } = error as { statusCode?: number };
    if (statusCode === 413) return this.answer(vendor, request, reply.header('connection', 'close'), { outcome: 'too-large' });
    if (statusCode !== undefined && statusCode < 500)
      return this.answer(vendor, request, reply.header('connection', 'close'), { outcome: 'not-a-json-object' });
    this.parts.log.error({ err: error }, 'a webhook could not be taken; the vendor tries again');
    this.answer(vendor, request, reply, { outcome: 'broker-away', reason: 'bug' });
  }

  private answer(vendor: string, request: WebhookRequest, reply: FastifyReply, verdict: Verdict): void {
    this.settled(vendor, request, verdict);
    const { status, retryAfterSeconds } = ANSWERS[verdict.outcome];
    const wait = verdict.retryAfterSeconds ?? retryAfterSeconds;
    if (wait !== undefined) reply.header('retry-after', String(wait));
    // Else a connection that rests would hold up the end of the process.
    if (this.stopping) reply.header('connection', 'close');
    const problem = PROBLEMS.get(verdict.outcome);
    reply.code(status);
    if (problem === undefined) void reply.send();
    else void reply.header('content-type', 'application/problem+json').send(problem);
  }

  private settled(vendor: string, request: WebhookRequest, verdict: Verdict): void {
    this.parts.requests.settled({
      unit: 'request',
      name: `${vendor}-webhook`,
      outcome: verdict.outcome,
      reason: verdict.reason,
      durationMs: performance.now() - (request.startedMs ?? 0),
      teamId: request.team?.teamId,
      opportunityId: verdict.opportunityId,
    });
  }

  private over(request: WebhookRequest): void {
    this.readingBytes -= request.readingBytes ?? 0;
    this.underWay -= 1;
    if (this.underWay === 0) for (const resolve of this.whenIdle.splice(0)) resolve();
  }
}

const PROBLEMS: ReadonlyMap<Outcome, string> = new Map(
  Object.entries(ANSWERS).flatMap(([outcome, { status, detail }]) =>
    detail === undefined ? [] : [[outcome as Outcome, JSON.stringify({ title: outcome, status, detail })]],
  ),
);

function traceparentOf(request: WebhookRequest): string | undefined {
  const given = request.headers.traceparent;
  return typeof given === 'string' && TRACEPARENT.test(given) ? given : undefined;
}

function spanWords(vendor: string, traceparent: string | undefined): SpanWords {
  const attributes = { 'http.request.method': 'POST', 'http.route': `/webhooks/${vendor}/:integrationId` };
  return { kind: 'server', attributes, traceparent };
}
