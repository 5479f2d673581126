import { randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { TEST_EVENT } from '@lever-certn/events/test-event';
import { SECRET_FIELD } from '@lever-certn/events/team-settings';
import { signLever } from '@lever-certn/lever/lever-signature';
import { Keyring } from '@lever-certn/sealing/keyring';
import { AuditStore, type Author } from '../audit/audit.store';
import { ConsoleConfig } from '../config';
import { Problem } from '../http/problem';
import type { TestEventResult } from './test-event.rules';
import { testEventResult } from './test-event.rules';
import { TeamsStore } from './teams.store';

const TIMEOUT_MS = 10_000;
/** Lever's own tokens have as many characters. */
const TOKEN_BYTES = 24;

/**
 * Sends our own ingress a webhook signed like one of Lever's. Its event is one that Lever does not have, so ingress takes it and nothing follows: no look, no
 * order. It proves the way from this console to ingress and that ingress knows this team and its newest signature token; that Lever itself reaches ingress is
 * proven by the first webhook that Lever signs only.
 */
@Injectable()
export class TestEventSender {
  constructor(
    private readonly config: ConsoleConfig,
    private readonly teams: TeamsStore,
    private readonly keyring: Keyring,
    private readonly audit: AuditStore,
  ) {}

  /** @throws Problem `not-set-up` where no signature token is saved */
  async send(author: Author, teamId: string): Promise<TestEventResult> {
    const { settings } = await this.teams.require(teamId);
    const secret = settings.lever?.signatureTokens.at(-1);
    if (!secret)
      throw new Problem('not-set-up', {
        detail: 'No signature token is saved, so a test event can not be signed.',
        cure: 'In Lever, add a webhook for Candidate Stage Change, and save its signature token as Webhook Signature.',
      });
    const signatureToken = this.keyring.open(secret.value, { teamId, recordId: secret.id, field: SECRET_FIELD });
    const isInner = this.config.INGRESS_URL !== undefined;
    const baseUrl = (this.config.INGRESS_URL ?? this.config.PUBLIC_INGRESS_URL).replace(/\/+$/, '');
    const status = await post(`${baseUrl}/webhooks/lever/${settings.integrationId}`, signedBody(signatureToken));
    const result = testEventResult(status, isInner);
    await this.audit.add(author, { action: 'test-event-sent', teamId, detail: { outcome: result.outcome, status } });
    return result;
  }
}

function signedBody(signatureToken: string): string {
  const signed = { token: randomBytes(TOKEN_BYTES).toString('hex'), triggeredAt: Date.now() };
  const id = `test-event-${randomUUID()}`;
  const data = { opportunityId: id, candidateId: id };
  return JSON.stringify({ event: TEST_EVENT, ...signed, signature: signLever(signed, signatureToken), data });
}

/** The status of the answer, `null` where there is none. Where it leads is set by the operators, never by a team, and it is followed nowhere else. */
async function post(url: string, body: string): Promise<number | null> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return null;
  }
}
