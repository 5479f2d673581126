/** Which webhooks are shown, as it stands in the page's address. */
export interface DeliverySearch {
  vendor?: 'lever' | 'certn';
  outcome?: string;
  opportunityId?: string;
  /** A day, `2026-03-01`, in the reader's zone. */
  from?: string;
  to?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What an address says, as far as it is understood. */
export function deliverySearchOf(search: Record<string, unknown>): DeliverySearch {
  const day = (value: unknown): string | undefined =>
    typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
  const text = (value: unknown): string | undefined =>
    (typeof value === 'string' || typeof value === 'number') && String(value).trim() !== '' ? String(value).trim() : undefined;
  const found: DeliverySearch = {
    vendor: search.vendor === 'lever' || search.vendor === 'certn' ? search.vendor : undefined,
    outcome: text(search.outcome),
    opportunityId: text(search.opportunityId),
    from: day(search.from),
    to: day(search.to),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** The first and the last moment of the days of a search, as the API takes them. */
export function spanOf({ from, to }: DeliverySearch): { since?: string; until?: string } {
  return {
    ...(from ? { since: new Date(`${from}T00:00:00`).toISOString() } : {}),
    ...(to ? { until: new Date(`${to}T23:59:59.999`).toISOString() } : {}),
  };
}
