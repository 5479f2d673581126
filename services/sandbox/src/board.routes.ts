import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const PUBLIC = join(__dirname, '..', 'public');
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const PAGE = 'board.html';

/** The board: a page to drag candidates on, to play the applicant and to switch faults. It talks to the control API only. */
export function addBoard(app: FastifyInstance): void {
  for (const file of readdirSync(PUBLIC)) {
    const type = TYPES[extname(file)];
    if (!type) continue;
    app.get(file === PAGE ? '/' : `/${file}`, (_, reply) =>
      reply
        .headers({
          'content-type': type,
          'cache-control': 'no-cache',
          'content-security-policy': "default-src 'self'",
          'x-content-type-options': 'nosniff',
        })
        .send(readFileSync(join(PUBLIC, file))),
    );
  }
}
