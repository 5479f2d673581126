import { createHmac, timingSafeEqual } from 'node:crypto';

/** The header that carries Certn's signature. */
export const CERTN_SIGNATURE_HEADER = 'x-signature';

/** Certn's signature: lowercase hex of HMAC-SHA256 over the raw body. */
export function signCertn(rawBody: Uint8Array | string, secret: string): string {
  return createHmac('sha256', secret).update(rawBody).digest('hex');
}

/**
 * Whether any of the webhook secrets made this signature. Compares in constant time. A missing or repeated header, anything that is not 64 hex digits, and
 * an empty list of secrets are false.
 */
export function verifyCertnSignature(
  rawBody: Uint8Array | string,
  header: string | readonly string[] | undefined,
  secrets: readonly string[],
): boolean {
  if (typeof header !== 'string') return false;
  const given = Buffer.from(header.toLowerCase(), 'latin1');
  let good = false;
  for (const secret of secrets) {
    const expected = Buffer.from(signCertn(rawBody, secret), 'latin1');
    if (given.length === expected.length && timingSafeEqual(given, expected)) good = true;
  }
  return good;
}
