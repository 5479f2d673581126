import type { FastifyInstance } from 'fastify';
import type { LeverAccount, Opportunity } from './lever-account';
import { leverPage } from './lever-paging';
import { failure, opportunityJson, type LeverCaller, type LeverRoute } from './lever-answers';
import { leverWebhookRoutes } from './lever-webhooks.routes';
import { addVendorRoute, type Answer, type Call, type Vendor } from '../vendor-route';
import type { World } from '../world';

/** Lever's Data API under `/lever/v1`, as its documentation and its clients describe it. */
export function addLeverRoutes(app: FastifyInstance, world: World): void {
  const vendor: Vendor<LeverCaller> = {
    name: 'lever',
    prefix: '/lever/v1',
    admit: (authorization, route) => {
      const caller = world.leverCaller(authorization);
      if (!caller || caller.key.refused)
        return { refused: failure(401, 'UnauthorizedError', 'Invalid API key'), account: caller?.account.id };
      const account = caller.account.id;
      if (caller.key.bucket?.take(Date.now()) === false)
        return { refused: failure(429, 'TooManyRequestsError', 'Rate limit exceeded'), account };
      if (!caller.key.permissions.has((route as LeverRoute).permission))
        return { refused: failure(403, 'ForbiddenError', 'The API key lacks the permission'), account };
      return { caller, account };
    },
    headers: ({ account }) => (account.clockOffsetMs === 0 ? NO_HEADERS : { date: new Date(account.now()).toUTCString() }),
  };
  for (const route of routes(world)) addVendorRoute(app, world, vendor, route);
}

const NO_HEADERS = {};

function routes(world: World): LeverRoute[] {
  const write = (action: (account: LeverAccount, opportunity: Opportunity, texts: string[]) => void, field: 'tags' | 'links') => {
    return ({ query, params, body }: Call, caller: LeverCaller): Answer => {
      const texts = textsOf(body, field);
      if (!texts) return failure(400, 'BadRequestError', `${field} must be a list of texts`);
      if (caller.account.requirePerformAs && typeof query.perform_as !== 'string')
        return failure(400, 'BadRequestError', 'Missing query parameter: perform_as');
      return withOpportunity(params, caller, (opportunity) => {
        action(caller.account, opportunity, texts);
        world.changed('opportunity');
        return { status: 200, json: { data: opportunityJson(opportunity) } };
      });
    };
  };
  return [
    {
      method: 'GET',
      path: '/opportunities/:id',
      permission: 'opportunities:read',
      perform: ({ params, query }, caller) =>
        withOpportunity(params, caller, (opportunity) => ({
          status: 200,
          json: { data: opportunityJson(opportunity, expandOf(query), caller.account) },
        })),
    },
    { method: 'GET', path: '/opportunities', permission: 'opportunities:read', perform: listOpportunities },
    {
      method: 'POST',
      path: '/opportunities/:id/addTags',
      permission: 'tags:write',
      perform: write((account, opportunity, tags) => account.addTags(opportunity, tags), 'tags'),
    },
    {
      method: 'POST',
      path: '/opportunities/:id/removeTags',
      permission: 'tags:write',
      perform: write((account, opportunity, tags) => account.removeTags(opportunity, tags), 'tags'),
    },
    {
      method: 'POST',
      path: '/opportunities/:id/addLinks',
      permission: 'links:write',
      perform: write((account, opportunity, links) => account.addLinks(opportunity, links), 'links'),
    },
    {
      method: 'POST',
      path: '/opportunities/:id/removeLinks',
      permission: 'links:write',
      perform: write((account, opportunity, links) => account.removeLinks(opportunity, links), 'links'),
    },
    {
      method: 'GET',
      path: '/stages',
      permission: 'stages:read',
      perform: (call, { account }) => leverPage('stages', account.stages, call.query),
    },
    {
      method: 'GET',
      path: '/stages/:id',
      permission: 'stages:read',
      perform: ({ params }, { account }) => {
        const stage = account.stages.find(({ id }) => id === params.id);
        return stage ? { status: 200, json: { data: stage } } : failure(404, 'ResourceNotFound', 'Stage not found');
      },
    },
    { method: 'GET', path: '/tags', permission: 'opportunities:read', perform: listTags },
    {
      method: 'PUT',
      path: '/opportunities/:id/stage',
      permission: 'opportunities:write',
      perform: ({ params, body }, caller) =>
        withOpportunity(params, caller, (opportunity) => {
          const stage = caller.account.stages.find(({ id }) => id === (body as { stage?: unknown } | null)?.stage);
          if (!stage) return failure(400, 'BadRequestError', 'stage is not a stage');
          world.move(caller.account, opportunity, stage);
          return { status: 200, json: { data: opportunityJson(opportunity) } };
        }),
    },
    {
      method: 'PUT',
      path: '/opportunities/:id/archived',
      permission: 'opportunities:write',
      perform: ({ params, body }, caller) =>
        withOpportunity(params, caller, (opportunity) => {
          const reason = (body as { reason?: unknown } | null)?.reason ?? null;
          opportunity.archived = typeof reason === 'string' ? { archivedAt: caller.account.now(), reason } : null;
          world.changed('opportunity');
          return { status: 200, json: { data: opportunityJson(opportunity) } };
        }),
    },
    ...leverWebhookRoutes(world),
  ];
}

