import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { isDatabaseOutage } from '@lever-certn/database/database';
import { BrokerUnavailableError } from '@lever-certn/kafka/event-producer';
import { describeError } from '@lever-certn/service/error-description';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemPage } from '../reports/pages';
import { Problem } from './problem';
import { problemOfVendor } from './vendor-problem';

const RETRY_SECONDS = 5;
const CURE_JSON = 'Send a JSON object with content-type application/json.';

/** What the filter tells of errors nobody foresaw. */
export interface ErrorLog {
  error(line: object, message?: string): void;
}

/** Turns everything that is thrown into a problem document. What was not foreseen is logged without its data, and said without its words. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: ErrorLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const problem = this.problemOf(error, http.getRequest<FastifyRequest>());
    if (problem.words.retryAfterSeconds) void reply.header('retry-after', String(problem.words.retryAfterSeconds));
    void reply.status(problem.status).header('cache-control', 'no-store');
    if (wantsPage(http.getRequest<FastifyRequest>())) {
      const { title, detail, cure } = problem.document() as { title: string; detail?: string; cure: string };
      void reply.type('text/html; charset=utf-8').send(problemPage(title, detail, cure));
      return;
    }
    void reply.type('application/problem+json; charset=utf-8').send(problem.document());
  }

  private problemOf(error: unknown, request: FastifyRequest): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof VendorError) return problemOfVendor(error);
    if (isDatabaseOutage(error) || error instanceof BrokerUnavailableError)
      return new Problem('temporarily-unavailable', {
        cure: 'Try again in a few seconds; nothing was lost.',
        retryAfterSeconds: RETRY_SECONDS,
      });
    const known = problemOfStatus(statusOf(error));
    if (known) return known;
    this.log.error({ route: request.routeOptions?.url, error: describeError(error, false) }, 'a request failed unforeseen');
    return new Problem('unexpected', { cure: 'Try again; if it stays, tell the operators the time at which it happened.' });
  }
}

/** People who follow a link get a page, programs a problem document. */
function wantsPage(request: FastifyRequest): boolean {
  return !request.url.startsWith('/api') && (request.headers.accept ?? '').includes('text/html');
}

function statusOf(error: unknown): number | undefined {
  const { statusCode, status } = error as { statusCode?: unknown; status?: unknown };
  return [statusCode, status].find((value) => typeof value === 'number');
}

/** What Fastify and Nest refuse by themselves. */
function problemOfStatus(status = 500): Problem | undefined {
  switch (status) {
    case 400:
      return new Problem('not-json', { cure: CURE_JSON });
    // Addresses of files that @fastify/static takes for an attempt to leave their folder.
    case 403:
    case 404:
      return new Problem('not-found', { cure: 'Check the address; /api/docs lists every route.' });
    case 405:
      return new Problem('method-not-allowed', { cure: 'Check the method; /api/docs lists every route.' });
    case 413:
      return new Problem('too-large', { cure: 'Send less at once; 256 KiB is the limit.' });
    case 415:
      return new Problem('not-json-type', { cure: CURE_JSON });
    case 429:
      return new Problem('too-many', { cure: 'Wait a little and try again.', retryAfterSeconds: RETRY_SECONDS });
    default:
      return undefined;
  }
}
