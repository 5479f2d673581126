import { share, type Limit } from '@lever-certn/reconcile/limits';
import { Problem } from '../http/problem';

const MAX_WAIT_MS = 15_000;
const MAX_ACCOUNTS = 10_000;

interface Bucket {
  tokens: number;
  at: number;
}

/** How many calls a second, and how many at once after a rest. */
export interface Pace {
  perSecond: number;
  burst: number;
}

/** The console's share of what a vendor allows, at least one call at once. */
export function paceOf(limit: Limit, part: number): Pace {
  const { count, windowMs, burst } = share(limit, part);
  return { perSecond: (count / windowMs) * 1000, burst: Math.max(1, burst ?? count) };
}

/** The console's share of a vendor's rate limit, per account. In memory: each process keeps to it by itself. */
export class VendorPace {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly pace: Pace,
    private readonly now: () => number = Date.now,
  ) {}

  /** Resolves when a call may be made. @throws Problem `busy` where that would take longer than a person waits */
  async take(account: string): Promise<void> {
    const waitMs = this.reserve(account);
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  }

  /** Takes a token if there is one now. */
  tryTake(account: string): boolean {
    const bucket = this.bucketOf(account);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  /** The vendor said 429: nothing is left. */
  empty(account: string): void {
    this.bucketOf(account).tokens = 0;
  }

  private reserve(account: string): number {
    const bucket = this.bucketOf(account);
    const waitMs = bucket.tokens >= 1 ? 0 : Math.ceil(((1 - bucket.tokens) / this.pace.perSecond) * 1000);
    if (waitMs > MAX_WAIT_MS)
      throw new Problem('busy', {
        detail: 'The share of the rate limit that belongs to the console is used up.',
        cure: 'Try again in a minute.',
        retryAfterSeconds: Math.ceil(waitMs / 1000),
      });
    bucket.tokens -= 1;
    return waitMs;
  }

  private bucketOf(account: string): Bucket {
    const now = this.now();
    const bucket = this.buckets.get(account) ?? { tokens: this.pace.burst, at: now };
    bucket.tokens = Math.min(this.pace.burst, bucket.tokens + ((now - bucket.at) / 1000) * this.pace.perSecond);
    bucket.at = now;
    this.buckets.delete(account);
    this.buckets.set(account, bucket);
    if (this.buckets.size > MAX_ACCOUNTS) this.buckets.delete(this.buckets.keys().next().value!);
    return bucket;
  }
}
