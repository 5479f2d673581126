import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import {
  anyObject,
  body,
  ControlError,
  count,
  flag,
  found,
  list,
  number,
  object,
  oneOf,
  orNull,
  text,
  texts,
} from './control-schema';
import {
  GRANTED,
  LEVER_PERMISSIONS,
  type LeverAccount,
  type LeverPermission,
  type NewOpportunity,
  type Opportunity,
  type Stage,
} from './lever-account';
import { opportunityJson } from './lever.routes';
import { parseRateLimit } from './rate-limit';
import { STAGE_CHANGE, type World } from './world';

interface NewAccount {
  id?: string;
  name?: string;
  apiKey?: string;
  permissions?: LeverPermission[];
  stages?: (string | Stage)[];
  signatureToken?: string;
}

const DEFAULT_STAGES = ['New applicant', 'Phone screen', 'Background Check', 'Offer'];
/** Opportunities made or moved by one request. */
const MAX_BULK = 200_000;

const newOpportunity = {
  id: text,
  name: orNull(text),
  emails: texts,
  stage: text,
  tags: texts,
  contactId: text,
  confidential: flag,
  archived: flag,
};

/** Makes a Lever account: used by the control API for one vendor and for both at once. */
export function makeLeverAccount(world: World, given: NewAccount): LeverAccount {
  const id = given.id ?? randomUUID();
  if (world.leverAccounts.has(id)) throw new ControlError(409, 'there is such an account already');
  const account = world.addLeverAccount(id, given.name ?? id);
  account.addKey(given.apiKey ?? randomBytes(24).toString('hex'), given.permissions ?? GRANTED);
  if (given.signatureToken) account.signatureToken = given.signatureToken;
  for (const stage of given.stages ?? DEFAULT_STAGES)
    if (typeof stage === 'string') account.addStage(stage);
    else account.addStage(stage.text, stage.id);
  return account;
}

/** What the control API tells of a Lever account. */
export function leverAccountJson(account: LeverAccount): object {
  return {
    id: account.id,
    name: account.name,
    keys: [...account.keys.values()].map(({ key, permissions, refused }) => ({ key, permissions: [...permissions], refused })),
    stages: account.stages,
    webhooks: account.webhooks,
    signatureToken: account.signatureToken,
    opportunities: account.opportunities.size,
    limit: account.limit?.text ?? null,
    clockOffsetMs: account.clockOffsetMs,
    requirePerformAs: account.requirePerformAs,
    duplicates: account.duplicates,
  };
}

/** The control API of the stand-in Lever. */
export function addLeverControl(app: FastifyInstance, world: World): void {
  addAccounts(app, world);
  addKeysAndStages(app, world);
  addOpportunities(app, world);
  addMoves(app, world);
}

function accountOf(world: World, params: unknown): LeverAccount {
  return found(world.leverAccounts.get((params as { account: string }).account), 'Lever account');
}

function opportunityOf(account: LeverAccount, params: unknown): Opportunity {
  return found(account.opportunities.get((params as { id: string }).id), 'opportunity');
}

function stageOf(account: LeverAccount, idOrText: string): Stage {
  return found(account.findStage(idOrText), 'stage');
}

const ACCOUNTS = '/control/lever/accounts';
const ACCOUNT = `${ACCOUNTS}/:account`;

function addAccounts(app: FastifyInstance, world: World): void {
  const stage = { anyOf: [text, object({ id: text, text }, ['id', 'text'])] };
  const permissions = list(oneOf(LEVER_PERMISSIONS));
  const schema = body({ id: text, name: text, apiKey: text, permissions, stages: list(stage), signatureToken: text });
  app.post(ACCOUNTS, { schema }, (request, reply) => {
    const account = makeLeverAccount(world, request.body as NewAccount);
    world.changed('account');
    return reply.code(201).send(leverAccountJson(account));
  });
  app.get(ACCOUNTS, () => [...world.leverAccounts.values()].map(leverAccountJson));
  app.get(ACCOUNT, ({ params }) => leverAccountJson(accountOf(world, params)));
  app.delete(ACCOUNT, ({ params }, reply) => {
    const account = accountOf(world, params);
    account.keys.clear();
    world.leverAccounts.delete(account.id);
    world.changed('account');
    return reply.code(204).send();
  });
  const changes = {
    name: text,
    limit: orNull(text),
    clockOffsetMs: number,
    requirePerformAs: flag,
    duplicates: oneOf(['ignore', 'keep']),
  };
  app.patch(ACCOUNT, { schema: body(changes) }, ({ params, body: given }) => {
    const account = accountOf(world, params);
    const { limit, ...rest } = given as { limit?: string | null };
    if (limit !== undefined) account.setLimit(limit === null ? null : parseLimit(limit));
    Object.assign(account, rest);
    world.changed('account');
    return leverAccountJson(account);
  });
}

