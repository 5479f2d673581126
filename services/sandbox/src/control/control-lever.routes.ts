import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { body, ControlError, flag, found, list, number, object, oneOf, orNull, text } from './control-schema';
import {
  GRANTED,
  LEVER_PERMISSIONS,
  type LeverAccount,
  type LeverPermission,
  type Opportunity,
  type Stage,
} from '../lever/lever-account';
import { opportunityJson } from '../lever/lever-answers';
import { parseRateLimit } from '../rate-limit';
import { STAGE_CHANGE, type World } from '../world';

interface NewAccount {
  id?: string;
  name?: string;
  apiKey?: string;
  permissions?: LeverPermission[];
  stages?: (string | Stage)[];
  signatureToken?: string;
}

const DEFAULT_STAGES = ['New applicant', 'Phone screen', 'Background Check', 'Offer'];

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

/** What the control API tells of an opportunity: Lever's own JSON and where it stands in words. */
export function opportunityView(account: LeverAccount, one: Opportunity): object {
  return { ...opportunityJson(one), stageName: account.stages.find(({ id }) => id === one.stageId)?.text ?? null };
}

/** The control API of the stand-in Lever. */
export function addLeverControl(app: FastifyInstance, world: World): void {
  addAccounts(app, world);
  addKeysAndStages(app, world);
}

/** The account a path names, or 404. */
export function leverAccountOf(world: World, params: unknown): LeverAccount {
  return found(world.leverAccounts.get((params as { account: string }).account), 'Lever account');
}

/** A stage by id or name, or 404. */
export function stageOf(account: LeverAccount, idOrText: string): Stage {
  return found(account.findStage(idOrText), 'stage');
}

const ACCOUNTS = '/control/lever/accounts';
export const LEVER_ACCOUNT = `${ACCOUNTS}/:account`;

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
  app.get(LEVER_ACCOUNT, ({ params }) => leverAccountJson(leverAccountOf(world, params)));
  app.delete(LEVER_ACCOUNT, ({ params }, reply) => {
    const account = leverAccountOf(world, params);
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
  app.patch(LEVER_ACCOUNT, { schema: body(changes) }, ({ params, body: given }) => {
    const account = leverAccountOf(world, params);
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
  app.put(`${LEVER_ACCOUNT}/keys/:key`, { schema: body({ permissions, refused: flag }) }, ({ params, body: given }) => {
    const account = leverAccountOf(world, params);
    const { key } = params as { key: string };
    const entry = account.keys.get(key) ?? account.addKey(key);
    const wanted = given as { permissions?: LeverPermission[]; refused?: boolean };
    if (wanted.permissions) entry.permissions = new Set(wanted.permissions);
    entry.refused = wanted.refused ?? entry.refused;
    world.changed('account');
    return leverAccountJson(account);
  });
  app.delete(`${LEVER_ACCOUNT}/keys/:key`, ({ params }, reply) => {
    leverAccountOf(world, params).keys.delete((params as { key: string }).key);
    return reply.code(204).send();
  });
  app.post(`${LEVER_ACCOUNT}/stages`, { schema: body({ id: text, text }, ['text']) }, ({ params, body: given }, reply) => {
    const wanted = given as { id?: string; text: string };
    const stage = leverAccountOf(world, params).addStage(wanted.text, wanted.id);
    world.changed('account');
    return reply.code(201).send(stage);
  });
  app.patch(`${LEVER_ACCOUNT}/stages/:id`, { schema: body({ text }, ['text']) }, ({ params, body: given }) => {
    const stage = stageOf(leverAccountOf(world, params), (params as { id: string }).id);
    stage.text = (given as { text: string }).text;
    world.changed('account');
    return stage;
  });
  app.delete(`${LEVER_ACCOUNT}/stages/:id`, ({ params }, reply) => {
    const account = leverAccountOf(world, params);
    account.stages.splice(account.stages.indexOf(stageOf(account, (params as { id: string }).id)), 1);
    return reply.code(204).send();
  });
  const webhook = body({ url: orNull(text), signatureToken: text, event: text, verify: flag }, ['url']);
  app.put(`${LEVER_ACCOUNT}/webhook`, { schema: webhook }, ({ params, body: given }) => {
    const account = leverAccountOf(world, params);
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
