import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ConsoleConfig } from '../config';
import { notFound } from '../http/problem';
import { placeOf, SessionAnswers } from '../people/session-answers';
import { returnPath } from '../reports/return-path.rules';
import { AttemptCookie } from './attempt-cookie';
import type { SignInRefusal } from './refusals.rules';
import { SingleSignOn } from './single-sign-on';

/** The way to the identity provider and back. Browsers follow it by themselves, so that every end of it is another page of ours. */
@ApiExcludeController()
@Controller('sign-in/sso')
export class SingleSignOnController {
  constructor(
    private readonly config: ConsoleConfig,
    private readonly singleSignOn: SingleSignOn,
    private readonly cookie: AttemptCookie,
    private readonly answers: SessionAnswers,
  ) {}

  @Get()
  async begin(@Query('return') wanted: unknown, @Res() reply: FastifyReply): Promise<void> {
    this.requireProvider();
    const path = returnPath(wanted);
    const begun = await this.singleSignOn.begin(path);
    if ('refusal' in begun) return goTo(reply, signInPath(begun.refusal, path));
    void reply.header('set-cookie', begun.cookie);
    goTo(reply, begun.url);
  }

  @Get('callback')
  async finish(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.requireProvider();
    const query = request.url.split('?', 2)[1] ?? '';
    const outcome = await this.singleSignOn.finish(query, request.cookies, placeOf(request));
    if (outcome.state !== undefined) void reply.header('set-cookie', this.cookie.taken(outcome.state));
    if (outcome.kind === 'refused') return goTo(reply, signInPath(outcome.refusal, returnPath(outcome.path)));
    await this.answers.begun(outcome.person, outcome.secret, request, reply);
    goTo(reply, outcome.path);
  }

  private requireProvider(): void {
    if (!this.config.OIDC_ISSUER) throw notFound();
  }
}

function signInPath(refusal: SignInRefusal, path: string): string {
  return `/sign-in?${new URLSearchParams({ refused: refusal, ...(path === '/' ? {} : { return: path }) }).toString()}`;
}

function goTo(reply: FastifyReply, location: string): void {
  void reply.status(303).header('location', location).header('cache-control', 'no-store').send();
}
