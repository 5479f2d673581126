interface Bucket {
  tokens: number;
  atMs: number;
}

/** A token bucket for each integration, in memory of this process. Buckets are made for known integrations only. */
export class IntegrationRate {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Takes one token. Answers 0, or in how many seconds (whole, at least 1) there will be one. */
  take(integrationId: string): number {
    const now = this.nowMs();
    let bucket = this.buckets.get(integrationId);
    if (!bucket) this.buckets.set(integrationId, (bucket = { tokens: this.burst, atMs: now }));
    bucket.tokens = Math.min(this.burst, bucket.tokens + ((now - bucket.atMs) / 1000) * this.perSecond);
    bucket.atMs = now;
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / this.perSecond));
    bucket.tokens -= 1;
    return 0;
  }

  /** Forgets an integration that is gone. */
  forget(integrationId: string): void {
    this.buckets.delete(integrationId);
  }
}
