import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { CertnWebhooks } from './certn-webhooks';
import { Deliveries } from './deliveries';
import {
  certnRequest,
  FakeRequestLog,
  FakeSettings,
  FakeSink,
  INTEGRATION,
  leverBody,
  SIGNATURE_TOKEN,
  STAGE,
  team,
} from './ingress.fixture';
import { IntegrationRate } from './integration-rate';
import { LeverWebhooks } from './lever-webhooks';
import { SeenWebhooks } from './seen-webhooks';
import { webhookAdapter } from './webhook-adapter';
import { WebhookIntake } from './webhook-intake';
import { WebhooksController } from './webhooks.controller';

@Module({})
class EmptyModule {}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

const MAX_BODY_BYTES = 4096;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Ingress on a real port, with a broker and settings that do as they are told. */
class Ingress {
  readonly settings = new FakeSettings(team());
  readonly sink = new FakeSink();
  readonly requests = new FakeRequestLog();
  readonly seen = new SeenWebhooks();
  readonly deliveries = new Deliveries(this.sink, 'ingress', () => undefined);
  readonly controller: WebhooksController;
  private app!: NestFastifyApplication;
  port = 0;

  constructor(rate: IntegrationRate = new IntegrationRate(1000, 1000)) {
    const intake = new WebhookIntake(this.sink, rate, this.seen, this.deliveries);
    this.controller = new WebhooksController({
      settings: this.settings,
      lever: new LeverWebhooks(intake, this.seen, this.deliveries),
      certn: new CertnWebhooks(intake, this.seen, this.deliveries),
      requests: this.requests,
      log: { error: () => undefined },
      maxBodyBytes: MAX_BODY_BYTES,
      maxReadingBytes: 4 * MAX_BODY_BYTES,
    });
  }

