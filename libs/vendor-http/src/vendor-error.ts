/** The outside services we call. */
export type Vendor = 'lever' | 'certn';

/** What happens next depends on this: wait and try again, mark the connection broken, or give up on this one. */
export type VendorErrorKind = 'unavailable' | 'rate-limited' | 'unauthorized' | 'forbidden' | 'not-found' | 'rejected';

/** Of a call that changes something: surely not done, or possibly done. Of a read it says nothing. */
export type Made = 'not-made' | 'unclear';

/** What is known of a failed call. */
export interface VendorFailure {
  vendor: Vendor;
  /** What was called, as a template without ids or query: `GET /opportunities/:id`. */
  route: string;
  kind: VendorErrorKind;
  made: Made;
  /** HTTP status, where there was an answer. */
  status?: number;
  /** How long the vendor asks us to wait. */
  retryAfterMs?: number;
  /** A short word: the vendor's own error code, or ours for what went wrong before or after the answer (`timeout`, `unreadable` …). */
  code?: string;
  /** The vendor's clock (`Date` header), epoch milliseconds. */
  dateMs?: number;
  cause?: unknown;
}

/**
 * The one way in which a call to a vendor fails. Its message holds the route, the status and a code, never a key, a name, an e-mail or a body. Nothing
 * was tried again before it was thrown.
 */
export class VendorError extends Error {
  readonly vendor: Vendor;
  readonly route: string;
  readonly kind: VendorErrorKind;
  readonly made: Made;
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly code?: string;
  readonly dateMs?: number;

  constructor(failure: VendorFailure) {
    const what = [failure.status, failure.code].filter((part) => part !== undefined).join(' ');
    super(`${failure.vendor} ${failure.route}: ${failure.kind}${what ? ` (${what})` : ''}`, { cause: failure.cause });
    this.name = 'VendorError';
    this.vendor = failure.vendor;
    this.route = failure.route;
    this.kind = failure.kind;
    this.made = failure.made;
    this.status = failure.status;
    this.retryAfterMs = failure.retryAfterMs;
    this.code = failure.code;
    this.dateMs = failure.dateMs;
  }
}

/** The statuses with which a vendor says that it did nothing (docs of both vendors); after any other one it may have. */
const NOT_MADE = new Set([400, 401, 403, 404, 422, 429]);

/** What kind of failure a status other than 2xx is, and whether a write may have been done all the same. */
export function classifyStatus(status: number): { kind: VendorErrorKind; made: Made } {
  return { kind: kindOf(status), made: NOT_MADE.has(status) ? 'not-made' : 'unclear' };
}

function kindOf(status: number): VendorErrorKind {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410) return 'not-found';
  if (status === 429) return 'rate-limited';
  if (status >= 400 && status < 500 && status !== 408) return 'rejected';
  return 'unavailable';
}
