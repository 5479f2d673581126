import type { CaseUpdated } from '@lever-certn/events/case-updated';
import { isId, type JsonObject } from './json-body.rules';

/** Tells of something in a case that changes neither its status nor its report. */
const NOT_FOR_US = new Set(['CASE_INPUT_CLAIMS_AUTOMATICALLY_GENERATED']);

/** A Certn webhook as it was read: it only names what changed. */
export interface CertnWebhook {
  /** Absent when Certn sent none. */
  eventId?: string;
  eventType: string;
  objectId: string;
  objectType: CaseUpdated['objectType'];
  caseStatus?: string;
}

export type ReadCertnWebhook = { kind: 'webhook'; webhook: CertnWebhook } | { kind: 'malformed'; field: string };

/** Reads the body of a Certn webhook. Its id is `event_id` or `id`; samples differ. */
export function readCertnWebhook(body: JsonObject): ReadCertnWebhook {
  if (!isId(body.event_type)) return { kind: 'malformed', field: 'event_type' };
  if (!isId(body.object_id)) return { kind: 'malformed', field: 'object_id' };
  const webhook: CertnWebhook = {
    eventType: body.event_type,
    objectId: body.object_id,
    objectType: objectTypeOf(body.object_type),
  };
  const eventId = body.event_id ?? body.id;
  if (isId(eventId)) webhook.eventId = eventId;
  if (isId(body.case_status)) webhook.caseStatus = body.case_status;
  return { kind: 'webhook', webhook };
}

function objectTypeOf(value: unknown): CaseUpdated['objectType'] {
  const word = typeof value === 'string' ? value.toUpperCase() : '';
  return word === 'CASE' ? 'case' : word === 'CHECK' ? 'check' : 'other';
}

/** Why a genuine webhook is none of ours. An event type we do not know is kept: the case is read, whatever the event was called. */
export function certnDropReason(webhook: CertnWebhook): 'other-event' | undefined {
  return NOT_FOR_US.has(webhook.eventType) ? 'other-event' : undefined;
}
