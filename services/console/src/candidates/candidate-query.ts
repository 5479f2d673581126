import { ChoiceField, ChoicesField, TextField } from '../http/fields';
import { cursorOf, PageQuery, readCursor } from '../http/paging';
import { Problem } from '../http/problem';
import type { ApplicantIndex } from './applicant-index';
import { CANDIDATE_SORTS, positionOf, positionParts, type CandidateFilter, type CandidateSort } from './candidate-list.store';
import type { Candidate } from './candidate-row';
import { CANDIDATE_STATUSES } from './words/status-words.rules';

const DEFAULT_SORT: CandidateSort = '-movedAt';

/** Which candidates, in which order; a list and its CSV take the same. */
export class CandidateQuery extends PageQuery {
  @ChoicesField(CANDIDATE_STATUSES, { optional: true, says: 'One or several.' }) status?: string[];
  @TextField(200, { optional: true, says: 'The name of a package.' }) package?: string;
  @TextField(100, { optional: true, says: 'A reason, as rows and problems have it.' }) problem?: string;
  @TextField(400, { optional: true, says: 'Whole words of a name, or a whole e-mail address; or Lever’s id.' }) q?: string;
  @ChoiceField(CANDIDATE_SORTS, { optional: true, says: `\`${DEFAULT_SORT}\` if not said; \`-\` for the last first.` })
  sort?: CandidateSort;
}

/** What is searched for: a candidate by Lever's id, or by what was typed. `words` is empty where no word was typed. */
export function filterOf(
  teamId: string,
  query: CandidateQuery,
  applicants: ApplicantIndex,
): Omit<CandidateFilter, 'limit'> & { typed?: string } {
  const { status, package: packageName, problem: reason, q, sort = DEFAULT_SORT } = query;
  const after = positionIn(query.after, sort);
  return {
    teamId,
    sort,
    ...(status === undefined ? {} : { statuses: status }),
    ...(packageName === undefined ? {} : { packageName }),
    ...(reason === undefined ? {} : { reason }),
    ...(q === undefined ? {} : { typed: q, words: applicants.wordsOfSearch(q) }),
    ...(after ? { after } : {}),
  };
}

/** The cursor after a candidate; it holds the order, since it means nothing in another. */
export function cursorAfter(candidate: Candidate, sort: CandidateSort): string {
  return cursorOf(sort, ...positionOf(candidate, sort));
}

function positionIn(cursor: string | undefined, sort: CandidateSort): string[] | undefined {
  const position = readCursor(cursor, positionParts(sort) + 1);
  if (position === undefined) return undefined;
  if (position[0] === sort) return position.slice(1);
  throw new Problem('invalid', {
    detail: 'after is the `next` of a list in another order.',
    cure: 'Leave `after` out when the order changes.',
    more: { errors: [{ field: 'after', message: 'of another order' }] },
  });
}
