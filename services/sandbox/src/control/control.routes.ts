import type { FastifyInstance, FastifyReply } from 'fastify';
import { CASE_ACTIONS, type CaseStep } from '../certn/case-progress';
import { certnAccountJson, caseView, makeCertnAccount } from './control-certn.routes';
import { boardSnapshot } from './board-snapshot';
import { leverAccountJson, leverAccountOf, makeLeverAccount, parseLimit } from './control-lever.routes';
import { body, ControlError, count, flag, found, list, number, object, oneOf, orNull, text } from './control-schema';
import { CALL_FAULTS, FAULT_TARGETS, WEBHOOK_FAULTS, type FaultRule } from '../faults';
import { SCENARIOS, type ScenarioRuns } from './scenarios';
import { ordersOf, tally } from './tally';
import type { World } from '../world';

/** What the server itself can be told. */
export interface SandboxServer {
  /** Makes everything new, with the demo accounts or empty. */
  reset(seed: boolean): void;
  /** Refuses connections for so long. */
  outage(ms: number): Promise<void>;
}

/** The control API of what concerns both vendors: faults, limits, counts, scenarios, reset. */
export function addControl(app: FastifyInstance, world: World, server: SandboxServer, scenarios: ScenarioRuns): void {
  addServer(app, world, server);
  addFaults(app, world);
  addSettings(app, world);
  addCounts(app, world);
  addScenarios(app, scenarios);
  addStream(app, world);
}

function addServer(app: FastifyInstance, world: World, server: SandboxServer): void {
  app.get('/health/live', () => ({ status: 'ok' }));
  app.get('/health/ready', () => ({ status: 'ok' }));
  app.post('/control/reset', { schema: body({ seed: flag }) }, ({ body: given }) => {
    server.reset((given as { seed?: boolean } | null)?.seed ?? false);
    return { reset: true };
  });
  app.post(
    '/control/outage',
    { schema: body({ ms: { ...count, maximum: 600_000 } }, ['ms']) },
    async ({ body: given }, reply) => {
      const { ms } = given as { ms: number };
      await reply.code(202).header('connection', 'close').send({ outageMs: ms });
      void server.outage(ms);
    },
  );
  const tenant = body({ id: text, name: text, leverKey: text, certnKey: text, signatureToken: text, stages: list(text) });
  /** An account at both vendors with the same id. */
  app.post('/control/tenants', { schema: tenant }, (request, reply) => {
    const { leverKey, certnKey, ...rest } = request.body as { id?: string; leverKey?: string; certnKey?: string };
    const lever = makeLeverAccount(world, { ...rest, apiKey: leverKey });
    const certn = makeCertnAccount(world, { id: lever.id, name: lever.name, apiKey: certnKey });
    world.changed('account');
    return reply.code(201).send({ id: lever.id, lever: leverAccountJson(lever), certn: certnAccountJson(certn) });
  });
  app.get('/control/board/:account', ({ params }) => boardSnapshot(world, leverAccountOf(world, params)));
  app.get('/control/state', () => ({
    lever: [...world.leverAccounts.values()].map(leverAccountJson),
    certn: [...world.certnAccounts.values()].map(certnAccountJson),
    latencyMs: world.latencyMs,
    webhookWaitsMs: world.sender.waitsMs,
    faults: world.faults.list(),
  }));
}

function addFaults(app: FastifyInstance, world: World): void {
  const rule = {
    on: oneOf(FAULT_TARGETS),
    kind: oneOf([...CALL_FAULTS, ...WEBHOOK_FAULTS]),
    route: text,
    account: text,
    times: { type: 'integer', minimum: 1 },
    skip: count,
    probability: { type: 'number', minimum: 0, maximum: 1 },
    status: { type: 'integer', minimum: 200, maximum: 599 },
    code: text,
    message: text,
    retryAfterSeconds: number,
    ms: count,
    copies: count,
    performed: flag,
  };
  app.get('/control/faults', () => world.faults.list());
  app.post('/control/faults', { schema: body(rule, ['on', 'kind']) }, ({ body: given }, reply) => {
    const wanted = given as FaultRule;
    const ofWebhooks = (WEBHOOK_FAULTS as readonly string[]).includes(wanted.kind);
    if (ofWebhooks !== wanted.on.endsWith('-webhooks'))
      throw new ControlError(400, `${wanted.kind} can't happen on ${wanted.on}`);
    const fault = world.faults.add(wanted);
    world.changed('fault');
    return reply.code(201).send(fault);
  });
  app.delete('/control/faults', (_, reply) => {
    world.faults.clear();
    world.changed('fault');
    return reply.code(204).send();
  });
  app.delete('/control/faults/:id', ({ params }, reply) => {
    if (!world.faults.remove((params as { id: string }).id)) throw new ControlError(404, 'no such fault (it may be used up)');
    world.changed('fault');
    return reply.code(204).send();
  });
}

