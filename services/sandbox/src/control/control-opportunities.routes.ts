import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { LeverAccount, NewOpportunity, Opportunity } from '../lever/lever-account';
import { STAGE_CHANGE, type World } from '../world';
import { LEVER_ACCOUNT, leverAccountOf, opportunityView, stageOf } from './control-lever.routes';
import { anyObject, body, count, flag, found, list, number, object, orNull, text, texts } from './control-schema';

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

/** The control API of candidacies: make, change, move. */
export function addOpportunityControl(app: FastifyInstance, world: World): void {
  addOpportunities(app, world);
  addMoves(app, world);
}

function opportunityOf(account: LeverAccount, params: unknown): Opportunity {
  return found(account.opportunities.get((params as { id: string }).id), 'opportunity');
}

function addOpportunities(app: FastifyInstance, world: World): void {
  const bulk = { count: { ...count, maximum: MAX_BULK }, prefix: text, stage: text, tags: texts };
  app.post(
    `${LEVER_ACCOUNT}/opportunities`,
    { schema: { body: { anyOf: [object(newOpportunity), object(bulk, ['count'])] } } },
    (request, reply) => {
      const account = leverAccountOf(world, request.params);
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
  app.get(`${LEVER_ACCOUNT}/opportunities`, ({ params, query }) => {
    const account = leverAccountOf(world, params);
    const { stage } = query as { stage?: string };
    return account.list(stage === undefined ? undefined : stageOf(account, stage).id).map((one) => opportunityView(account, one));
  });
  app.get(`${LEVER_ACCOUNT}/opportunities/:id`, ({ params }) => {
    const account = leverAccountOf(world, params);
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
  app.patch(`${LEVER_ACCOUNT}/opportunities/:id`, { schema: body(changes) }, ({ params, body: given }) => {
    const account = leverAccountOf(world, params);
    const one = opportunityOf(account, params);
    change(account, one, given as Changes);
    world.changed('opportunity');
    return opportunityView(account, one);
  });
  app.delete(`${LEVER_ACCOUNT}/opportunities/:id`, ({ params }, reply) => {
    const account = leverAccountOf(world, params);
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
    `${LEVER_ACCOUNT}/opportunities/:id/move`,
    { schema: body({ stage: text, webhook: flag, at: number }, ['stage']) },
    ({ params, body: given }) => {
      const account = leverAccountOf(world, params);
      const one = opportunityOf(account, params);
      const { stage, ...move } = given as { stage: string; webhook?: boolean; at?: number };
      world.move(account, one, stageOf(account, stage), move);
      return opportunityView(account, one);
    },
  );
  const moves = body({ ids: { ...texts, maxItems: MAX_BULK }, stage: text, webhook: flag }, ['ids', 'stage']);
  app.post(`${LEVER_ACCOUNT}/moves`, { schema: moves }, ({ params, body: given }) => {
    const account = leverAccountOf(world, params);
    const { ids, stage, webhook } = given as { ids: string[]; stage: string; webhook?: boolean };
    const to = stageOf(account, stage);
    for (const id of ids) world.move(account, opportunityOf(account, { id }), to, { webhook });
    return { moved: ids.length };
  });
  /** A webhook without a move: repeated, of an unknown candidate, of a stage long left. */
  const hook = body({ opportunityId: text, toStageId: text, fromStageId: text, contactId: text, event: text, copies: count }, [
    'opportunityId',
  ]);
  app.post(`${LEVER_ACCOUNT}/webhooks`, { schema: hook }, ({ params, body: given }) => {
    const account = leverAccountOf(world, params);
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
