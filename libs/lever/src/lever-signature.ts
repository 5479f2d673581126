import { createHmac, timingSafeEqual } from 'node:crypto';

/** The parts of a Lever webhook that its signature covers; `event` and `data` are not among them. */
export interface SignedParts {
  token: string;
  /** Epoch milliseconds, as the number Lever sent. */
  triggeredAt: number;
}

/** Lever's signature: lowercase hex of HMAC-SHA256 over `token` and `triggeredAt`, joined without a separator. */
export function signLever({ token, triggeredAt }: SignedParts, signatureToken: string): string {
  return createHmac('sha256', signatureToken).update(`${token}${triggeredAt}`).digest('hex');
}

/**
 * Whether any of the signature tokens made this signature (an account may have several while one is being replaced). Compares in constant time.
 * Anything that is not 64 hex digits, and an empty list, is false.
 */
export function verifyLeverSignature(parts: SignedParts & { signature: string }, signatureTokens: readonly string[]): boolean {
  const given = Buffer.from(parts.signature, 'latin1');
  let good = false;
  for (const signatureToken of signatureTokens) {
    const expected = Buffer.from(signLever(parts, signatureToken), 'latin1');
    if (given.length === expected.length && timingSafeEqual(given, expected)) good = true;
  }
  return good;
}
