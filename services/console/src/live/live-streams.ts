import type { OutgoingHttpHeaders } from 'node:http';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ConsoleConfig } from '../config';
import { verdictOf } from '../http/access.rules';
import type { Caller } from '../http/caller';
import { Problem } from '../http/problem';
import { Authentication } from '../people/authentication';
import { TeamsStore } from '../teams/teams.store';
import { ChangeFeed, type News } from './change-feed';

/** How often a page hears that it is still connected; proxies end what is silent for long. */
const BEAT_MS = 15_000;
/** A page comes back after this and up to twice this, so that not all come at once when a copy of the console stops. */
const RETRY_MS = 500;
/** What waits for a page that does not read; more, and it is let go, to begin anew. */
const MAX_WAITING_BYTES = 64 * 1024;
const BUSY_RETRY_SECONDS = 30;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // Proxies like nginx gather answers otherwise.
  'x-accel-buffering': 'no',
};

interface Stream {
  userId: string;
  teamId: string;
  request: FastifyRequest;
  reply: FastifyReply;
  end: () => void;
}

/**
 * Pages that follow a team by server-sent events. `changed` says what changed, `reload` that anything may have, `beat` that the connection stands, `over` that the
 * page may no longer follow. A stream ends when the session, the role or the team does, and with the process.
 */
@Injectable()
export class LiveStreams implements OnModuleDestroy {
  private readonly streams = new Set<Stream>();
  private timers: NodeJS.Timeout[] = [];
  private checking: Promise<void> | undefined;
  private stopping = false;

  constructor(
    private readonly config: ConsoleConfig,
    private readonly feed: ChangeFeed,
    private readonly authentication: Authentication,
    private readonly teams: TeamsStore,
  ) {}

  /** How many follow. */
  get size(): number {
    return this.streams.size;
  }

  /** Answers with a stream that goes on. @throws Problem `too-many`, `temporarily-unavailable` */
  open(request: FastifyRequest, reply: FastifyReply, { userId }: Caller, teamId: string): void {
    this.requireRoom(userId);
    request.begunAfterMs = reply.elapsedTime;
    const headers = { ...(reply.getHeaders() as OutgoingHttpHeaders), ...HEADERS };
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, headers);
    if (request.method === 'HEAD') return void raw.end();
    raw.write(`retry: ${RETRY_MS + Math.round(Math.random() * RETRY_MS)}\nevent: beat\ndata: 1\n\n`);
    const lastId = request.headers['last-event-id'];
    const unfollow = this.feed.follow({
      teamId,
      ...(lastId === undefined ? {} : { lastId: Number(lastId || NaN) }),
      tell: (news) => this.write(stream, textOf(news)),
    });
    const stream: Stream = { userId, teamId, request, reply, end: () => this.end(stream, unfollow) };
    this.streams.add(stream);
    raw.on('close', stream.end);
    if (this.timers.length === 0) this.startTimers();
  }

  /** Ends every stream; pages come back by themselves, to another copy. Takes no more. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    for (const stream of this.streams) stream.end();
    await Promise.all([this.checking, this.feed.stopped()]);
  }

  private requireRoom(userId: string): void {
    if (this.stopping)
      throw new Problem('temporarily-unavailable', { cure: 'Connect again; another copy answers.', retryAfterSeconds: 1 });
    const ofPerson = [...this.streams].filter((stream) => stream.userId === userId).length;
    if (this.streams.size < this.config.LIVE_STREAMS && ofPerson < this.config.LIVE_STREAMS_PER_PERSON) return;
    throw new Problem('too-many', {
      detail: 'Too many pages follow changes live.',
      cure: 'Close pages of the console that you do not need; this one shows changes when it is loaded again.',
      retryAfterSeconds: BUSY_RETRY_SECONDS,
    });
  }

  private startTimers(): void {
    const check = (): void => {
      this.checking ??= this.check().finally(() => (this.checking = undefined));
    };
    const beat = (): void => {
      for (const stream of this.streams) this.write(stream, 'event: beat\ndata: 1\n\n');
    };
    this.timers = [setInterval(beat, BEAT_MS).unref(), setInterval(check, this.config.LIVE_CHECK_MS).unref()];
  }

  /** Lets go of those whose session, role or team has ended. What can't be known just now is asked again next time. */
  private async check(): Promise<void> {
    for (const stream of this.streams) {
      if ((await this.may(stream).catch(() => undefined)) !== false) continue;
      this.write(stream, 'event: over\ndata: 1\n\n');
      stream.end();
    }
  }

  private async may({ request, teamId }: Stream): Promise<boolean> {
    const caller = await this.authentication.callerOf(request, false).catch((error: unknown) => {
      if (error instanceof Problem) return undefined;
      throw error;
    });
    if (verdictOf('viewer', caller, teamId) !== 'allowed') return false;
    return (await this.teams.names([teamId])).length > 0;
  }

  private write(stream: Stream, text: string): void {
    const { raw } = stream.reply;
    if (raw.destroyed || raw.writableEnded) return;
    raw.write(text);
    if (raw.writableLength > MAX_WAITING_BYTES) raw.destroy();
  }

  private end(stream: Stream, unfollow: () => void): void {
    if (!this.streams.delete(stream)) return;
    unfollow();
    stream.reply.raw.end();
    if (this.streams.size > 0) return;
    for (const timer of this.timers) clearInterval(timer);
    this.timers = [];
  }
}

function textOf(news: News): string {
  const content = news.kind === 'changed' ? JSON.stringify(news.change) : '{}';
  return `id: ${news.id}\nevent: ${news.kind}\ndata: ${content}\n\n`;
}
