import { Body, Controller, Get, Header, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ConsoleConfig } from '../config';
import { MaybeFrom, type Caller } from '../http/caller';
import { Problem } from '../http/problem';
import { PeopleStore } from '../people/people.store';
import { placeOf } from '../people/session-answers';
import { giveCookie, takeCookie } from '../people/session-cookie';
import { SessionsStore } from '../people/sessions.store';
import { SignIn } from '../people/sign-in';
import { PAGE_CSS } from './page';
import { goOnPage, signInPage, startPage } from './pages';
import { returnPath } from './return-path.rules';

const HTML = 'text/html; charset=utf-8';
const CSS_SECONDS = 3600;

/** A form as browsers send it: anything may be missing. */
interface SignInForm {
  email?: unknown;
  password?: unknown;
  return?: unknown;
}

/** The plain pages: start, sign in, sign out. */
@ApiExcludeController()
@Controller()
export class PagesController {
  constructor(
    private readonly config: ConsoleConfig,
    private readonly signIn: SignIn,
    private readonly people: PeopleStore,
    private readonly sessions: SessionsStore,
  ) {}

  @Get()
  @Header('content-type', HTML)
  @Header('cache-control', 'no-store')
  async start(@MaybeFrom() caller: Caller | undefined): Promise<string> {
    return startPage(caller && (await this.people.byId(caller.userId))?.email);
  }

  @Get('page.css')
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', `public, max-age=${CSS_SECONDS}`)
  css(): string {
    return PAGE_CSS;
  }

  @Get('sign-in')
  @Header('content-type', HTML)
  @Header('cache-control', 'no-store')
  signInPage(@Query('return') path: unknown): string {
    return signInPage(returnPath(path), undefined);
  }

  @Post('sign-in')
  async begin(@Body() form: SignInForm | undefined, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const path = returnPath(form?.return);
    const { email, password } = form ?? {};
    try {
      if (typeof email !== 'string' || typeof password !== 'string' || !email || !password) throw incomplete();
      const { secret } = await this.signIn.begin(email.trim(), password, placeOf(request));
      giveCookie(reply, this.config.PUBLIC_CONSOLE_URL, secret, Math.floor(this.config.SESSION_MAX_MS / 1000));
      send(reply, 200, goOnPage(path));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      send(reply, error.status, signInPage(path, { detail: error.message, cure: error.words.cure }));
    }
  }

  @Post('sign-out')
  @HttpCode(200)
  async end(@MaybeFrom() caller: Caller | undefined, @Res() reply: FastifyReply): Promise<void> {
    if (caller?.sessionId) await this.sessions.end(caller.sessionId);
    takeCookie(reply, this.config.PUBLIC_CONSOLE_URL);
    send(reply, 200, goOnPage('/'));
  }
}

function send(reply: FastifyReply, status: number, text: string): void {
  void reply.status(status).header('cache-control', 'no-store').type(HTML).send(text);
}

function incomplete(): Problem {
  return new Problem('invalid', { detail: 'Address and password are both needed.', cure: 'Fill in both.' });
}
