import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';

const HEAD_TIMEOUT_MS = 10_000;
const BODY_TIMEOUT_MS = 20_000;
/** Longer than load balancers keep theirs, so that they close first. */
const KEEP_ALIVE_MS = 72_000;
const MAX_HEAD_BYTES = 16_384;
const MAX_INTEGRATION_ID_CHARACTERS = 100;

/** Fastify with every limit named. A path that can't be decoded, or is too long, names no integration: 404. */
export function webhookAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    requestTimeout: BODY_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    http: { headersTimeout: HEAD_TIMEOUT_MS, maxHeaderSize: MAX_HEAD_BYTES },
    routerOptions: { maxParamLength: MAX_INTEGRATION_ID_CHARACTERS },
    frameworkErrors: (_error: unknown, _request: unknown, reply: FastifyReply) => void reply.code(404).send(),
  });
}
