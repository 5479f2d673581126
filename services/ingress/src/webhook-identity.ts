import { hash } from 'node:crypto';

/** `ce_id` of what a webhook tells, made of the fact alone, so that a repeat has the same one. 43 characters; a third of the time of a UUID. */
export function webhookId(kind: 'lever' | 'certn', ...fact: (string | number)[]): string {
  return hash('sha256', JSON.stringify([kind, ...fact]), 'base64url');
}

let lastMs = 0;
let lastIso = '';

/** ISO 8601 of a moment that is asked for again and again within its millisecond. */
export function arrivalTime(epochMs: number): string {
  if (epochMs !== lastMs) {
    lastMs = epochMs;
    lastIso = new Date(epochMs).toISOString();
  }
  return lastIso;
}
