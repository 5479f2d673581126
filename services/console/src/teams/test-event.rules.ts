export const TEST_EVENT_OUTCOMES = ['taken', 'refused', 'unreachable'] as const;

/** What became of a test event, in words. */
export interface TestEventResult {
  outcome: (typeof TEST_EVENT_OUTCOMES)[number];
  /** What ingress answered; `null`: nothing. */
  status: number | null;
  /** What was seen, and what it proves. */
  says: string;
  cure: string | null;
}

const TAKEN = 202;
const SOON = 'Settings that were just saved need a second to get there; send it again.';

/** What an answer of ingress means. `isInner`: it was reached under an inner address, so that the public one was not tried. */
export function testEventResult(status: number | null, isInner: boolean): TestEventResult {
  if (status === null)
    return {
      outcome: 'unreachable',
      status,
      says: 'Our own ingress did not answer within 10 seconds.',
      cure: isInner
        ? 'Ask the operators: INGRESS_URL must be the address at which the console reaches ingress, and ingress must run.'
        : 'Ask the operators: PUBLIC_INGRESS_URL must lead to ingress, also from the console (or INGRESS_URL must be set), and ingress must run.',
    };
  if (status === TAKEN)
    return {
      outcome: 'taken',
      status,
      says: `Our ingress took the event and the newest Webhook Signature fits.${isInner ? ' The public address was not tried: ingress was reached from inside.' : ''} No check is ordered by it. That Lever reaches us too is proven by the first webhook of Lever.`,
      cure: null,
    };
  return { outcome: 'refused', status, says: `Our ingress answered ${status}.`, cure: CURES[status] ?? OTHER };
}

const OTHER =
  'The address leads to something else than our ingress: ask the operators to check PUBLIC_INGRESS_URL and INGRESS_URL.';
const CURES: Partial<Record<number, string>> = {
  401: `Ingress knows another signature token. ${SOON}`,
  404: `Ingress does not know this team's webhook URL, or the address leads to something else. ${SOON}`,
  503: 'Ingress is there and can not store webhooks right now: it has not read the settings yet, or the broker is away. Try again in a minute.',
};
