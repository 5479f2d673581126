import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { CASE_ACTIONS, type CaseStep } from '../certn/case-progress';
import {
  CERTN_EVENTS,
  type Case,
  type CertnAccount,
  type CertnEvent,
  type CertnWebhook,
  type Pace,
} from '../certn/certn-account';
import { caseJson } from '../certn/certn.routes';
import { parseLimit } from './control-lever.routes';
import { anyObject, body, ControlError, count, flag, found, list, object, oneOf, orNull, text } from './control-schema';
import type { World } from '../world';

interface NewAccount {
  id?: string;
  name?: string;
  apiKey?: string;
  pace?: Pace;
}

const pace = object({ applicantMs: orNull(count), servicesMs: orNull(count) }, ['applicantMs', 'servicesMs']);

/** Makes a Certn account: used by the control API for one vendor and for both at once. */
export function makeCertnAccount(world: World, given: NewAccount): CertnAccount {
  const id = given.id ?? randomUUID();
  if (world.certnAccounts.has(id)) throw new ControlError(409, 'there is such an account already');
  const account = world.addCertnAccount(id, given.name ?? id);
  account.addKey(given.apiKey ?? randomBytes(24).toString('hex'));
  if (given.pace) account.pace = given.pace;
  return account;
}

/** What the control API tells of a Certn account. */
export function certnAccountJson(account: CertnAccount): object {
  const { id, name, webhook, webhookSecret, pace: paced, searchLagMs, reportMs, reportsFail, tellPackage, groups } = account;
  return {
    id,
    name,
    keys: [...account.keys.values()],
    packages: [...account.packages.values()],
    groups,
    webhook,
    webhookSecret,
    pace: paced,
    searchLagMs,
    reportMs,
    reportsFail,
    tellPackage,
    cases: account.cases.size,
    limit: account.limit?.text ?? null,
  };
}

/** The control API of the stand-in Certn. */
export function addCertnControl(app: FastifyInstance, world: World): void {
  addAccounts(app, world);
  addWebhook(app, world);
  addCases(app, world);
  addCaseSteps(app, world);
}

const ACCOUNTS = '/control/certn/accounts';
const ACCOUNT = `${ACCOUNTS}/:account`;
const CASE = '/control/certn/cases/:id';

function accountOf(world: World, params: unknown): CertnAccount {
  return found(world.certnAccounts.get((params as { account: string }).account), 'Certn account');
}

/** A case of any account, by its id or short id. */
export function caseOf(world: World, params: unknown): Case {
  const { id } = params as { id: string };
  for (const account of world.certnAccounts.values()) {
    const known = account.cases.get(id);
    if (known) return known;
  }
  throw new ControlError(404, 'no such case');
}

function addAccounts(app: FastifyInstance, world: World): void {
  app.post(ACCOUNTS, { schema: body({ id: text, name: text, apiKey: text, pace }) }, (request, reply) => {
    const account = makeCertnAccount(world, request.body as NewAccount);
    world.changed('account');
    return reply.code(201).send(certnAccountJson(account));
  });
  app.get(ACCOUNTS, () => [...world.certnAccounts.values()].map(certnAccountJson));
  app.get(ACCOUNT, ({ params }) => certnAccountJson(accountOf(world, params)));
  app.delete(ACCOUNT, ({ params }, reply) => {
    world.certnAccounts.delete(accountOf(world, params).id);
    world.changed('account');
    return reply.code(204).send();
  });
  const changes = {
    name: text,
    limit: orNull(text),
    pace,
    searchLagMs: count,
    reportMs: count,
    reportsFail: flag,
    tellPackage: flag,
  };
  app.patch(ACCOUNT, { schema: body(changes) }, ({ params, body: given }) => {
    const account = accountOf(world, params);
    const { limit, ...rest } = given as { limit?: string | null; pace?: Pace };
    if (limit !== undefined) account.setLimit(limit === null ? null : parseLimit(limit));
    Object.assign(account, rest);
    if (rest.pace) for (const one of account.cases.values()) world.keepPace(one);
    world.changed('account');
    return certnAccountJson(account);
  });
  app.put(`${ACCOUNT}/keys/:key`, { schema: body({ refused: flag }) }, ({ params, body: given }) => {
    const account = accountOf(world, params);
    const { key } = params as { key: string };
    const entry = account.keys.get(key) ?? account.addKey(key);
    entry.refused = (given as { refused?: boolean }).refused ?? entry.refused;
    world.changed('account');
    return certnAccountJson(account);
  });
  app.delete(`${ACCOUNT}/keys/:key`, ({ params }, reply) => {
    accountOf(world, params).keys.delete((params as { key: string }).key);
    return reply.code(204).send();
  });
  app.post(
    `${ACCOUNT}/packages`,
    { schema: body({ id: text, name: text, checks: anyObject }, ['name', 'checks']) },
    ({ params, body: given }, reply) => {
      const { id, name, checks } = given as { id?: string; name: string; checks: Record<string, object> };
      return reply.code(201).send(accountOf(world, params).addPackage(name, checks, id));
    },
  );
}

