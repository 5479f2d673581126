import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Where the built pages lie. */
export const BUILT_WEB_APP = path.join(path.dirname(require.resolve('@lever-certn/web/package.json')), 'dist');

const YEAR_SECONDS = 31_536_000;

/** Serves the files of the pages. Their names tell their content, so that browsers may keep them for ever. */
export async function serveAssets(server: FastifyInstance): Promise<void> {
  await server.register(fastifyStatic, {
    root: path.join(BUILT_WEB_APP, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    index: false,
    maxAge: YEAR_SECONDS * 1000,
    immutable: true,
  });
}
