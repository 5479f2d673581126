import type { FastifyInstance } from 'fastify';

/** One request that was answered, for one log line and one metric: the route, never the address with its ids and query. */
export interface RequestLine {
  unit: 'request';
  name: string;
  outcome: 'answered' | 'declined' | 'failed';
  /** The status, where it is not a success. */
  reason?: string;
  durationMs: number;
  teamId?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of an answer that goes on for long: how long it took to begin. */
    begunAfterMs?: number;
  }
}

const UNMATCHED = 'no such route';

/** Tells of every request once it is answered. */
export function tellRequests(server: FastifyInstance, tell: (line: RequestLine) => void): void {
  server.addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply;
    const { teamId } = (request.params ?? {}) as { teamId?: string };
    const route = request.routeOptions.url;
    tell({
      unit: 'request',
      name: route === undefined ? UNMATCHED : `${request.method} ${route}`,
      outcome: statusCode >= 500 ? 'failed' : statusCode >= 400 ? 'declined' : 'answered',
      ...(statusCode >= 400 ? { reason: String(statusCode) } : {}),
      durationMs: request.begunAfterMs ?? reply.elapsedTime,
      ...(teamId !== undefined && request.caller ? { teamId } : {}),
    });
    done();
  });
}
