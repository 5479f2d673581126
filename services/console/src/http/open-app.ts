import cookie from '@fastify/cookie';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Foundations } from '../console-parts';
import { ConsoleModule } from '../console.module';
import { Authentication } from '../people/authentication';
import { AccessGuard } from './access.guard';
import { serveAssets } from '../web-app/built-web-app';
import { tellRequests, type RequestLine } from './request-lines';
import { isTooDeep } from './json-body.rules';
import { serveDocs } from './docs';
import { ProblemFilter, type ErrorLog } from './problem.filter';
import { setSecurityHeaders } from './security-headers';
import { requestValidation } from './validation';

const BODY_BYTES = 256 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

/** The console's web server, not yet listening: parsers, headers, the guard, validation and problem documents around the controllers. */
export async function openApp(
  foundations: Foundations,
  log: ErrorLog,
  onRequest: (line: RequestLine) => void = () => undefined,
): Promise<NestFastifyApplication> {
  const { config } = foundations;
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: config.TRUST_PROXY,
    routerOptions: { maxParamLength: 100 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(ConsoleModule.of(foundations, log), adapter, {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
  const server: FastifyInstance = adapter.getInstance();
  await server.register(cookie);
  await setSecurityHeaders(server, config.PUBLIC_CONSOLE_URL);
  tellRequests(server, onRequest);
  readBodies(server);
  await serveAssets(server);
  await serveDocs(server);
  app.useGlobalFilters(new ProblemFilter(log));
  app.useGlobalGuards(new AccessGuard(config, app.get(Authentication)));
  app.useGlobalPipes(requestValidation());
  return app;
}

/** JSON objects for the API, where an empty body may be left out; forms for the plain pages of reports. Anything else is 415. */
function readBodies(server: FastifyInstance): void {
  const json = server.getDefaultJsonParser('error', 'error');
  const refuse = (statusCode: number): Error => Object.assign(new Error('refused'), { statusCode });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined);
    if (isTooDeep(body as string)) return done(refuse(400));
    void json(request, body as string, (error, value: unknown) => {
      const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
      done(error ?? (isObject ? null : refuse(400)), value);
    });
  });
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, body, done) => {
    if (request.url.startsWith('/api/')) done(refuse(415));
    else done(null, Object.fromEntries(new URLSearchParams(body as string)));
  });
}
