import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { signLever } from '@lever-certn/lever/lever-signature';
import type { Team } from '../../e2e/src/team';

/** One webhook to send. */
export interface Webhook {
  url: URL;
  body: string;
  opportunityId: string;
}

/** What became of the webhooks that were sent. */
export interface Sent {
  /** When each was sent, epoch milliseconds with fractions, by opportunity. */
  sentAt: Map<string, number>;
  /** Milliseconds to each answer. */
  answeredInMs: number[];
  accepted: number;
  refused: Record<number, number>;
}

/** Lever's webhook for an opportunity that has just entered the stage, signed as Lever does. */
export function webhookOf(team: Team, opportunityId: string, stageId: string): Webhook {
  const token = randomBytes(24).toString('hex');
  const triggeredAt = Date.now();
  const signature = signLever({ token, triggeredAt }, team.signatureToken);
  const data = { opportunityId, candidateId: opportunityId, contactId: opportunityId, toStageId: stageId, fromStageId: null };
  return {
    url: new URL(team.leverWebhookUrl),
    opportunityId,
    body: JSON.stringify({ event: 'candidateStageChange', triggeredAt, token, signature, data }),
  };
}

/** Milliseconds since the epoch with fractions, on the clock that the sandbox's times are on. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Sends webhooks: so many at once, as fast as they are answered, or at a steady rate. */
export class Sender {
  private readonly pool: Pool;

  constructor(origin: string, connections: number) {
    this.pool = new Pool(origin, { connections, pipelining: 1 });
  }

  /** Keeps `atOnce` under way until all are answered. */
  async asFastAsAnswered(webhooks: Iterable<Webhook>, atOnce: number): Promise<Sent> {
    const sent = nothingSent();
    const source = webhooks[Symbol.iterator]();
    const lane = async (): Promise<void> => {
      for (let next = source.next(); !next.done; next = source.next()) await this.send(next.value, sent);
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    return sent;
  }

  /** Sends on time whether or not earlier ones are answered, in slices of 10 ms. `make` is asked for the webhook at its moment. */
  async steadily(count: number, perSecond: number, make: (index: number) => Webhook): Promise<Sent> {
    const sent = nothingSent();
    const start = nowMs();
    const underWay: Promise<void>[] = [];
    for (let index = 0; index < count;) {
      const due = Math.min(count, Math.floor(((nowMs() - start) * perSecond) / 1000) + 1);
      for (; index < due; index += 1) underWay.push(this.send(make(index), sent));
      await sleep(Math.max(1, Math.min(10, 1000 / perSecond)));
    }
    await Promise.all(underWay);
    return sent;
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private async send({ url, body, opportunityId }: Webhook, sent: Sent): Promise<void> {
    const at = nowMs();
    sent.sentAt.set(opportunityId, at);
    const answer = await this.pool.request({
      method: 'POST',
      path: url.pathname,
      headers: { 'content-type': 'application/json' },
      body,
    });
    await answer.body.dump();
    sent.answeredInMs.push(nowMs() - at);
    if (answer.statusCode >= 200 && answer.statusCode < 300) sent.accepted += 1;
    else sent.refused[answer.statusCode] = (sent.refused[answer.statusCode] ?? 0) + 1;
  }
}

function nothingSent(): Sent {
  return { sentAt: new Map(), answeredInMs: [], accepted: 0, refused: {} };
}
