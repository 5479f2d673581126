import { createReadStream } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const DOCS_PATH = '/api/docs';
/** The committed document: a spec holds it to what the controllers say, so nothing that made it is needed while the console runs. */
const DOCUMENT = path.join(path.dirname(require.resolve('@lever-certn/console/package.json')), 'openapi.json');
const VIEWER = path.dirname(require.resolve('swagger-ui-dist/package.json'));
const VIEWER_FILES = ['/swagger-ui.css', '/swagger-ui-bundle.js', '/favicon-32x32.png'];

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>API of the lever-certn console</title>
    <link rel="stylesheet" href="${DOCS_PATH}/swagger-ui.css">
    <link rel="icon" type="image/png" href="${DOCS_PATH}/favicon-32x32.png">
  </head>
  <body>
    <main id="viewer"></main>
    <script src="${DOCS_PATH}/swagger-ui-bundle.js"></script>
    <script src="${DOCS_PATH}/start.js"></script>
  </body>
</html>
`;
/** No validator: it would tell others where this console is. */
const START = `SwaggerUIBundle({ url: '${DOCS_PATH}/openapi.json', dom_id: '#viewer', deepLinking: true, validatorUrl: null });\n`;

/** Serves the OpenAPI document of the API as `/api/docs/openapi.json`, and a viewer of it as `/api/docs`. */
export async function serveDocs(server: FastifyInstance): Promise<void> {
  for (const url of [DOCS_PATH, `${DOCS_PATH}/`])
    server.get(url, (_, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  server.get(`${DOCS_PATH}/start.js`, (_, reply) => reply.type('text/javascript; charset=utf-8').send(START));
  server.get(`${DOCS_PATH}/openapi.json`, (_, reply) =>
    reply.type('application/json; charset=utf-8').send(createReadStream(DOCUMENT)),
  );
  await server.register(fastifyStatic, {
    root: VIEWER,
    prefix: DOCS_PATH,
    decorateReply: false,
    allowedPath: (file) => VIEWER_FILES.includes(file),
  });
}
