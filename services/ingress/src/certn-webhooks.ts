import { createHash } from 'node:crypto';
import { verifyCertnSignature } from '@lever-certn/certn/certn-signature';
import type { CaseUpdated } from '@lever-certn/events/case-updated';
import { TOPICS } from '@lever-certn/events/topics';
import type { Team } from '@lever-certn/settings/team';
import type { Verdict } from './answers.rules';
import { certnDropReason, readCertnWebhook, type CertnWebhook } from './certn-webhook.rules';
import type { Deliveries } from './deliveries';
import { readBody } from './json-body.rules';
import type { Arrival } from './lever-webhooks';
import type { SeenWebhooks } from './seen-webhooks';
import { arrivalTime, webhookId } from './webhook-identity';
import type { WebhookIntake } from './webhook-intake';

/**
 * Certn's webhooks, from the raw body to the verdict. A genuine one goes to `case-updated`, whatever its event is called; a repeat of one
 * that was stored is answered without storing it again; dying in the middle leaves Certn without an answer, and it tries again.
 */
export class CertnWebhooks {
  constructor(
    private readonly intake: WebhookIntake,
    private readonly seen: SeenWebhooks,
    private readonly deliveries: Deliveries,
  ) {}

  receive(team: Team, arrival: Arrival, signature: string | string[] | undefined): Verdict | Promise<Verdict> {
    const body = readBody(arrival.rawBody.toString('utf8'));
    if (!body.ok) return this.unsigned(team, { outcome: body.outcome });
    const read = readCertnWebhook(body.body);
    if (read.kind === 'malformed') return this.unsigned(team, { outcome: 'malformed', reason: read.field });
    const { certn } = team;
    if (!certn || certn.webhookSecrets.length === 0) return this.unsigned(team, { outcome: 'no-secret-yet' });
    if (!verifyCertnSignature(arrival.rawBody, signature, certn.webhookSecrets))
      return this.unsigned(team, { outcome: 'signature-wrong' });
    return this.take(team, certn.account, read.webhook, arrival);
  }

  /** A challenge: anybody may ask, so it is only counted. */
  challenged(team: Team, answered: boolean): Verdict {
    return this.unsigned(team, { outcome: answered ? 'challenge-answered' : 'challenge-refused' });
  }

  private take(team: Team, account: string, webhook: CertnWebhook, arrival: Arrival): Promise<Verdict> {
    const { eventId, eventType, objectId, objectType, caseStatus } = webhook;
    const receivedAt = arrivalTime(arrival.nowMs);
    const event: CaseUpdated = {
      teamId: team.teamId,
      account,
      objectType,
      objectId,
      eventType,
      receivedAt,
      ...(caseStatus === undefined ? {} : { caseStatus }),
    };
    const fact = eventId ?? createHash('sha256').update(arrival.rawBody).digest('base64url');
    return this.intake.take({
      team,
      vendor: 'certn',
      id: webhookId('certn', team.teamId, objectId, fact),
      receivedAt,
      token: eventId,
      subject: objectId,
      isRepeat: eventId !== undefined && this.seen.subjectOf(team.integrationId, eventId) === objectId,
      dropReason: certnDropReason(webhook),
      topic: TOPICS.caseUpdated,
      event,
      traceparent: arrival.traceparent,
    });
  }

  private unsigned(team: Team, verdict: Verdict): Verdict {
    this.deliveries.unsigned(team.teamId, 'certn', verdict.outcome);
    return verdict;
  }
}
