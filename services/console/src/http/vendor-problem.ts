import type { Vendor, VendorError } from '@lever-certn/vendor-http/vendor-error';
import { Problem } from './problem';

const NAMES: Record<Vendor, string> = { lever: 'Lever', certn: 'Certn' };
const MAX_RETRY_SECONDS = 600;

/** What a failed call to a vendor means for the person who waits for its answer. */
export function problemOfVendor(error: VendorError): Problem {
  const name = NAMES[error.vendor];
  const more = { vendor: error.vendor, reason: error.kind };
  switch (error.kind) {
    case 'unauthorized':
      return new Problem('key-refused', {
        detail: `${name} refuses the API key.`,
        cure: `Make a new API key in ${name} and save it in the team's settings.`,
        more,
      });
    case 'forbidden':
      return new Problem('permission-missing', {
        detail: `${name} does not let this API key do that.`,
        cure: `Permissions of a key can't be changed later: make a new one in ${name} with those that the connection test lists.`,
        more,
      });
    case 'rate-limited':
    case 'unavailable':
      return new Problem('vendor-unavailable', {
        detail: `${name} can't be reached, or asks us to wait.`,
        cure: 'Try again in a minute; nothing was changed.',
        more,
        retryAfterSeconds: Math.min(MAX_RETRY_SECONDS, Math.ceil((error.retryAfterMs ?? 10_000) / 1000)),
      });
    case 'not-found':
      return new Problem('vendor-refused', {
        detail: `${name} knows nothing under this id.`,
        cure: `It may have been deleted in ${name}, or the key belongs to another account: test the connection.`,
        more,
      });
    case 'rejected':
      return new Problem('vendor-refused', {
        detail: `${name} refuses the request${error.code ? ` (${error.code})` : ''}.`,
        cure: 'Test the connection; if it works, tell the operators the time at which this happened.',
        more,
      });
  }
}
