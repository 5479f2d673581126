import { BatchFullError } from '@lever-certn/batching/micro-batch';
import type { EventContext } from '@lever-certn/events/cloud-event';
import type { Topic } from '@lever-certn/events/topics';
import type { Team } from '@lever-certn/settings/team';
import type { Outcome, Verdict } from './answers.rules';
import { type Deliveries } from './deliveries';
import type { IntegrationRate } from './integration-rate';
import type { SeenWebhooks } from './seen-webhooks';

/** Where events go: `EventProducer` fits. */
export interface EventSink {
  /** False while the broker is known to be away. */
  readonly healthy: boolean;
  /** Resolves when the broker has the event. */
  publish<Event extends object>(topic: Topic<Event>, event: Event, context: Omit<EventContext, 'source'>): Promise<void>;
}

/** A webhook whose signature fits, and what is to be done with it. */
export interface Genuine {
  team: Team;
  vendor: 'lever' | 'certn';
  /** `ce_id`, made of the fact. */
  id: string;
  receivedAt: string;
  /** What the vendor names this delivery, and what it is about; remembered to know repeats. */
  token: string | undefined;
  subject: string;
  isRepeat: boolean;
  dropReason: string | undefined;
  opportunityId?: string;
  traceparent: string | undefined;
}

/** A genuine webhook and the event it becomes. */
export interface GenuineWebhook<Event extends object> extends Genuine {
  topic: Topic<Event>;
  event: Event;
}

/**
 * The last steps of every genuine webhook: the rate of its integration, repeats and what is not for us, and then the broker. Its answer is a
 * promise: `accepted` is said only once the broker has the event; a crash before leaves the vendor without an answer, and it tries again.
 */
export class WebhookIntake {
  constructor(
    private readonly sink: EventSink,
    private readonly rate: IntegrationRate,
    private readonly seen: SeenWebhooks,
    private readonly deliveries: Deliveries,
  ) {}

  async take<Event extends object>(webhook: GenuineWebhook<Event>): Promise<Verdict> {
    const { team, dropReason } = webhook;
    const retryAfterSeconds = this.rate.take(team.integrationId);
    if (retryAfterSeconds > 0) {
      this.deliveries.unsigned(team.teamId, webhook.vendor, 'over-rate');
      return { outcome: 'over-rate', retryAfterSeconds };
    }
    const isOurs = !webhook.isRepeat && dropReason === undefined;
    const refused = isOurs ? await this.store(webhook) : this.sink.healthy ? undefined : 'broker-away';
    if (refused) {
      this.deliveries.unsigned(team.teamId, webhook.vendor, refused);
      return { outcome: refused };
    }
    if (webhook.isRepeat) return this.settle(webhook, 'repeat');
    if (webhook.token !== undefined) this.seen.remember(team.integrationId, webhook.token, webhook.subject);
    return this.settle(webhook, dropReason === undefined ? 'accepted' : 'not-for-us');
  }

  private async store<Event extends object>(
    webhook: GenuineWebhook<Event>,
  ): Promise<'too-much-waiting' | 'broker-away' | undefined> {
    const { id, receivedAt, traceparent } = webhook;
    try {
      await this.sink.publish(webhook.topic, webhook.event, { id, time: receivedAt, ...(traceparent ? { traceparent } : {}) });
      return undefined;
    } catch (error) {
      return error instanceof BatchFullError ? 'too-much-waiting' : 'broker-away';
    }
  }

  private settle(webhook: Genuine, outcome: Outcome): Verdict {
    const { opportunityId, dropReason, receivedAt } = webhook;
    const told = {
      outcome,
      ...(opportunityId === undefined ? {} : { opportunityId }),
      ...(outcome === 'not-for-us' && dropReason !== undefined ? { reason: dropReason } : {}),
    };
    const id = outcome === 'repeat' ? `${webhook.id} ${receivedAt}` : webhook.id;
    this.deliveries.signed(webhook.team.teamId, { id, at: receivedAt, vendor: webhook.vendor, ...told });
    return told;
  }
}
