/** Shape of an address that may be ordered for; the resolver has already chosen it from several. */
const ADDRESS = /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/u;
const MAX_ADDRESS_CHARACTERS = 254;

/** The address as it is ordered with, or `null` where nothing can be mailed to it. */
export function orderableEmail(email: string | null | undefined): string | null {
  const trimmed = email?.trim() ?? '';
  return trimmed.length <= MAX_ADDRESS_CHARACTERS && ADDRESS.test(trimmed) ? trimmed : null;
}

/** Whether two addresses are the same to us: composition, case and surrounding space aside. */
export function sameEmail(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && fold(a) === fold(b);
}

function fold(email: string): string {
  return email.normalize('NFC').trim().toLowerCase();
}