/** Reads a limit, or answers 400. */
export function parseLimit(limit: string): ReturnType<typeof parseRateLimit> {
  try {
    return parseRateLimit(limit);
  } catch (error) {
    throw new ControlError(400, (error as Error).message);
  }
}

function addKeysAndStages(app: FastifyInstance, world: World): void {
  const permissions = list(oneOf(LEVER_PERMISSIONS));
  app.put(`${ACCOUNT}/keys/:key`, { schema: body({ permissions, refused: flag }) }, ({ params, body: given }) => {
    const account = accountOf(world, params);
    const { key } = params as { key: string };
    const entry = account.keys.get(key) ?? account.addKey(key);
    const wanted = given as { permissions?: LeverPermission[]; refused?: boolean };
    if (wanted.permissions) entry.permissions = new Set(wanted.permissions);
    entry.refused = wanted.refused ?? entry.refused;
    world.changed('account');
    return leverAccountJson(account);
  });
  app.delete(`${ACCOUNT}/keys/:key`, ({ params }, reply) => {
    accountOf(world, params).keys.delete((params as { key: string }).key);
    return reply.code(204).send();
  });
  app.post(`${ACCOUNT}/stages`, { schema: body({ id: text, text }, ['text']) }, ({ params, body: given }, reply) => {
    const wanted = given as { id?: string; text: string };
    const stage = accountOf(world, params).addStage(wanted.text, wanted.id);
    world.changed('account');
    return reply.code(201).send(stage);
  });
  app.patch(`${ACCOUNT}/stages/:id`, { schema: body({ text }, ['text']) }, ({ params, body: given }) => {
    const stage = stageOf(accountOf(world, params), (params as { id: string }).id);
    stage.text = (given as { text: string }).text;
    world.changed('account');
    return stage;
  });
  app.delete(`${ACCOUNT}/stages/:id`, ({ params }, reply) => {
    const account = accountOf(world, params);
    account.stages.splice(account.stages.indexOf(stageOf(account, (params as { id: string }).id)), 1);
    return reply.code(204).send();
  });
  const webhook = body({ url: orNull(text), signatureToken: text, event: text, verify: flag }, ['url']);
  app.put(`${ACCOUNT}/webhook`, { schema: webhook }, ({ params, body: given }) => {
    const account = accountOf(world, params);
    const {
      url,
      signatureToken,
      event = STAGE_CHANGE,
      verify,
    } = given as { url: string | null; signatureToken?: string; event?: string; verify?: boolean };
    account.webhooks.splice(0, account.webhooks.length, ...account.webhooks.filter((one) => one.event !== event));
    if (signatureToken) account.signatureToken = signatureToken;
    if (url !== null) {
      const made = account.addWebhook(event, url);
      if (verify) world.verifyConnection(account, made);
    }
    world.changed('account');
    return leverAccountJson(account);
  });
}

/** What the control API tells of an opportunity: Lever's own JSON and where it stands in words. */
export function opportunityView(account: LeverAccount, one: Opportunity): object {
  return { ...opportunityJson(one), stageName: account.stages.find(({ id }) => id === one.stageId)?.text ?? null };
}

