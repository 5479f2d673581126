import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const PUBLIC = join(__dirname, '..', 'public');
const FILES: Record<string, [file: string, type: string]> = {
  '/': ['board.html', 'text/html; charset=utf-8'],
  '/board.css': ['board.css', 'text/css; charset=utf-8'],
  '/board.js': ['board.js', 'text/javascript; charset=utf-8'],
};

/** The board: a page to drag candidates on, to play the applicant and to switch faults. It talks to the control API only. */
export function addBoard(app: FastifyInstance): void {
  for (const [path, [file, type]] of Object.entries(FILES))
    app.get(path, (_, reply) =>
      reply
        .type(type)
        .header('cache-control', 'no-cache')
        .header('content-security-policy', "default-src 'self'")
        .send(readFileSync(join(PUBLIC, file))),
    );
}