function listOpportunities({ query }: Call, { account, key }: LeverCaller): Answer {
  const asked = (name: string): string | undefined => (typeof query[name] === 'string' ? query[name] : undefined);
  const confidentiality = asked('confidentiality') ?? 'non-confidential';
  if (confidentiality !== 'non-confidential' && !key.permissions.has('confidential'))
    return failure(403, 'ForbiddenError', 'The API key lacks access to confidential data');
  const [archived, email, tag, contact] = [asked('archived'), asked('email'), asked('tag'), asked('contact_id')];
  const since = Number(asked('advanced_at_start') ?? 0);
  const until = Number(asked('advanced_at_end') ?? Infinity);
  const found = account.list(asked('stage_id')).filter((one) => {
    if (confidentiality !== 'all' && one.confidential !== (confidentiality === 'confidential')) return false;
    if (archived !== undefined && (one.archived !== null) !== (archived === 'true')) return false;
    if (email !== undefined && !one.contact.emails.includes(email)) return false;
    if (tag !== undefined && !one.tags.includes(tag)) return false;
    if (contact !== undefined && one.contact.id !== contact) return false;
    return one.lastAdvancedAt >= since && one.lastAdvancedAt <= until;
  });
  return leverPage('opportunities', found, query, (one) => opportunityJson(one, expandOf(query), account));
}

function listTags({ query }: Call, { account }: LeverCaller): Answer {
  const counts = new Map<string, number>();
  for (const { tags } of account.opportunities.values()) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const tags = [...counts].map(([text, count]) => ({ id: text, text, count }));
  return leverPage('tags', tags, query, ({ text, count }) => ({ text, count }));
}

/** Deleted ones are 404; confidential ones are closed to a key without that grant. */
function withOpportunity(
  params: Call['params'],
  { account, key }: LeverCaller,
  use: (opportunity: Opportunity) => Answer,
): Answer {
  const opportunity = account.opportunities.get(params.id ?? '');
  if (!opportunity) return failure(404, 'ResourceNotFound', 'Opportunity not found');
  if (opportunity.confidential && !key.permissions.has('confidential'))
    return failure(403, 'ForbiddenError', 'The API key lacks access to confidential data');
  return use(opportunity);
}

function expandOf({ expand }: Call['query']): string[] {
  return expand === undefined ? [] : [expand].flat();
}

function textsOf(body: unknown, field: 'tags' | 'links'): string[] | null {
  const texts = (body as Record<string, unknown> | null | undefined)?.[field];
  return Array.isArray(texts) && texts.length > 0 && texts.every((text) => typeof text === 'string') ? texts : null;
}