function addSettings(app: FastifyInstance, world: World): void {
  app.put('/control/latency', { schema: body({ lever: count, certn: count }) }, ({ body: given }) =>
    Object.assign(world.latencyMs, given),
  );
  app.put('/control/limits', { schema: body({ lever: orNull(text), certn: orNull(text) }) }, ({ body: given }) => {
    const { lever, certn } = given as { lever?: string | null; certn?: string | null };
    if (lever !== undefined) {
      world.leverLimit = lever === null ? null : parseLimit(lever);
      for (const account of world.leverAccounts.values()) account.setLimit(world.leverLimit);
    }
    if (certn !== undefined) {
      world.certnLimit = certn === null ? null : parseLimit(certn);
      for (const account of world.certnAccounts.values()) account.setLimit(world.certnLimit);
    }
    return { lever: world.leverLimit?.text ?? null, certn: world.certnLimit?.text ?? null };
  });
  const waits = list(count);
  app.put('/control/webhook-waits', { schema: body({ lever: waits, certn: waits }) }, ({ body: given }) =>
    Object.assign(world.sender.waitsMs, given),
  );
}

function addCounts(app: FastifyInstance, world: World): void {
  app.get('/control/counters', () => ({ ...world.counters.read(), webhooks: world.sender.counts }));
  app.delete('/control/counters', (_, reply) => {
    world.counters.clear();
    return reply.code(204).send();
  });
  app.get('/control/deliveries', ({ query }) => {
    const { limit, vendor, account, subject } = query as { limit?: string; vendor?: string; account?: string; subject?: string };
    const of = (asked: string | undefined, is: string): boolean => asked === undefined || asked === is;
    const all = world.sender.deliveries(Number.MAX_SAFE_INTEGER);
    return all
      .filter((one) => of(vendor, one.vendor) && of(account, one.account) && of(subject, one.subject))
      .slice(0, Number(limit ?? 100));
  });
  app.get('/control/tally/:account', ({ params, query }) => {
    const { account } = params as { account: string };
    const { stage, certn, times } = query as { stage?: string; certn?: string; times?: string };
    const lever = found(world.leverAccounts.get(account), 'Lever account');
    const stageId = stage === undefined ? undefined : found(lever.findStage(stage), 'stage').id;
    return tally(lever, world.certnAccounts.get(certn ?? account), stageId, times === 'true');
  });
  app.get('/control/orders/:account', ({ params, query }) => {
    const { account } = params as { account: string };
    const { email, opportunity, certn } = query as { email?: string; opportunity?: string; certn?: string };
    const at = found(world.certnAccounts.get(certn ?? account), 'Certn account');
    const emails = email === undefined ? emailsOf(world, account, opportunity) : [email];
    const cases = emails === null ? [...at.cases.values()] : emails.flatMap((one) => at.byEmail.get(one.toLowerCase()) ?? []);
    return { count: cases.length, cases: cases.map(caseView) };
  });
  app.get('/control/orders-by-email/:account', ({ params }) => {
    const at = found(world.certnAccounts.get((params as { account: string }).account), 'Certn account');
    return Object.fromEntries([...at.byEmail].map(([email, cases]) => [email, cases.length]));
  });
  app.get('/control/opportunity-counts/:account', ({ params }) => {
    const { account } = params as { account: string };
    const lever = found(world.leverAccounts.get(account), 'Lever account');
    const certn = world.certnAccounts.get(account);
    return Object.fromEntries(
      [...lever.opportunities.values()].map((one) => [
        one.id,
        { tags: one.tags.length, links: one.contact.links.length, orders: ordersOf(one, certn) },
      ]),
    );
  });
}

function emailsOf(world: World, account: string, opportunity: string | undefined): string[] | null {
  if (opportunity === undefined) return null;
  return found(world.leverAccounts.get(account)?.opportunities.get(opportunity), 'opportunity').contact.emails;
}

function addScenarios(app: FastifyInstance, scenarios: ScenarioRuns): void {
  app.get('/control/scenarios', () => SCENARIOS);
  app.get('/control/scenario-runs', () => scenarios.list());
  app.get('/control/scenario-runs/:id', ({ params }) => found(scenarios.get((params as { id: string }).id), 'run'));
  const step = object({ action: oneOf(CASE_ACTIONS), check: text, score: text }, ['action']);
  const schema = body({ account: text, email: text, caseId: text, scenario: text, steps: list(step), stepMs: count }, [
    'account',
  ]);
  app.post('/control/scenario-runs', { schema }, (request, reply) => {
    const {
      account,
      email,
      caseId,
      scenario,
      steps,
      stepMs = 500,
    } = request.body as {
      account: string;
      email?: string;
      caseId?: string;
      scenario?: string;
      steps?: CaseStep[];
      stepMs?: number;
    };
    if ((email === undefined) === (caseId === undefined)) throw new ControlError(400, 'name an email or a caseId');
    if ((scenario === undefined) === (steps === undefined)) throw new ControlError(400, 'name a scenario or give steps');
    const script = steps ?? found(SCENARIOS[scenario ?? ''], 'scenario');
    return reply.code(202).send(scenarios.start({ account, email, caseId }, script, stepMs));
  });
}

/** Server-sent events: one line per kind of thing that changed, at most every 50 ms, so that the board knows when to look. */
function addStream(app: FastifyInstance, world: World): void {
  const streams = new Set<FastifyReply>();
  const waiting = new Set<string>();
  const flush = (): void => {
    const line = `data: ${JSON.stringify([...waiting])}\n\n`;
    waiting.clear();
    for (const { raw } of streams) raw.write(line);
  };
  world.changes.on('change', (what: string) => {
    if (streams.size === 0) return;
    if (waiting.size === 0) setTimeout(flush, 50);
    waiting.add(what);
  });
  app.get('/control/stream', (request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    reply.raw.write('retry: 1000\n\n');
    streams.add(reply);
    request.raw.on('close', () => streams.delete(reply));
  });
}