function addOpportunities(app: FastifyInstance, world: World): void {
  const bulk = { count: { ...count, maximum: MAX_BULK }, prefix: text, stage: text, tags: texts };
  app.post(
    `${ACCOUNT}/opportunities`,
    { schema: { body: { anyOf: [object(newOpportunity), object(bulk, ['count'])] } } },
    (request, reply) => {
      const account = accountOf(world, request.params);
      const given = request.body as NewOpportunity & { count?: number; prefix?: string };
      if (given.stage !== undefined) stageOf(account, given.stage);
      world.changed('opportunity');
      if (given.count === undefined) return reply.code(201).send(opportunityView(account, account.add(given)));
      const ids = Array.from({ length: given.count }, (_, index) => {
        const who = `${given.prefix ?? 'load'}-${index + 1}`;
        return account.add({ name: who, emails: [`${who}.${account.id}@example.com`], stage: given.stage, tags: given.tags }).id;
      });
      return reply.code(201).send({ ids });
    },
  );
  app.get(`${ACCOUNT}/opportunities`, ({ params, query }) => {
    const account = accountOf(world, params);
    const { stage } = query as { stage?: string };
    return account.list(stage === undefined ? undefined : stageOf(account, stage).id).map((one) => opportunityView(account, one));
  });
  app.get(`${ACCOUNT}/opportunities/:id`, ({ params }) => {
    const account = accountOf(world, params);
    return opportunityView(account, opportunityOf(account, params));
  });
  const changes = {
    name: orNull(text),
    emails: orNull(texts),
    tags: texts,
    links: texts,
    contactId: text,
    contactAllowed: flag,
    confidential: flag,
    archived: flag,
    anonymized: { const: true },
    stageChanges: orNull(list(anyObject)),
  };
  app.patch(`${ACCOUNT}/opportunities/:id`, { schema: body(changes) }, ({ params, body: given }) => {
    const account = accountOf(world, params);
    const one = opportunityOf(account, params);
    change(account, one, given as Changes);
    world.changed('opportunity');
    return opportunityView(account, one);
  });
  app.delete(`${ACCOUNT}/opportunities/:id`, ({ params }, reply) => {
    const account = accountOf(world, params);
    account.remove(opportunityOf(account, params).id);
    world.changed('opportunity');
    return reply.code(204).send();
  });
}

interface Changes {
  name?: string | null;
  emails?: string[];
  tags?: string[];
  links?: string[];
  contactId?: string;
  contactAllowed?: boolean;
  confidential?: boolean;
  archived?: boolean;
  anonymized?: true;
  stageChanges?: Opportunity['stageChanges'];
}

function change(account: LeverAccount, one: Opportunity, given: Changes): void {
  const { name, emails, links, contactAllowed, tags, confidential, stageChanges, archived, contactId, anonymized } = given;
  if (contactId !== undefined) one.contact = found(account.contacts.get(contactId), 'contact');
  Object.assign(one.contact, defined({ name, emails, links, contactAllowed }));
  Object.assign(one, defined({ tags, confidential, stageChanges }));
  if (archived !== undefined) one.archived = archived ? { archivedAt: account.now(), reason: randomUUID() } : null;
  if (anonymized) account.anonymize(one);
  one.updatedAt = account.now();
}

function defined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function addMoves(app: FastifyInstance, world: World): void {
  app.post(
    `${ACCOUNT}/opportunities/:id/move`,
    { schema: body({ stage: text, webhook: flag, at: number }, ['stage']) },
    ({ params, body: given }) => {
      const account = accountOf(world, params);
      const one = opportunityOf(account, params);
      const { stage, ...move } = given as { stage: string; webhook?: boolean; at?: number };
      world.move(account, one, stageOf(account, stage), move);
      return opportunityView(account, one);
    },
  );
  const moves = body({ ids: { ...texts, maxItems: MAX_BULK }, stage: text, webhook: flag }, ['ids', 'stage']);
  app.post(`${ACCOUNT}/moves`, { schema: moves }, ({ params, body: given }) => {
    const account = accountOf(world, params);
    const { ids, stage, webhook } = given as { ids: string[]; stage: string; webhook?: boolean };
    const to = stageOf(account, stage);
    for (const id of ids) world.move(account, opportunityOf(account, { id }), to, { webhook });
    return { moved: ids.length };
  });
  /** A webhook without a move: repeated, of an unknown candidate, of a stage long left. */
  const hook = body({ opportunityId: text, toStageId: text, fromStageId: text, contactId: text, event: text, copies: count }, [
    'opportunityId',
  ]);
  app.post(`${ACCOUNT}/webhooks`, { schema: hook }, ({ params, body: given }) => {
    const account = accountOf(world, params);
    const {
      opportunityId,
      toStageId,
      fromStageId,
      contactId,
      event = STAGE_CHANGE,
      copies = 1,
    } = given as Record<string, string> & { copies?: number };
    const known = account.opportunities.get(opportunityId ?? '');
    const data = {
      opportunityId,
      candidateId: opportunityId,
      contactId: contactId ?? known?.contact.id,
      toStageId: toStageId ?? known?.stageId,
      fromStageId: fromStageId ?? null,
    };
    for (let copy = 0; copy < copies; copy += 1) world.announceLever(account, event, opportunityId ?? '', data);
    return { sent: copies };
  });
}