  async start(): Promise<this> {
    this.app = await NestFactory.create<NestFastifyApplication>(EmptyModule, webhookAdapter(), {
      bodyParser: false,
      logger: false,
    });
    this.controller.register(this.app.getHttpAdapter().getInstance());
    await this.app.listen(0, '127.0.0.1');
    this.port = (this.app.getHttpServer().address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    await this.deliveries.flush();
    await this.app.close();
  }

  send(method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port: this.port, method, path, headers, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  lever(body: unknown, integration = INTEGRATION): Promise<Answer> {
    return this.send('POST', `/webhooks/lever/${integration}`, typeof body === 'string' ? body : JSON.stringify(body), {
      'content-type': 'application/json',
    });
  }

  certn(body: object, headers?: Record<string, string>): Promise<Answer> {
    const signed = certnRequest(body);
    return this.send('POST', `/webhooks/certn/${INTEGRATION}`, signed.text, {
      'content-type': 'application/json; charset=utf-8',
      ...(headers ?? signed.headers),
    });
  }

  get outcomes(): string[] {
    return this.requests.lines.map(({ outcome }) => outcome);
  }
}

/** Waits for a moment that must come. */
async function until(come: () => boolean): Promise<void> {
  for (let tries = 0; !come(); tries += 1) {
    if (tries === 800) throw new Error('the moment did not come');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

let ingress: Ingress;
beforeEach(async () => {
  ingress = await new Ingress().start();
});
afterEach(() => ingress.stop());

const JSON_TYPE = { 'content-type': 'application/json' };
const LEVER_PATH = `/webhooks/lever/${INTEGRATION}`;
const CERTN_PATH = `/webhooks/certn/${INTEGRATION}`;
const CERTN_BODY = {
  id: 'evt-1',
  event_type: 'CASE_STATUS_CHANGED',
  object_id: 'case-1',
  object_type: 'CASE',
  case_status: 'IN_PROGRESS',
};

describe('what the head of a request is answered, in this order', () => {
  it.each([
    ['404', 'an unknown integration, before anything else', 'DELETE', '/webhooks/lever/unknown', {}, 404],
    ['404', 'an unknown integration of Certn', 'GET', '/webhooks/certn/unknown?challenge=x', {}, 404],
    ['404', 'a path that can not be decoded', 'POST', '/webhooks/lever/%zz', JSON_TYPE, 404],
    ['404', 'an id far longer than ours', 'POST', `/webhooks/lever/${'x'.repeat(200)}`, JSON_TYPE, 404],
    ['404', 'an id that is a word of the language', 'POST', '/webhooks/lever/__proto__', JSON_TYPE, 404],
    ['404', 'another path', 'POST', '/webhooks', JSON_TYPE, 404],
    ['405', 'another method, before its content type', 'PUT', LEVER_PATH, { 'content-type': 'text/plain' }, 405],
    ['405', 'GET at Lever', 'GET', LEVER_PATH, {}, 405],
    ['405', 'HEAD at Certn', 'HEAD', CERTN_PATH, {}, 405],
    ['405', 'OPTIONS', 'OPTIONS', LEVER_PATH, {}, 405],
    ['405', 'a method that few have heard of', 'PROPFIND', LEVER_PATH, {}, 405],
    ['415', 'no content type', 'POST', LEVER_PATH, {}, 415],
    [
      '415',
      'another content type, before its size',
      'POST',
      LEVER_PATH,
      { 'content-type': 'text/plain', 'content-length': '999999' },
      415,
    ],
    ['415', 'a content type that only starts like JSON', 'POST', LEVER_PATH, { 'content-type': 'application/jsonp' }, 415],
    ['415', 'a compressed body', 'POST', LEVER_PATH, { ...JSON_TYPE, 'content-encoding': 'gzip' }, 415],
  ])('%s: %s', async (_status, _what, method, path, headers, status) => {
    const answer = await ingress.send(method, path, undefined, headers);
    expect(answer.status).toBe(status);
    expect(ingress.sink.published).toEqual([]);
  });

  it('says with 405 which methods there are', async () => {
    expect((await ingress.send('GET', LEVER_PATH)).headers.allow).toBe('POST');
    expect((await ingress.send('PUT', CERTN_PATH)).headers.allow).toBe('GET, POST');
  });

  it('413: a body that says it is too large, without reading it', async () => {
    const answer = await ingress.send('POST', LEVER_PATH, 'x'.repeat(MAX_BODY_BYTES + 1), JSON_TYPE);
    expect(answer.status).toBe(413);
    expect(answer.headers.connection).toBe('close');
  });

  it('413: a body that turns out to be too large', async () => {
    const answer = await ingress.send('POST', LEVER_PATH, 'x'.repeat(MAX_BODY_BYTES + 1), {
      ...JSON_TYPE,
      'transfer-encoding': 'chunked',
    });
    expect(answer.status).toBe(413);
    expect(ingress.outcomes).toEqual(['too-large']);
  });

  it('takes a body of exactly the largest size', async () => {
    const body = JSON.stringify(leverBody({ filler: '' }));
    const filled = body.replace('"filler":""', `"filler":"${'x'.repeat(MAX_BODY_BYTES - body.length)}"`);
    expect(Buffer.byteLength(filled)).toBe(MAX_BODY_BYTES);
    expect((await ingress.lever(filled)).status).toBe(202);
  });

  it('tells problems as RFC 9457 says, without repeating what was sent', async () => {
    const answer = await ingress.lever('{"planted": jane@example.com');
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(answer.text)).toEqual({
      title: 'not-a-json-object',
      status: 400,
      detail: 'The body is not a JSON object.',
    });
  });
});

describe('400: bodies that no webhook has', () => {
  const deep = (levels: number): string => `{"data":${'['.repeat(levels)}${']'.repeat(levels)}}`;
  it.each([
    ['nothing', '', 'not-a-json-object'],
    ['no JSON', 'event=candidateStageChange', 'not-a-json-object'],
    ['JSON that is cut short', '{"event":', 'not-a-json-object'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]), 'not-a-json-object'],
    ['a list', '[]', 'not-a-json-object'],
    ['null', 'null', 'not-a-json-object'],
    ['a text', '"candidateStageChange"', 'not-a-json-object'],
    ['a number', '7', 'not-a-json-object'],
    ['17 levels', deep(16), 'too-deep'],
    ['2000 levels', deep(2000), 'too-deep'],
    ['2000 levels of objects', `${'{"a":'.repeat(600)}1${'}'.repeat(600)}`, 'too-deep'],
    ['__proto__ at the top', '{"__proto__":{"event":"x"}}', 'forbidden-key'],
    ['__proto__ deep inside', '{"data":{"a":[{"__proto__":1}]}}', 'forbidden-key'],
    ['__proto__ in disguise', '{"data":{"\\u005f\\u005fproto__":1}}', 'forbidden-key'],
  ])('%s', async (_what, body, outcome) => {
    for (const path of [LEVER_PATH, CERTN_PATH]) {
      const answer = await ingress.send('POST', path, body, JSON_TYPE);
      expect(answer.status).toBe(400);
    }
    expect(ingress.outcomes).toEqual([outcome, outcome]);
    expect(ingress.sink.published).toEqual([]);
  });

  it.each([
    ['data is a list', { data: [] }],
    ['data is a text', { data: 'opp-1' }],
    ['the opportunity is a number', { data: { opportunityId: 7, toStageId: STAGE } }],
    ['the opportunity is an object', { data: { opportunityId: {}, toStageId: STAGE } }],
    ['the opportunity is empty', { data: { opportunityId: '', toStageId: STAGE } }],
    ['the opportunity is far longer than an id', { data: { opportunityId: 'x'.repeat(101), toStageId: STAGE } }],
    ['the stage is missing', { data: { opportunityId: 'opp-1' } }],
    ['the stage is a list', { data: { opportunityId: 'opp-1', toStageId: [STAGE] } }],
    ['the event is missing', { event: undefined }],
    ['the event is a number', { event: 1 }],
  ])('of Lever: %s', async (_what, changes) => {
    expect((await ingress.lever(leverBody(changes))).status).toBe(400);
    expect(ingress.outcomes).toEqual(['malformed']);
    expect(ingress.sink.published).toEqual([]);
  });

  it.each([
    ['the object is missing', { ...CERTN_BODY, object_id: undefined }],
    ['the object is a number', { ...CERTN_BODY, object_id: 7 }],
    ['the event type is missing', { ...CERTN_BODY, event_type: undefined }],
    ['the event type is an object', { ...CERTN_BODY, event_type: {} }],
  ])('of Certn: %s', async (_what, body) => {
    expect((await ingress.certn(body)).status).toBe(400);
    expect(ingress.outcomes).toEqual(['malformed']);
  });
});

describe('202: nothing to store, counted', () => {
  it.each([
    ['an empty object', {}],
    ['an event without data', { event: 'candidateStageChange' }],
    ['data without an opportunity', { event: 'candidateStageChange', data: {} }],
    ['an opportunity that is null', { data: { opportunityId: null, candidateId: null } }],
  ])("Lever's Verify Connection: %s", async (_what, body) => {
    expect((await ingress.lever(body)).status).toBe(202);
    expect(ingress.outcomes).toEqual(['verify-connection']);
    expect(ingress.sink.events).toEqual([]);
  });

  it.each([
    ['has no signature token yet', { lever: { ...team().lever!, signatureTokens: [] } }],
    ['has no Lever connection yet', { lever: undefined }],
  ])('a team that %s', async (_what, changes) => {
    ingress.settings.teams.set(INTEGRATION, team(changes));
    expect((await ingress.lever(leverBody())).status).toBe(202);
    expect(ingress.outcomes).toEqual(['no-secret-yet']);
    expect(ingress.sink.events).toEqual([]);
  });

  it.each([
    ['no webhook secret yet', { certn: { ...team().certn!, webhookSecrets: [] } }],
    ['no Certn connection yet', { certn: undefined }],
  ])('at Certn, a team that has %s', async (_what, changes) => {
    ingress.settings.teams.set(INTEGRATION, team(changes));
    expect((await ingress.certn(CERTN_BODY)).status).toBe(202);
    expect(ingress.outcomes).toEqual(['no-secret-yet']);
    expect(ingress.sink.events).toEqual([]);
  });
});

describe('401', () => {
  it.each([
    ['a wrong signature', () => leverBody({ signature: 'f'.repeat(64) }), 'signature-wrong'],
    ['a signature of another length', () => leverBody({ signature: 'ff' }), 'signature-wrong'],
    ['no signature', () => leverBody({ signature: undefined }), 'signature-wrong'],
    ['a signature that is no text', () => leverBody({ signature: ['f'] }), 'signature-wrong'],
    ['no token', () => leverBody({ token: undefined }), 'signature-wrong'],
    ['a token that is no text', () => leverBody({ token: 7 }), 'signature-wrong'],
    ['another token than was signed', () => leverBody({ token: 'other' }), 'signature-wrong'],
    [
      'another time than was signed',
      () => leverBody({ triggeredAt: Date.now() - 1 }, { triggeredAt: Date.now() - 5 }),
      'signature-wrong',
    ],
    ['a time that is a text', () => leverBody({ triggeredAt: String(Date.now()) }), 'signature-wrong'],
    ['a time that is no whole number', () => leverBody({ triggeredAt: 1.5 }), 'signature-wrong'],
    ['a time beyond all calendars', () => leverBody({}, { triggeredAt: Number.MAX_SAFE_INTEGER }), 'too-early'],
    ['signed over 24 h ago', () => leverBody({}, { triggeredAt: Date.now() - 24 * HOUR_MS - MINUTE_MS }), 'too-old'],
    ['signed over 5 min ahead', () => leverBody({}, { triggeredAt: Date.now() + 6 * MINUTE_MS }), 'too-early'],
  ])('of Lever: %s', async (_what, body, outcome) => {
    expect((await ingress.lever(body())).status).toBe(401);
    expect(ingress.outcomes).toEqual([outcome]);
    expect(ingress.sink.events).toEqual([]);
  });

  it('takes what was signed just inside the window', async () => {
    const edges = [Date.now() - 24 * HOUR_MS + MINUTE_MS, Date.now() + 4 * MINUTE_MS];
    for (const triggeredAt of edges) expect((await ingress.lever(leverBody({}, { triggeredAt }))).status).toBe(202);
  });

  it('refuses a token that was used for another opportunity, once that one is stored', async () => {
    const first = leverBody({}, { token: 'once' });
    expect((await ingress.lever(first)).status).toBe(202);
    const forged = { ...first, data: { opportunityId: 'opp-2', toStageId: STAGE } };
    expect((await ingress.lever(forged)).status).toBe(401);
    expect(ingress.outcomes).toEqual(['accepted', 'token-of-another']);
    expect(ingress.sink.events).toHaveLength(1);
  });

  it('refuses the token of a move that was not for us, too', async () => {
    const first = leverBody({ data: { opportunityId: 'opp-1', toStageId: 'elsewhere' } });
    await ingress.lever(first);
    await ingress.lever({ ...first, data: { opportunityId: 'opp-2', toStageId: STAGE } });
    expect(ingress.outcomes).toEqual(['not-for-us', 'token-of-another']);
  });

  it.each([
    ['a wrong signature', { 'x-signature': 'f'.repeat(64) }],
    ['no signature', {}],
    ['a signature by another secret', certnRequest(CERTN_BODY, 'not-our-secret').headers],
    ["a signature of Lever's kind", { 'x-signature': SIGNATURE_TOKEN }],
    ['the signature of another body', certnRequest({ ...CERTN_BODY, object_id: 'case-2' }).headers],
  ])('of Certn: %s', async (_what, headers) => {
    expect((await ingress.certn(CERTN_BODY, headers)).status).toBe(401);
    expect(ingress.outcomes).toEqual(['signature-wrong']);
    expect(ingress.sink.events).toEqual([]);
  });

  it("checks Certn's signature over the very bytes, spaces and all", async () => {
    const spaced = certnRequest(CERTN_BODY);
    const answer = await ingress.send('POST', CERTN_PATH, spaced.text.replace(',', ', '), { ...JSON_TYPE, ...spaced.headers });
    expect(answer.status).toBe(401);
  });
});

describe('503 and when to try again', () => {
  const refused = (answer: Answer): [number, boolean] => [answer.status, Number(answer.headers['retry-after']) >= 1];

  it('settings not read yet: whatever the integration', async () => {
    ingress.settings.ready = false;
    expect(refused(await ingress.lever(leverBody()))).toEqual([503, true]);
    expect(refused(await ingress.lever(leverBody(), 'unknown'))).toEqual([503, true]);
    expect(ingress.outcomes).toEqual(['settings-unread', 'settings-unread']);
  });

  it('the settings of the team could never be opened', async () => {
    ingress.settings.unopened.add('sealed');
    expect(refused(await ingress.lever(leverBody(), 'sealed'))).toEqual([503, true]);
  });

  it('broker away: neither stored nor remembered, so that the retry counts', async () => {
    const body = leverBody();
    ingress.sink.state = 'away';
    expect(refused(await ingress.lever(body))).toEqual([503, true]);
    ingress.sink.state = 'there';
    expect((await ingress.lever(body)).status).toBe(202);
    expect(ingress.outcomes).toEqual(['broker-away', 'accepted']);
    expect(ingress.sink.events).toHaveLength(1);
  });

  it('broker known to be away: also for what would only be dropped', async () => {
    ingress.sink.healthy = false;
    expect(refused(await ingress.lever(leverBody({ event: 'candidateHired' })))).toEqual([503, true]);
  });

  it('too much waits for the broker', async () => {
    ingress.sink.state = 'full';
    expect(refused(await ingress.lever(leverBody()))).toEqual([503, true]);
    expect(ingress.outcomes).toEqual(['too-much-waiting']);
  });

  it('too many bytes of bodies are under way, until they are not', async () => {
    ingress.sink.state = 'slow';
    const big = JSON.stringify(leverBody({ filler: 'x'.repeat(MAX_BODY_BYTES - 600) }));
    const held = [1, 2, 3, 4].map(() => ingress.lever(big));
    await until(() => ingress.sink['waiting'].length === 4);
    expect(refused(await ingress.lever(big))).toEqual([503, true]);
    ingress.sink.answer();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    ingress.sink.state = 'there';
    expect((await ingress.lever(big)).status).toBe(202);
  });

  it('over the rate of one integration, while another is served', async () => {
    await ingress.stop();
    let now = 0;
    ingress = await new Ingress(new IntegrationRate(2, 3, () => now)).start();
    ingress.settings.teams.set('other', team({ teamId: 'team-2', integrationId: 'other' }));
    for (let index = 0; index < 4; index += 1) await ingress.lever(leverBody());
    expect(ingress.outcomes).toEqual(['accepted', 'accepted', 'accepted', 'over-rate']);
    expect((await ingress.lever(leverBody(), 'other')).status).toBe(202);
    now = 500;
    expect((await ingress.lever(leverBody())).status).toBe(202);
    expect(refused(await ingress.lever(leverBody()))).toEqual([503, true]);
  });

  it('bad signatures take nothing from the rate of the integration', async () => {
    await ingress.stop();
    ingress = await new Ingress(new IntegrationRate(1, 1, () => 0)).start();
    for (let index = 0; index < 5; index += 1) await ingress.lever(leverBody({ signature: 'f'.repeat(64) }));
    expect((await ingress.lever(leverBody())).status).toBe(202);
  });
});

describe('202: signed and stored', () => {
  it('answers only once the broker has the event', async () => {
    ingress.sink.state = 'slow';
    let answered = false;
    const answer = ingress.lever(leverBody()).then((got) => {
      answered = true;
      return got;
    });
    await until(() => ingress.sink['waiting'].length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answered).toBe(false);
    ingress.sink.answer();
    expect((await answer).status).toBe(202);
  });

  it('says what Lever said, with an id made of the fact', async () => {
    const triggeredAt = Date.now() - 1000;
    await ingress.lever(leverBody({}, { triggeredAt }));
    await ingress.lever(leverBody({}, { triggeredAt }));
    const [first, second] = ingress.sink.events;
    expect(first).toMatchObject({
      topic: 'stage-changed',
      event: {
        teamId: 'team-1',
        opportunityId: 'opp-1',
        toStageId: STAGE,
        fromStageId: 'lead-new',
        triggeredAt: new Date(triggeredAt).toISOString(),
      },
    });
    expect(first!.context.id).toBe(second!.context.id);
    await ingress.lever(leverBody({}, { triggeredAt: triggeredAt + 1 }));
    expect(ingress.sink.events[2]!.context.id).not.toBe(first!.context.id);
  });

  it('reads the candidate where the opportunity is not named', async () => {
    await ingress.lever(leverBody({ data: { candidateId: 'opp-9', toStageId: STAGE, fromStageId: null } }));
    expect(ingress.sink.events[0]!.event).toMatchObject({ opportunityId: 'opp-9' });
    expect(ingress.sink.events[0]!.event).not.toHaveProperty('fromStageId');
  });

  it('passes on the trace context that came, if it is one', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const text = JSON.stringify(leverBody());
    await ingress.send('POST', LEVER_PATH, text, { ...JSON_TYPE, traceparent });
    await ingress.send('POST', LEVER_PATH, JSON.stringify(leverBody()), { ...JSON_TYPE, traceparent: 'not one' });
    expect(ingress.sink.events.map(({ context }) => context.traceparent)).toEqual([traceparent, undefined]);
  });

  it('knows a repeat and stores it once', async () => {
    const body = leverBody();
    expect((await ingress.lever(body)).status).toBe(202);
    expect((await ingress.lever(body)).status).toBe(202);
    expect(ingress.outcomes).toEqual(['accepted', 'repeat']);
    expect(ingress.sink.events).toHaveLength(1);
  });

  it.each([
    ['another event', { event: 'candidateHired', data: { opportunityId: 'opp-1' } }, 'other-event'],
    ['the console’s own test', { event: 'leverCertnTest', data: { opportunityId: 'opp-1' } }, 'test-event'],
    ['another stage', { data: { opportunityId: 'opp-1', toStageId: 'elsewhere' } }, 'other-stage'],
  ])('drops %s', async (_what, changes, reason) => {
    expect((await ingress.lever(leverBody(changes))).status).toBe(202);
    expect(ingress.requests.lines).toMatchObject([{ outcome: 'not-for-us', reason, teamId: 'team-1', opportunityId: 'opp-1' }]);
    expect(ingress.sink.events).toEqual([]);
  });

  it.each([
    [
      'the id of the trigger stage is not known yet',
      (i: Ingress) =>
        i.settings.teams.set(INTEGRATION, team({ lever: { ...team().lever!, triggerStage: { name: 'Background Check' } } })),
    ],
    [
      'there is no trigger stage yet',
      (i: Ingress) => i.settings.teams.set(INTEGRATION, team({ lever: { ...team().lever!, triggerStage: undefined } })),
    ],
    ['settings may be out of date', (i: Ingress) => void (i.settings.current = false)],
  ])('keeps a move into another stage while %s', async (_what, change) => {
    change(ingress);
    await ingress.lever(leverBody({ data: { opportunityId: 'opp-1', toStageId: 'elsewhere' } }));
    expect(ingress.sink.events).toHaveLength(1);
  });

  it("keeps a disabled team's webhooks: decisions are the resolver's", async () => {
    ingress.settings.teams.set(INTEGRATION, team({ enabled: false }));
    await ingress.lever(leverBody());
    expect(ingress.sink.events).toHaveLength(1);
  });

  it.each([
    ['a case', CERTN_BODY, { objectType: 'case', objectId: 'case-1', caseStatus: 'IN_PROGRESS' }],
    ['a check of a case', { ...CERTN_BODY, object_type: 'CHECK', event_type: 'CHECK_STATUS_CHANGED' }, { objectType: 'check' }],
    ['an object nobody has heard of', { ...CERTN_BODY, object_type: 'THING' }, { objectType: 'other' }],
    ['no object type', { ...CERTN_BODY, object_type: undefined }, { objectType: 'other' }],
    ['an event nobody has heard of', { ...CERTN_BODY, event_type: 'CASE_SANG' }, { eventType: 'CASE_SANG' }],
    ['nulls where nothing is needed', { ...CERTN_BODY, id: null, case_status: null, object_type: null }, { objectType: 'other' }],
  ])('publishes of Certn: %s', async (_what, body, event) => {
    expect((await ingress.certn(body)).status).toBe(202);
    expect(ingress.sink.events).toMatchObject([
      { topic: 'case-updated', event: { teamId: 'team-1', account: 'certn-account', ...event } },
    ]);
  });

  it('drops what Certn tells of its own forms', async () => {
    expect((await ingress.certn({ ...CERTN_BODY, event_type: 'CASE_INPUT_CLAIMS_AUTOMATICALLY_GENERATED' })).status).toBe(202);
    expect(ingress.outcomes).toEqual(['not-for-us']);
    expect(ingress.sink.events).toEqual([]);
  });

  it("knows a repeat of Certn's by its event id, but not where there is none", async () => {
    await ingress.certn(CERTN_BODY);
    await ingress.certn({ ...CERTN_BODY, id: undefined, event_id: 'evt-1' });
    const nameless = { ...CERTN_BODY, id: undefined };
    await ingress.certn(nameless);
    await ingress.certn(nameless);
    expect(ingress.outcomes).toEqual(['accepted', 'repeat', 'accepted', 'accepted']);
    expect(ingress.sink.events[1]!.context.id).toBe(ingress.sink.events[2]!.context.id);
  });
});

