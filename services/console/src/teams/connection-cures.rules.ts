/** What is to be done about a connection, by the reason that came with it. */
const CURES: Record<string, Record<'lever' | 'certn', string>> = {
  unauthorized: {
    lever:
      'Lever refuses the API key. Make a new one in Settings → Integrations and API → API credentials, with the permissions that the test lists, and save it.',
    certn:
      'Certn refuses the API key. Keys end after 365 days and work in their own region only: make a new one in Client Portal → Integrations and save it.',
  },
  forbidden: {
    lever:
      "The Lever key lacks a permission. A key's permissions can't be changed later: make a new one with those that the test lists.",
    certn: "The Certn key may not do this. Ask Certn's support to allow it, or make a new key in Client Portal → Integrations.",
  },
  unavailable: {
    lever: 'Lever could not be reached. Everything waits and goes on by itself.',
    certn: 'Certn could not be reached. Everything waits and goes on by itself.',
  },
};

/** What to do about a connection's state; `null` where nothing is to be done. */
export function connectionCure(
  vendor: 'lever' | 'certn',
  state: 'ok' | 'broken' | 'unknown',
  reason: string | null,
): string | null {
  if (state === 'ok') return null;
  const known = reason === null ? undefined : CURES[reason === 'rate-limited' ? 'unavailable' : reason];
  if (known) return known[vendor];
  return state === 'broken' ? CURES.unauthorized![vendor] : 'Test the connection.';
}
