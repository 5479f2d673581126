/** Webhooks remembered by a process are between this and twice as many; about 12 MB. */
const GENERATION = 25_000;

interface Seen {
  integrationId: string;
  subject: string;
}

/**
 * Which one-time token (Lever) or event id (Certn) was used for what, of the last webhooks that this process has stored. It is a memory, not a promise: a
 * repeat that reaches another process, or comes late, is stored again under the same `ce_id`.
 */
export class SeenWebhooks {
  private young = new Map<string, Seen>();
  private old = new Map<string, Seen>();

  constructor(private readonly generation: number = GENERATION) {}

  /** What a token was used for before, if it was. */
  subjectOf(integrationId: string, token: string): string | undefined {
    const seen = this.young.get(token) ?? this.old.get(token);
    return seen?.integrationId === integrationId ? seen.subject : undefined;
  }

  /** To be called only once the webhook is durably stored, or dropped: a retry after a crash must not count as a repeat. */
  remember(integrationId: string, token: string, subject: string): void {
    this.young.set(token, { integrationId, subject });
    if (this.young.size < this.generation) return;
    this.old = this.young;
    this.young = new Map();
  }
}
