import { randomUUID } from 'node:crypto';
import { BatchFullError } from '@lever-certn/batching/micro-batch';
import type { Activity, ActivityLine } from '@lever-certn/events/activity';
import type { EventContext } from '@lever-certn/events/cloud-event';
import { isoTime } from '@lever-certn/events/fields';
import type { Topic } from '@lever-certn/events/topics';
import { signCertn } from '@lever-certn/certn/certn-signature';
import { signLever } from '@lever-certn/lever/lever-signature';
import type { Team } from '@lever-certn/settings/team';
import type { WorkLine } from '@lever-certn/service/work-log';
import type { EventSink } from './webhook-intake';
import type { Settings } from './webhooks.controller';

export const SIGNATURE_TOKEN = 'test-signature-token';
export const WEBHOOK_SECRET = 'test-webhook-secret';
export const STAGE = 'background-check';
export const INTEGRATION = '0123456789abcdef0123456789abcdef';

/** A connected team whose trigger stage is known. */
export function team(changes: Partial<Team> = {}): Team {
  return {
    teamId: 'team-1',
    version: 1,
    integrationId: INTEGRATION,
    name: 'Team One',
    enabled: true,
    tagProfile: 'classic',
    shareResults: false,
    lever: {
      account: 'lever-account',
      apiKey: 'lever-key',
      signatureTokens: ['another-token', SIGNATURE_TOKEN],
      triggerStage: { id: STAGE, name: 'Background Check' },
    },
    certn: { account: 'certn-account', apiKey: 'certn-key', region: 'ca', webhookSecrets: ['another-secret', WEBHOOK_SECRET] },
    packages: [],
    savedAt: isoTime(),
    ...changes,
  };
}

/** Settings as a spec wants them. */
export class FakeSettings implements Settings {
  ready = true;
  current = true;
  readonly teams = new Map<string, Team>();
  readonly unopened = new Set<string>();

  constructor(...teams: Team[]) {
    for (const one of teams) this.teams.set(one.integrationId, one);
  }

  byIntegration(integrationId: string): Team | undefined {
    return this.teams.get(integrationId);
  }

  isUnopened(integrationId: string): boolean {
    return this.unopened.has(integrationId);
  }
}

export interface Published {
  topic: string;
  event: object;
  context: Omit<EventContext, 'source'>;
}

/** A broker as a spec wants it. */
export class FakeSink implements EventSink {
  healthy = true;
  state: 'there' | 'away' | 'full' | 'slow' = 'there';
  readonly published: Published[] = [];
  private waiting: (() => void)[] = [];

  async publish<Event extends object>(topic: Topic<Event>, event: Event, context: Omit<EventContext, 'source'>): Promise<void> {
    if (this.state === 'away') throw new Error('no broker took the message');
    if (this.state === 'full') throw new BatchFullError('event producer', 1);
    if (this.state === 'slow' && topic.name !== 'activity') await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.published.push({ topic: topic.name, event, context });
  }

  /** Lets a slow broker answer. */
  answer(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** What was published but for the lines of deliveries. */
  get events(): Published[] {
    return this.published.filter(({ topic }) => topic !== 'activity');
  }

  /** The lines of deliveries. */
  get lines(): ActivityLine[] {
    return this.published.filter(({ topic }) => topic === 'activity').flatMap(({ event }) => (event as Activity).lines);
  }
}

/** Request lines as a spec reads them. */
export class FakeRequestLog {
  readonly lines: WorkLine[] = [];
  settled(line: WorkLine): void {
    this.lines.push(line);
  }
}

/** The body of a signed Lever webhook; `changes` come after signing and replace whole fields. */
export function leverBody(
  changes: Record<string, unknown> = {},
  signed: { token?: string; triggeredAt?: number } = {},
): Record<string, unknown> {
  const token = signed.token ?? randomUUID();
  const triggeredAt = signed.triggeredAt ?? Date.now();
  return {
    event: 'candidateStageChange',
    triggeredAt,
    token,
    signature: signLever({ token, triggeredAt }, SIGNATURE_TOKEN),
    data: { opportunityId: 'opp-1', candidateId: 'opp-1', contactId: 'contact-1', toStageId: STAGE, fromStageId: 'lead-new' },
    ...changes,
  };
}

/** A Certn webhook and the header that signs it. */
export function certnRequest(body: object, secret = WEBHOOK_SECRET): { text: string; headers: Record<string, string> } {
  const text = JSON.stringify(body);
  return { text, headers: { 'x-signature': signCertn(text, secret) } };
}
