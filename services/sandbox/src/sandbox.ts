import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { addBoard } from './board.routes';
import { addCertnRoutes, clientError } from './certn/certn.routes';
import { addCertnControl } from './control/control-certn.routes';
import { addLeverControl } from './control/control-lever.routes';
import { addOpportunityControl } from './control/control-opportunities.routes';
import { addControl } from './control/control.routes';
import { seedDemo } from './demo-seed';
import { failure } from './lever/lever-answers';
import { addLeverRoutes } from './lever/lever.routes';
import { parseRateLimit } from './rate-limit';
import { ScenarioRuns } from './control/scenarios';
import { World } from './world';

const BODY_LIMIT_BYTES = 32 * 1024 * 1024;
/** Longer than any client keeps an idle connection, so that it is always the client who closes. */
const KEEP_ALIVE_MS = 75_000;

export interface SandboxOptions {
  /** 0 for a free one. */
  port?: number;
  host?: string;
  /** Without the demo accounts. */
  empty?: boolean;
  /** `10/s burst 20`; none unless given. */
  leverLimit?: string;
  /** `60/min 7220/day`; none unless given. */
  certnLimit?: string;
  /** How fast the demo account's cases go on by themselves; by hand unless given. */
  paceMs?: number;
}

/** A running sandbox. */
export interface Sandbox {
  url: string;
  /** For `LEVER_API_URL`. */
  leverUrl: string;
  /** For `CERTN_API_URL`. */
  certnUrl: string;
  world: World;
  stop(): Promise<void>;
}

/** Starts a stand-in Lever and Certn on one port of the loopback interface (unless `host` says otherwise). Everything is in memory. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, host = '127.0.0.1', empty = false, leverLimit, certnLimit } = options;
  const world = new World();
  const reset = (seed: boolean): void => {
    world.reset();
    world.leverLimit = leverLimit ? parseRateLimit(leverLimit) : null;
    world.certnLimit = certnLimit ? parseRateLimit(certnLimit) : null;
    if (seed) seedDemo(world, options.paceMs);
  };
  reset(!empty);
  const app = makeServer();
  const scenarios = new ScenarioRuns(world);
  addLeverRoutes(app, world);
  addCertnRoutes(app, world);
  addLeverControl(app, world);
  addOpportunityControl(app, world);
  addCertnControl(app, world);
  addControl(app, world, { reset, outage: (ms) => outage(app, ms) }, scenarios);
  addBoard(app);
  await app.listen({ port, host });
  const { port: listening } = app.server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${listening}`;
  const stop = async (): Promise<void> => {
    scenarios.stop();
    await Promise.all([world.stop(), app.close()]);
  };
  return { url, leverUrl: `${url}/lever/v1`, certnUrl: `${url}/certn`, world, stop };
}

function makeServer(): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true } },
  });
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '') return done(null, null);
    try {
      done(null, JSON.parse(text as string));
    } catch {
      done(Object.assign(new Error('the body is not JSON'), { statusCode: 400 }));
    }
  });
  app.setNotFoundHandler((request, reply) => {
    if (request.url.startsWith('/lever')) return reply.code(404).send(failure(404, 'ResourceNotFound', 'Not found').json);
    if (request.url.startsWith('/certn')) return reply.code(404).send(clientError(404, 'not_found', 'Not found.').json);
    return reply.code(404).send({ error: 'not found' });
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (request.url.startsWith('/lever')) return reply.code(status).send(failure(status, 'BadRequestError', error.message).json);
    if (request.url.startsWith('/certn')) return reply.code(status).send(clientError(status, 'parse_error', error.message).json);
    return reply.code(status).send({ error: error.message });
  });
  return app;
}

/** Stops listening, breaks every connection, and listens again on the same port after `ms`. */
async function outage(app: FastifyInstance, ms: number): Promise<void> {
  const { port, address } = app.server.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    setImmediate(() => {
      app.server.close(() => resolve());
      app.server.closeAllConnections();
    });
  });
  await new Promise((resolve) => setTimeout(resolve, ms));
  app.server.listen(port, address);
}
