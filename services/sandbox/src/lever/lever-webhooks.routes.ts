import type { LeverAccount, LeverWebhook } from './lever-account';
import { failure, type LeverRoute } from './lever-answers';
import type { World } from '../world';

interface Wanted {
  id?: string;
  event?: string;
  url?: string;
  configuration?: { verifyConnection?: boolean };
}

const PERMISSION = 'webhooks:write';

/** Lever's webhooks API: the signature token of a new webhook comes in its `configuration`, changes come in a batch without an id in the path. */
export function leverWebhookRoutes(world: World): LeverRoute[] {
  return [
    {
      method: 'GET',
      path: '/webhooks',
      permission: PERMISSION,
      perform: (_, { account }) => ({ status: 200, json: { data: account.webhooks.map(publicJson), hasNext: false } }),
    },
    {
      method: 'POST',
      path: '/webhooks',
      permission: PERMISSION,
      perform: ({ body }, { account }) => {
        const { event, url, configuration } = (body ?? {}) as Wanted;
        if (!event || !url || !URL.canParse(url)) return failure(400, 'BadRequestError', 'event and url are required');
        const made = account.addWebhook(event, url);
        if (configuration?.verifyConnection) world.verifyConnection(account, made);
        const { signatureToken } = made;
        return { status: 201, json: { data: { ...publicJson(made), configuration: { signatureToken } } } };
      },
    },
    {
      method: 'PUT',
      path: '/webhooks',
      permission: PERMISSION,
      perform: ({ body }, { account }) => {
        const wanted = (body as { data?: Wanted[] } | null)?.data;
        if (!Array.isArray(wanted)) return failure(400, 'BadRequestError', 'data must be a list');
        const changed = wanted.map((one) => change(account, one));
        if (changed.some((one) => one === null)) return failure(404, 'ResourceNotFound', 'Webhook not found');
        return { status: 200, json: { data: changed } };
      },
    },
    {
      method: 'DELETE',
      path: '/webhooks/:id',
      permission: PERMISSION,
      perform: ({ params }, { account }) => {
        const index = account.webhooks.findIndex(({ id }) => id === params.id);
        if (index < 0) return failure(404, 'ResourceNotFound', 'Webhook not found');
        account.webhooks.splice(index, 1);
        return { status: 204 };
      },
    },
  ];
}

function change(account: LeverAccount, { id, url, event }: Wanted): object | null {
  const known = account.webhooks.find((one) => one.id === id);
  if (!known) return null;
  Object.assign(known, url ? { url } : {}, event ? { event } : {});
  return publicJson(known);
}

function publicJson({ id, event, url }: LeverWebhook): object {
  return { id, event, url, configuration: {} };
}
