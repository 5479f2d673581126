/** How the list of candidates is filtered and ordered, as it stands in the page's address. Whatever does not fit is left out. */
export interface CandidateSearch {
  /** Statuses, separated by commas. */
  status?: string;
  package?: string;
  problem?: string;
  q?: string;
  sort?: CandidateSort;
}

export const CANDIDATE_SORTS = ['-movedAt', 'movedAt', '-changedAt', 'changedAt', 'status'] as const;
export type CandidateSort = (typeof CANDIDATE_SORTS)[number];

/** The order of a list that none is asked of. */
export const DEFAULT_SORT: CandidateSort = '-movedAt';

const STATUSES = [
  'requested',
  'pending',
  'analyzing',
  'partial',
  'complete',
  'error',
  'cancelled',
  'skipped',
  'waiting',
  'failed',
] as const;
export type CandidateStatus = (typeof STATUSES)[number];

/** What an address says, as far as it is understood. */
export function candidateSearchOf(search: Record<string, unknown>): CandidateSearch {
  const statuses = statusesOf(textOf(search.status));
  const found: CandidateSearch = {
    status: statuses.length > 0 ? statuses.join(',') : undefined,
    package: textOf(search.package),
    problem: textOf(search.problem),
    q: textOf(search.q),
    sort: CANDIDATE_SORTS.find((sort) => sort === search.sort && sort !== DEFAULT_SORT),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** The statuses of a search; words that are none are left out. */
export function statusesOf(status: string | undefined): CandidateStatus[] {
  return (status ?? '').split(',').flatMap((word) => STATUSES.find((known) => known === word) ?? []);
}

/** Whether a search leaves anybody out. */
export function isFiltered({ status, package: packageName, problem, q }: CandidateSearch): boolean {
  return [status, packageName, problem, q].some((value) => value !== undefined);
}

/** The order after a click on a column: last first, then first first; another column begins with the last. */
export function nextSort(sort: CandidateSort | undefined, column: 'movedAt' | 'changedAt' | 'status'): CandidateSort {
  if (column === 'status') return 'status';
  return (sort ?? DEFAULT_SORT) === `-${column}` ? column : `-${column}`;
}

/** The address of the table for spreadsheets with the same candidates. */
export function csvPath(teamId: string, search: CandidateSearch): string {
  const query = new URLSearchParams(Object.entries(search) as [string, string][]).toString();
  return `/api/teams/${encodeURIComponent(teamId)}/candidates.csv${query ? `?${query}` : ''}`;
}

/** An address may hold a number where a text is meant. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** A search without its filters, in the same order. */
export function onlyOrder({ sort }: CandidateSearch): CandidateSearch {
  return sort ? { sort } : {};
}
