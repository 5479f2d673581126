/** Which lines of the audit are shown, as it stands in the page's address. */
export interface AuditSearch {
  team?: string;
  person?: string;
  action?: string;
  /** A day, `2026-03-01`, in the reader's zone. */
  from?: string;
  to?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What an address says, as far as it is understood. */
export function auditSearchOf(search: Record<string, unknown>): AuditSearch {
  const text = (value: unknown): string | undefined =>
    typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  const day = (value: unknown): string | undefined =>
    typeof value === 'string' && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
  return withoutBlanks({
    team: text(search.team),
    person: text(search.person),
    action: text(search.action),
    from: day(search.from),
    to: day(search.to),
  });
}

/** What the API takes for a search: the days from their first to their last moment in the reader's zone. */
export function auditQueryOf({ from, to, ...search }: AuditSearch): Record<string, string> {
  return withoutBlanks({
    ...search,
    from: from && new Date(`${from}T00:00:00`).toISOString(),
    until: to && nextDay(to),
  });
}

/** Where the same lines are downloaded as a table. */
export function auditCsvPath(search: AuditSearch): string {
  const query = new URLSearchParams(auditQueryOf(search)).toString();
  return `/api/audit.csv${query ? `?${query}` : ''}`;
}

/** The first moment after a day, also where the clock is put forward or back on it. */
function nextDay(day: string): string {
  const next = new Date(`${day}T00:00:00`);
  next.setDate(next.getDate() + 1);
  return next.toISOString();
}

function withoutBlanks(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1])));
}