describe("Certn's challenge", () => {
  it('is echoed as plain text that no browser reads otherwise', async () => {
    const answer = await ingress.send('GET', `${CERTN_PATH}?challenge=${encodeURIComponent('a B/9+=~')}`);
    expect(answer).toMatchObject({ status: 200, text: 'a B/9+=~' });
    expect(answer.headers['content-type']).toBe('text/plain');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([
    ['missing', ''],
    ['empty', '?challenge='],
    ['given twice', '?challenge=a&challenge=b'],
    ['markup', `?challenge=${encodeURIComponent('<script>')}`],
    ['a quote', `?challenge=${encodeURIComponent('"')}`],
    ['not ASCII', `?challenge=${encodeURIComponent('é')}`],
    ['a line end', '?challenge=a%0d%0ab'],
    ['257 characters', `?challenge=${'x'.repeat(257)}`],
  ])('400: %s', async (_what, query) => {
    const answer = await ingress.send('GET', `${CERTN_PATH}${query}`);
    expect(answer.status).toBe(400);
  });

  it('takes 256 characters', async () => {
    expect((await ingress.send('GET', `${CERTN_PATH}?challenge=${'x'.repeat(256)}`)).text).toHaveLength(256);
  });
});

describe('the lines of deliveries', () => {
  it('name what was signed one by one, and count what anybody could have sent', async () => {
    const body = leverBody();
    await ingress.lever(body);
    await ingress.lever(body);
    for (let index = 0; index < 3; index += 1) await ingress.lever(leverBody({ signature: 'f'.repeat(64) }));
    await ingress.lever({});
    await ingress.certn(CERTN_BODY);
    await ingress.send('GET', `${CERTN_PATH}?challenge=x`);
    await ingress.deliveries.flush();
    const told = ingress.sink.lines.map(({ vendor, outcome, opportunityId, count }) => [vendor, outcome, opportunityId, count]);
    expect(told).toEqual([
      ['lever', 'accepted', 'opp-1', undefined],
      ['lever', 'repeat', 'opp-1', undefined],
      ['certn', 'accepted', undefined, undefined],
      ['lever', 'signature-wrong', undefined, 3],
      ['lever', 'verify-connection', undefined, 1],
      ['certn', 'challenge-answered', undefined, 1],
    ]);
    expect(new Set(ingress.sink.lines.map(({ id }) => id)).size).toBe(6);
  });
});

describe('stopping', () => {
  it('lets accepted requests end, and refuses new ones on open connections', async () => {
    ingress.sink.state = 'slow';
    const accepted = ingress.lever(leverBody());
    await until(() => ingress.sink['waiting'].length > 0);
    let finished = false;
    const finish = ingress.controller.finish().then(() => (finished = true));
    const late = await ingress.lever(leverBody());
    expect([late.status, late.headers.connection, late.headers['retry-after']]).toEqual([503, 'close', '1']);
    expect(finished).toBe(false);
    ingress.sink.answer();
    expect((await accepted).status).toBe(202);
    await finish;
    expect(ingress.sink.events).toHaveLength(1);
  });

  it('is not held up by a connection that its client keeps open', async () => {
    ingress.sink.state = 'slow';
    const agent = new Agent({ keepAlive: true });
    const headers = { 'content-type': 'application/json' };
    const closed = new Promise((resolve) => {
      const request = httpRequest({ port: ingress.port, host: '127.0.0.1', method: 'POST', path: LEVER_PATH, agent, headers });
      request.on('response', (response) => response.resume());
      request.on('socket', (socket) => socket.on('close', resolve));
      request.end(JSON.stringify(leverBody()));
    });
    await until(() => ingress.sink['waiting'].length > 0);
    const finished = ingress.controller.finish();
    ingress.sink.answer();
    await Promise.all([finished, closed]);
    agent.destroy();
  });

  it('waits for nobody who went away in the middle of a body', async () => {
    const socket = connect(ingress.port, '127.0.0.1');
    socket.write(
      `POST ${LEVER_PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"event":`,
    );
    await until(() => ingress.controller['underWay'] > 0);
    socket.destroy();
    await ingress.controller.finish();
    expect(ingress.controller['readingBytes']).toBe(0);
    expect(ingress.sink.events).toEqual([]);
  });
});
