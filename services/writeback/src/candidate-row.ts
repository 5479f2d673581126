import type { TagFacts } from '@lever-certn/events/check-statuses.rules';
import type { DueRow } from '@lever-certn/reconcile/due-table';

/** One opportunity of a team: what its newest check wants of it and what was written. */
export interface CandidateRow extends DueRow {
  opportunityId: string;
  /** The newest check by transition and version. */
  checkId: string;
  /** Its place: the transition's time and the version (`positionOf`). */
  newest: string;
  /** What its tag is decided from; `null` after erasure. */
  facts: TagFacts | null;
  /** Whether that check is open. */
  isOpen: boolean;
  /** The tag it wants, in the profile of the time when it was recorded. */
  wantedTag: string;
  /** The tag that was written last; empty for none of ours, `null` where that is not known. */
  writtenTag: string | null;
  /** The checks that want a link. */
  linksWanted: string[];
  /** The checks whose link was written. */
  linksWritten: string[];
  traceparent: string | null;
}

/** The columns a {@link CandidateRow} is read from. */
export const CANDIDATE_COLUMNS =
  'id, team_id, opportunity_id, account, hint, turn, attempts, check_id, newest, facts, is_open, wanted_tag, written_tag, links_wanted, links_written, traceparent';

/** One row as the database answers it. */
export interface CandidateColumns {
  id: string;
  team_id: string;
  opportunity_id: string;
  account: string;
  hint: number;
  turn: number;
  attempts: number;
  check_id: string;
  newest: string;
  facts: string | null;
  is_open: number;
  wanted_tag: string;
  written_tag: string | null;
  links_wanted: string;
  links_written: string | null;
  traceparent: string | null;
}

/** Reads a row. */
export function candidateRow(columns: CandidateColumns): CandidateRow {
  const { id, account, hint, turn, attempts, newest, traceparent } = columns;
  return {
    ...{ id, account, hint, turn, attempts, newest, traceparent },
    teamId: columns.team_id,
    opportunityId: columns.opportunity_id,
    checkId: columns.check_id,
    facts: columns.facts === null ? null : (JSON.parse(columns.facts) as TagFacts),
    isOpen: columns.is_open !== 0,
    wantedTag: columns.wanted_tag,
    writtenTag: columns.written_tag,
    linksWanted: splitIds(columns.links_wanted),
    linksWritten: splitIds(columns.links_written ?? ''),
  };
}

/** Check ids as one column holds them. */
export function joinIds(checkIds: readonly string[]): string {
  return checkIds.join(',');
}

function splitIds(column: string): string[] {
  return column === '' ? [] : column.split(',');
}
