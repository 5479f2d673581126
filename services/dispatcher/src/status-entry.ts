import type { OutboxEntry } from '@lever-certn/database/outbox';
import type { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';
import { factId } from '@lever-certn/events/identity.rules';
import { TOPICS } from '@lever-certn/events/topics';

/** A status on its way to others. Its id is made of the check and its version, so that a repeat has the same one. */
export function statusEntry(event: CheckStatusUpdated, traceparent: string | null): OutboxEntry {
  return {
    topic: TOPICS.checkStatusUpdated,
    event,
    context: {
      id: factId('check-status-updated', event.checkId, event.version),
      time: event.occurredAt,
      ...(traceparent ? { traceparent } : {}),
    },
    aggregateId: event.checkId,
    version: event.version,
  };
}

/** That a check was erased: consumers forget it. */
export function erasedEntry(check: { id: string; teamId: string; version: number }): OutboxEntry {
  return {
    topic: TOPICS.checkStatusUpdated,
    event: null,
    teamId: check.teamId,
    context: { id: factId('check-status-updated', check.id, 'erased') },
    aggregateId: check.id,
    version: check.version,
  };
}
