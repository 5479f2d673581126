import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../http/problem';
import { allowNonce } from '../http/security-headers';
import { page, html, PAGE_CSS } from '../reports/page';
import { BUILT_WEB_APP } from './built-web-app';

const HTML = 'text/html; charset=utf-8';
const CSS_SECONDS = 3600;
const NONCE_BYTES = 16;
/** What the build leaves where the nonce of the answer belongs (web/vite.config.mjs). */
const NONCE_PLACE = /__NONCE__/g;
/** Below these there are no pages, so what is unknown there is an error and not a page that says so. */
const NO_PAGES = /^\/(api|assets|reports)(\/|$)|\.[a-z]+$/;

/** The web app: one page for every address of it, and the style of the plain pages of reports. */
@ApiExcludeController()
@Controller()
export class WebAppController {
  @Get('page.css')
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', `public, max-age=${CSS_SECONDS}`)
  css(): string {
    return PAGE_CSS;
  }

  @Get('*')
  async open(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (NO_PAGES.test(request.url.split('?')[0]!)) throw notFound();
    const text = await readFile(path.join(BUILT_WEB_APP, 'index.html'), 'utf8').catch(() => undefined);
    void reply.header('cache-control', 'no-store').type(HTML);
    if (text === undefined) return void reply.status(503).send(notBuilt());
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    allowNonce(reply, nonce);
    void reply.send(text.replace(NONCE_PLACE, nonce));
  }
}

function notBuilt(): string {
  return page({
    title: 'The web app is not built',
    body: html`<p>
        The API works, and so do links to reports. To have the pages as well, run this where the console is built, and load again:
      </p>
      <p><code>npm run build</code></p>`,
  });
}
