import { TEST_EVENT } from '@lever-certn/events/test-event';
import { isId, isObject, type JsonObject } from './json-body.rules';

/** The event that tells of a move. */
const STAGE_CHANGE = 'candidateStageChange';
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Lever gives no window; its retries keep or renew `triggeredAt`, which is not known. */
const MAX_AGE_MS = 24 * HOUR_MS;
const MAX_AHEAD_MS = 5 * MINUTE_MS;
const MAX_TOKEN_CHARACTERS = 200;

/** A Lever webhook as it was read. Of its fields only `token` and `triggeredAt` are ever signed. */
export interface LeverWebhook {
  event: string;
  opportunityId: string;
  toStageId?: string;
  fromStageId?: string;
  /** Absent when one of its parts is missing or can't be one. */
  signed?: { token: string; triggeredAt: number; signature: string };
}

export type ReadLeverWebhook =
  { kind: 'webhook'; webhook: LeverWebhook } | { kind: 'verify-connection' } | { kind: 'malformed'; field: string };

/** Reads the body of a Lever webhook. An object that names no opportunity is Lever's "Verify Connection". */
export function readLeverWebhook(body: JsonObject): ReadLeverWebhook {
  const data = body.data ?? {};
  if (!isObject(data)) return { kind: 'malformed', field: 'data' };
  const opportunityId = data.opportunityId ?? data.candidateId;
  if (opportunityId === undefined || opportunityId === null) return { kind: 'verify-connection' };
  if (!isId(opportunityId)) return { kind: 'malformed', field: 'opportunityId' };
  if (!isId(body.event)) return { kind: 'malformed', field: 'event' };
  if (body.event === STAGE_CHANGE && !isId(data.toStageId)) return { kind: 'malformed', field: 'toStageId' };
  const webhook: LeverWebhook = { event: body.event, opportunityId };
  if (isId(data.toStageId)) webhook.toStageId = data.toStageId;
  if (isId(data.fromStageId)) webhook.fromStageId = data.fromStageId;
  const { token, triggeredAt, signature } = body;
  if (isToken(token) && Number.isSafeInteger(triggeredAt) && typeof signature === 'string')
    webhook.signed = { token, triggeredAt: triggeredAt as number, signature };
  return { kind: 'webhook', webhook };
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_TOKEN_CHARACTERS;
}

export type LeverGenuineness = 'signature-wrong' | 'too-old' | 'too-early' | 'token-of-another' | 'repeat' | 'genuine';

/** Whether a signed webhook is what it says. `seenOpportunityId`: whom its token was used for before, if it was. */
export function judgeLeverWebhook(
  webhook: LeverWebhook,
  facts: { signatureFits: boolean; nowMs: number; seenOpportunityId: string | undefined },
): LeverGenuineness {
  if (!webhook.signed || !facts.signatureFits) return 'signature-wrong';
  if (webhook.signed.triggeredAt < facts.nowMs - MAX_AGE_MS) return 'too-old';
  if (webhook.signed.triggeredAt > facts.nowMs + MAX_AHEAD_MS) return 'too-early';
  if (facts.seenOpportunityId === undefined) return 'genuine';
  return facts.seenOpportunityId === webhook.opportunityId ? 'repeat' : 'token-of-another';
}

/**
 * Why a genuine webhook is none of ours: another event (the console's own test among them), or a move into another stage. While the id of the trigger
 * stage is not known, or may be out of date (`undefined`), every move is kept: the resolver decides.
 */
export function leverDropReason(
  webhook: LeverWebhook,
  triggerStageId: string | undefined,
): 'test-event' | 'other-event' | 'other-stage' | undefined {
  if (webhook.event === TEST_EVENT) return 'test-event';
  if (webhook.event !== STAGE_CHANGE) return 'other-event';
  return triggerStageId !== undefined && webhook.toStageId !== triggerStageId ? 'other-stage' : undefined;
}
