import type { Database } from '@lever-certn/database/database';
import { toSqlTime } from '@lever-certn/database/sql-rows';
import { CANDIDATE_COLUMNS, toCandidate, type Candidate } from './candidate-row';

/** How a list may be ordered; each is what an index holds. */
export const CANDIDATE_SORTS = ['-movedAt', 'movedAt', '-changedAt', 'changedAt', 'status'] as const;
export type CandidateSort = (typeof CANDIDATE_SORTS)[number];

/** Which candidates of a team, in which order. */
export interface CandidateFilter {
  teamId: string;
  /** One of these. */
  statuses?: readonly string[];
  packageName?: string;
  reason?: string;
  /** Hashes that must all be there. */
  words?: readonly string[];
  opportunityId?: string;
  sort: CandidateSort;
  /** Where the page before ended, as {@link positionOf} says. */
  after?: readonly string[];
  limit: number;
}

/** How many candidates have a word, of one column. */
export interface WordCount {
  word: string;
  count: number;
}

type Condition = [sql: string, values: unknown[]];

const MAX_WORDS_COUNTED = 200;

const ORDERS: Record<CandidateSort, { by: string; past: (after: readonly string[]) => Condition }> = {
  '-movedAt': { by: 'moved_at DESC, opportunity_id DESC', past: (after) => past('moved_at', '<', after) },
  movedAt: { by: 'moved_at, opportunity_id', past: (after) => past('moved_at', '>', after) },
  '-changedAt': { by: 'changed_at DESC, opportunity_id DESC', past: (after) => past('changed_at', '<', after) },
  changedAt: { by: 'changed_at, opportunity_id', past: (after) => past('changed_at', '>', after) },
  status: {
    by: 'status, moved_at, opportunity_id',
    past: ([status, at, id]) => [
      'status >= ? AND (status > ? OR (status = ? AND (moved_at > ? OR (moved_at = ? AND opportunity_id > ?))))',
      [status, status, status, at, at, id],
    ],
  },
};

/** Lists of candidates. A page is found by an index first and read only then. */
export class CandidateListStore {
  constructor(private readonly database: Database) {}

  async list(filter: CandidateFilter): Promise<Candidate[]> {
    const { teamId, statuses, packageName, reason, words, opportunityId, sort, after, limit } = filter;
    const order = ORDERS[sort];
    const conditions: Condition[] = [['team_id = ?', [teamId]]];
    if (statuses !== undefined) conditions.push(['status IN (?)', [statuses]]);
    if (packageName !== undefined) conditions.push(['package_name = ?', [packageName]]);
    if (reason !== undefined) conditions.push(['reason = ?', [reason]]);
    if (opportunityId !== undefined) conditions.push(['opportunity_id = ?', [opportunityId]]);
    for (const word of words ?? []) conditions.push(['applicant_words LIKE ?', [`% ${word} %`]]);
    if (after) conditions.push(order.past(after));
    return this.read(teamId, conditions, order.by, limit, words ? 'FORCE INDEX (words)' : '');
  }

  /**
   * A list for what somebody typed: the candidate that has it as its id, else those who have all its words. `typed` left out: the list as it is.
   */
  async found(filter: CandidateFilter, typed: string | undefined): Promise<Candidate[]> {
    if (typed === undefined) return this.list(filter);
    const { words, ...rest } = filter;
    if (!filter.after) {
      const byId = await this.list({ ...rest, opportunityId: typed });
      if (byId.length > 0) return byId;
    }
    return words?.length ? this.list(filter) : [];
  }

  /** Candidates that a person has to do something about, those who moved last first. */
  async problems(teamId: string, after: readonly string[] | undefined, limit: number): Promise<Candidate[]> {
    const conditions: Condition[] = [
      ['team_id = ?', [teamId]],
      ["status IN ('error', 'failed')", []],
    ];
    if (after) conditions.push(ORDERS['-movedAt'].past(after));
    return this.read(teamId, conditions, ORDERS['-movedAt'].by, limit);
  }

  /** How many candidates a person has to do something about. */
  async problemCount(teamId: string): Promise<number> {
    const rows = await this.database.query<{ n: number | string }>(
      "SELECT COUNT(*) n FROM candidates WHERE team_id = ? AND status IN ('error', 'failed')",
      [teamId],
    );
    return Number(rows[0]?.n ?? 0);
  }

  /** Those who have waited for longer than a while, so that a person should know. */
  async waiting(teamId: string, sinceBefore: string, limit: number): Promise<Candidate[]> {
    const conditions: Condition[] = [
      ['team_id = ?', [teamId]],
      ["status IN ('waiting', 'requested')", []],
      ['moved_at < ?', [toSqlTime(sinceBefore)]],
    ];
    return this.read(teamId, conditions, ORDERS['-movedAt'].by, limit);
  }

  async one(teamId: string, opportunityId: string): Promise<Candidate | undefined> {
    return (await this.list({ teamId, opportunityId, sort: '-movedAt', limit: 1 }))[0];
  }

  /** How many candidates there are of each status, package or reason; the most frequent first. */
  async counts(teamId: string, column: 'status' | 'package_name' | 'reason'): Promise<WordCount[]> {
    const rows = await this.database.query<{ word: string; count: number | string }>(
      `SELECT ${column} word, COUNT(*) count FROM candidates WHERE team_id = ? AND ${column} IS NOT NULL GROUP BY ${column}
       ORDER BY count DESC, word LIMIT ?`,
      [teamId, MAX_WORDS_COUNTED],
    );
    return rows.map(({ word, count }) => ({ word, count: Number(count) }));
  }

  private async read(teamId: string, conditions: Condition[], by: string, limit: number, hint = ''): Promise<Candidate[]> {
    const ordered = by.replaceAll(/(^|, )/g, '$1c.');
    const rows = await this.database.query<Record<string, string | number | null>>(
      `SELECT ${CANDIDATE_COLUMNS} FROM
         (SELECT opportunity_id FROM candidates ${hint} WHERE ${conditions.map(([sql]) => sql).join(' AND ')} ORDER BY ${by} LIMIT ?) page
       JOIN candidates c ON c.team_id = ? AND c.opportunity_id = page.opportunity_id
       LEFT JOIN checks k ON k.check_id = c.status_check_id ORDER BY ${ordered}`,
      [...conditions.flatMap(([, values]) => values), limit, teamId],
    );
    return rows.map((row) => toCandidate(teamId, row));
  }
}

/** Where a list goes on after a candidate. */
export function positionOf(candidate: Candidate, sort: CandidateSort): string[] {
  const { opportunityId, status } = candidate;
  switch (sort) {
    case '-movedAt':
    case 'movedAt':
      return [toSqlTime(candidate.movedAt), opportunityId];
    case '-changedAt':
    case 'changedAt':
      return [toSqlTime(candidate.changedAt), opportunityId];
    case 'status':
      return [status, toSqlTime(candidate.movedAt), opportunityId];
  }
}

/** How many texts a position in a list of this order has. */
export function positionParts(sort: CandidateSort): number {
  return sort === 'status' ? 3 : 2;
}

function past(column: string, sign: '<' | '>', [at, id]: readonly string[]): Condition {
  return [`${column} ${sign}= ? AND (${column} ${sign} ? OR opportunity_id ${sign} ?)`, [at, at, id]];
}
