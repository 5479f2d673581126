const KEY_BYTES = 16;

/** The header of a command, so that a browser that sends it twice orders once. Also where pages come without TLS, which have no `randomUUID`. */
export function idempotencyKey(): { 'Idempotency-Key': string } {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  return { 'Idempotency-Key': Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') };
}
