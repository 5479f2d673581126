import { LRUCache } from 'lru-cache';

/** Webhooks remembered by a process. At most about 12 MB. */
const MAX_REMEMBERED = 50_000;

/**
 * Which one-time token (Lever) or event id (Certn) was used for what, of the last {@link MAX_REMEMBERED} webhooks that this process has stored. It is a
 * memory, not a promise: a repeat that reaches another process, or comes late, is stored again under the same `ce_id`.
 */
export class SeenWebhooks {
  private readonly seen = new LRUCache<string, string>({ max: MAX_REMEMBERED });

  /** What a token was used for before, if it was. */
  subjectOf(integrationId: string, token: string): string | undefined {
    return this.seen.get(`${integrationId} ${token}`);
  }

  /** To be called only once the webhook is durably stored, or dropped: a retry after a crash must not count as a repeat. */
  remember(integrationId: string, token: string, subject: string): void {
    this.seen.set(`${integrationId} ${token}`, subject);
  }
}