function addWebhook(app: FastifyInstance, world: World): void {
  const webhook = {
    url: orNull(text),
    secret: text,
    events: list(oneOf(CERTN_EVENTS)),
    idField: oneOf(['id', 'event_id']),
    challenge: flag,
  };
  app.put(`${ACCOUNT}/webhook`, { schema: body(webhook, ['url']) }, async ({ params, body: given }) => {
    const account = accountOf(world, params);
    const { url, challenge = true, ...rest } = given as Partial<CertnWebhook> & { url: string | null; challenge?: boolean };
    if (url === null) {
      account.webhook = null;
      return { ...certnAccountJson(account), challenge: null };
    }
    const events: CertnEvent[] = [...CERTN_EVENTS];
    account.webhookSecret = rest.secret ?? account.webhookSecret;
    const secret = account.webhookSecret;
    const problem = challenge ? await world.sender.challenge(url) : null;
    account.webhook = { events, idField: 'id', ...rest, secret, url, on: problem === null };
    world.changed('account');
    return { ...certnAccountJson(account), challenge: problem };
  });
}

/** What the control API tells of a case. */
export function caseView(one: Case): object {
  return { ...caseJson(one), account: one.account.id, packageId: one.packageId };
}

function addCases(app: FastifyInstance, world: World): void {
  app.get(`${ACCOUNT}/cases`, ({ params, query }) => {
    const account = accountOf(world, params);
    const { email, status } = query as { email?: string; status?: string };
    const cases = email === undefined ? [...account.cases.values()] : (account.byEmail.get(email.toLowerCase()) ?? []);
    return cases.filter((one) => status === undefined || one.status === status).map(caseView);
  });
  app.get(CASE, ({ params }) => caseView(caseOf(world, params)));
  app.delete(CASE, ({ params }, reply) => {
    const one = caseOf(world, params);
    one.account.remove(one.id);
    world.changed('case');
    return reply.code(204).send();
  });
  const wanted = body({ email: text, checks: anyObject, invite: flag, createdAt: { type: 'number' } }, ['email', 'checks']);
  /** A case that somebody ordered in Certn's own portal. */
  app.post(`${ACCOUNT}/cases`, { schema: wanted }, ({ params, body: given }, reply) => {
    const {
      email,
      checks,
      invite = true,
      createdAt,
    } = given as { email: string; checks: Record<string, object>; invite?: boolean; createdAt?: number };
    const made = accountOf(world, params).order({ email, checkTypes: checks, packageId: null, group: null, invite });
    if (createdAt !== undefined) Object.assign(made, { createdMs: createdAt, modifiedMs: createdAt });
    if (invite) world.begin(made);
    return reply.code(201).send(caseView(made));
  });
  app.get(`${ACCOUNT}/mailbox`, ({ params, query }) => {
    const { email } = query as { email?: string };
    return accountOf(world, params).mails.filter(({ to }) => email === undefined || to === email);
  });
}

function addCaseSteps(app: FastifyInstance, world: World): void {
  app.post(
    `${CASE}/act`,
    { schema: body({ action: oneOf(CASE_ACTIONS), check: text, score: text }, ['action']) },
    ({ params, body: given }) => {
      const one = caseOf(world, params);
      world.progress.take(one, given as CaseStep);
      world.keepPace(one);
      return caseView(one);
    },
  );
  app.post(`${CASE}/status`, { schema: body({ status: text, score: orNull(text) }, ['status']) }, ({ params, body: given }) => {
    const one = caseOf(world, params);
    const { status, score } = given as { status: string; score?: string | null };
    world.progress.setStatus(one, status, score);
    world.keepPace(one);
    return caseView(one);
  });
  app.post(
    `${CASE}/checks/:check`,
    { schema: body({ status: text, score: orNull(text) }, ['status']) },
    ({ params, body: given }) => {
      const one = caseOf(world, params);
      const { status, score } = given as { status: string; score?: string | null };
      if (!world.progress.setCheck(one, (params as { check: string }).check, status, score))
        throw new ControlError(404, 'no such check');
      return caseView(one);
    },
  );
  /** Certn's webhook of a case or check as it stands, without a change: late, repeated, or of a case nobody knows. */
  const hook = body({ event: oneOf(CERTN_EVENTS), check: text, copies: count }, ['event']);
  app.post(`${CASE}/webhooks`, { schema: hook }, ({ params, body: given }) => {
    const one = caseOf(world, params);
    const { event, check, copies = 1 } = given as { event: CertnEvent; check?: string; copies?: number };
    const about =
      check === undefined
        ? undefined
        : found(
            one.checks.find(({ id, type }) => id === check || type === check),
            'check',
          );
    for (let copy = 0; copy < copies; copy += 1) world.announceCase(one, event, about);
    return { sent: copies };
  });
}
