import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CandidatesStore, type Check } from '../candidates/candidates.store';
import { roleIn } from '../http/access.rules';
import { MaybeFrom, type Caller } from '../http/caller';
import { absentPage, failedPage, goOnPage, obstaclePage, preparingPage } from './pages';
import { ReportOpenings } from './report-openings.store';
import { ReportDesk, type ReportOutcome } from './report-desk';

/** In which time the console has heard of what Lever shows already. */
const HEARS_WITHIN_SECONDS = 3;

/**
 * The link that a candidate in Lever carries: asks who has not signed in to do so, has Certn make the report if the check changed since the last one, and
 * leads to it. The address of the report itself is short-lived and never kept.
 */
@ApiExcludeController()
@Controller('reports')
export class ReportsController {
  constructor(
    private readonly candidates: CandidatesStore,
    private readonly desk: ReportDesk,
    private readonly opened: ReportOpenings,
  ) {}

  @Get(':checkId')
  async open(
    @MaybeFrom() caller: Caller | undefined,
    @Param('checkId') checkId: string,
    @Query('again') again: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const path = pathOf(checkId);
    if (!caller) return askToSignIn(reply, path);
    const check = await this.visible(caller, checkId);
    if (!check) return send(reply, 404, absentPage());
    const outcome = await this.desk.open(check);
    if (outcome.kind === 'ready') {
      await this.opened.add(caller, check);
      void reply
        .status(303)
        .header('location', outcome.url)
        .header('cache-control', 'no-store')
        .header('referrer-policy', 'no-referrer')
        .send();
      return;
    }
    const hasNewer = await this.candidates.newerThan(check);
    send(reply, 200, pageOf(outcome, path, hasNewer, again !== undefined));
  }

  @Post(':checkId')
  @HttpCode(200)
  async again(
    @MaybeFrom() caller: Caller | undefined,
    @Param('checkId') checkId: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const path = pathOf(checkId);
    if (!caller) return askToSignIn(reply, path);
    const check = await this.visible(caller, checkId);
    if (!check) return send(reply, 404, absentPage());
    await this.desk.again(check);
    send(reply, 200, goOnPage(path));
  }

  private async visible(caller: Caller, checkId: string): Promise<Check | undefined> {
    const check = await this.candidates.check(checkId);
    return check && roleIn(caller, check.teamId) !== undefined ? check : undefined;
  }
}

/** Leads to the sign-in, which leads back. */
function askToSignIn(reply: FastifyReply, path: string): void {
  void reply
    .status(303)
    .header('location', `/sign-in?${new URLSearchParams({ return: path }).toString()}`)
    .header('cache-control', 'no-store')
    .send();
}

function pathOf(checkId: string): string {
  return `/reports/${encodeURIComponent(checkId)}`;
}

function pageOf(
  outcome: Exclude<ReportOutcome, { kind: 'ready' }>,
  path: string,
  hasNewer: boolean,
  looksAgain: boolean,
): string {
  const words = { hasNewer };
  switch (outcome.kind) {
    case 'preparing':
      return preparingPage(path, outcome.seconds, words);
    case 'failed':
      return failedPage(path, words);
    case 'not-yet':
      // Lever has the link as soon as a service is done, of which this console may hear a moment later; once, or a page left open would keep its session alive.
      return obstaclePage(
        'There is no report yet',
        'It can be made as soon as the first service of the check is done.',
        words,
        looksAgain ? undefined : { seconds: HEARS_WITHIN_SECONDS, path: `${path}?again=1` },
      );
    case 'connection-broken':
      return obstaclePage(
        'Certn does not let us in',
        "The team's Certn key is refused or missing. An admin of the team can save a working one; then this link works again.",
        words,
      );
    case 'certn-away':
      return obstaclePage('Certn can not be reached', 'This page tries again by itself.', words, {
        seconds: outcome.seconds,
        path,
      });
  }
}

function send(reply: FastifyReply, status: number, text: string): void {
  void reply.status(status).header('cache-control', 'no-store').type('text/html; charset=utf-8').send(text);
}
