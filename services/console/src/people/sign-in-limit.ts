import { Problem } from '../http/problem';

const WINDOW_MS = 15 * 60_000;
const MAX_FAILURES = 10;
const MAX_KEPT = 10_000;

/** Slows down who guesses passwords: after ten failures within 15 minutes an address has to wait. Counted per process, in bounded memory. */
export class SignInLimit {
  private readonly failures = new Map<string, { count: number; until: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  /** @throws Problem `too-many` */
  check(address: string): void {
    const known = this.failures.get(address);
    if (!known || known.until <= this.now() || known.count < MAX_FAILURES) return;
    throw new Problem('too-many', {
      detail: 'Too many failed sign-ins with this address.',
      cure: 'Wait, or ask an owner for a new password.',
      retryAfterSeconds: Math.ceil((known.until - this.now()) / 1000),
    });
  }

  failed(address: string): void {
    const known = this.failures.get(address);
    const count = known && known.until > this.now() ? known.count + 1 : 1;
    this.failures.delete(address);
    this.failures.set(address, { count, until: this.now() + WINDOW_MS });
    if (this.failures.size > MAX_KEPT) this.failures.delete(this.failures.keys().next().value!);
  }

  succeeded(address: string): void {
    this.failures.delete(address);
  }
}
