import { isoTime } from '@lever-certn/events/fields';
import type { StageChanged } from '@lever-certn/events/stage-changed';
import { TOPICS } from '@lever-certn/events/topics';
import { verifyLeverSignature } from '@lever-certn/lever/lever-signature';
import type { Team } from '@lever-certn/settings/team';
import type { Verdict } from './answers.rules';
import type { Deliveries } from './deliveries';
import { readBody } from './json-body.rules';
import { judgeLeverWebhook, leverDropReason, readLeverWebhook, type LeverWebhook } from './lever-webhook.rules';
import type { SeenWebhooks } from './seen-webhooks';
import { arrivalTime, webhookId } from './webhook-identity';
import type { WebhookIntake } from './webhook-intake';

/** What a webhook brings beside its body. */
export interface Arrival {
  rawBody: Buffer;
  nowMs: number;
  /** W3C trace context to pass on. */
  traceparent: string | undefined;
  /** Whether settings are up to date, so that what they call "not for us" may be dropped. */
  settingsCurrent: boolean;
}

/**
 * Lever's webhooks, from the raw body to the verdict. A genuine move goes to `stage-changed`; a repeat of one that was stored is
 * answered without storing it again; dying in the middle leaves Lever without an answer, and it tries again.
 */
export class LeverWebhooks {
  constructor(
    private readonly intake: WebhookIntake,
    private readonly seen: SeenWebhooks,
    private readonly deliveries: Deliveries,
  ) {}

  receive(team: Team, arrival: Arrival): Verdict | Promise<Verdict> {
    const body = readBody(arrival.rawBody.toString('utf8'));
    if (!body.ok) return this.unsigned(team, { outcome: body.outcome });
    const read = readLeverWebhook(body.body);
    if (read.kind === 'malformed') return this.unsigned(team, { outcome: 'malformed', reason: read.field });
    if (read.kind === 'verify-connection') return this.unsigned(team, { outcome: 'verify-connection' });
    const tokens = team.lever?.signatureTokens ?? [];
    if (tokens.length === 0) return this.unsigned(team, { outcome: 'no-secret-yet' });
    const { webhook } = read;
    const seenOpportunityId = webhook.signed && this.seen.subjectOf(team.integrationId, webhook.signed.token);
    const signatureFits = webhook.signed !== undefined && verifyLeverSignature(webhook.signed, tokens);
    const genuineness = judgeLeverWebhook(webhook, { signatureFits, nowMs: arrival.nowMs, seenOpportunityId });
    if (genuineness !== 'genuine' && genuineness !== 'repeat') return this.unsigned(team, { outcome: genuineness });
    return this.take(team, webhook, webhook.signed!, arrival, genuineness === 'repeat');
  }

  private take(
    team: Team,
    webhook: LeverWebhook,
    signed: NonNullable<LeverWebhook['signed']>,
    arrival: Arrival,
    isRepeat: boolean,
  ): Promise<Verdict> {
    const { opportunityId, toStageId = '', fromStageId } = webhook;
    const receivedAt = arrivalTime(arrival.nowMs);
    const triggerStageId = arrival.settingsCurrent ? team.lever?.triggerStage?.id : undefined;
    const event: StageChanged = {
      teamId: team.teamId,
      opportunityId,
      toStageId,
      triggeredAt: isoTime(signed.triggeredAt),
      receivedAt,
      ...(fromStageId === undefined ? {} : { fromStageId }),
    };
    return this.intake.take({
      team,
      vendor: 'lever',
      id: webhookId('lever', team.teamId, opportunityId, toStageId, signed.triggeredAt),
      receivedAt,
      token: signed.token,
      subject: opportunityId,
      isRepeat,
      dropReason: leverDropReason(webhook, triggerStageId),
      opportunityId,
      topic: TOPICS.stageChanged,
      event,
      traceparent: arrival.traceparent,
    });
  }

  private unsigned(team: Team, verdict: Verdict): Verdict {
    this.deliveries.unsigned(team.teamId, 'lever', verdict.outcome);
    return verdict;
  }
}
