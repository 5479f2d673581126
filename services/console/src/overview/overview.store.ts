import type { Database } from '@lever-certn/database/database';
import { toSqlTime } from '@lever-certn/database/sql-rows';
import { BUCKETS_PER_DOUBLING, type Bucket } from './overview.rules';

/** What happened in one of a reader's days. */
export interface DayCounts {
  start: string;
  moved: number;
  completed: number;
  /** From the move to the first tag, of those who moved in that day. */
  tagTimes: Bucket[];
}

/** The numbers of a team. */
export interface OverviewCounts {
  /** Whether there is any candidate. */
  anyone: boolean;
  /** Today's. */
  ordered: number;
  /** Today's, by status: checks that ended. */
  ended: Map<string, number>;
  /** Those who moved in today and for whom nothing was ordered, by status. */
  unordered: Map<string, number>;
  /** Candidates with these statuses. */
  open: Map<string, number>;
  days: DayCounts[];
}

interface Count {
  word: string;
  n: number | string;
}
interface DayRow {
  day: number | string;
  n: number | string;
}

interface BucketRow extends DayRow {
  bucket: number | string;
}

/** A check may be ordered long after the move, by hand or after an outage; later than this is not looked for. */
const ORDERED_WITHIN_DAYS = 31;

/** Counts for the overview, each from an index alone. The times to the tag cost as much as all the others, so they are read beside them. */
export class OverviewStore {
  constructor(private readonly database: Database) {}

  /** `starts`: of the days, oldest first, today's last. `openStatuses`: which statuses count as open. */
  async counts(teamId: string, starts: readonly string[], openStatuses: readonly string[]): Promise<OverviewCounts> {
    const [counts, tagTimes] = await Promise.all([this.counted(teamId, starts, openStatuses), this.tagTimes(teamId, starts)]);
    const { moved, completed, ...others } = counts;
    const of = (rows: DayRow[], day: number): number => Number(rows.find((row) => Number(row.day) === day)?.n ?? 0);
    const days = starts.map((start, day) => ({
      start,
      moved: of(moved, day),
      completed: of(completed, day),
      tagTimes: tagTimes
        .filter((row) => Number(row.day) === day)
        .map(({ bucket, n }) => ({ bucket: Number(bucket), count: Number(n) }))
        .sort((a, b) => a.bucket - b.bucket),
    }));
    return { ...others, days };
  }

  private async counted(
    teamId: string,
    starts: readonly string[],
    openStatuses: readonly string[],
  ): Promise<Omit<OverviewCounts, 'days'> & { moved: DayRow[]; completed: DayRow[] }> {
    const today = toSqlTime(starts.at(-1)!);
    const statements: [sql: string, values: unknown[]][] = [
      ['SELECT 1 FROM candidates WHERE team_id = ? LIMIT 1', [teamId]],
      [
        `SELECT COUNT(*) n FROM checks FORCE INDEX (times) WHERE team_id = ? AND transition_at >= ? - INTERVAL ${ORDERED_WITHIN_DAYS} DAY AND ordered_at >= ?`,
        [teamId, today, today],
      ],
      ['SELECT status word, COUNT(*) n FROM checks WHERE team_id = ? AND ended_at >= ? GROUP BY status', [teamId, today]],
      [
        `SELECT status word, COUNT(*) n FROM candidates WHERE team_id = ? AND status IN ('skipped', 'failed') AND moved_at >= ? GROUP BY status`,
        [teamId, today],
      ],
      [
        'SELECT status word, COUNT(*) n FROM candidates WHERE team_id = ? AND status IN (?) GROUP BY status',
        [teamId, openStatuses],
      ],
      perDay(starts, (range) => `SELECT COUNT(*) n FROM candidates WHERE team_id = ? AND ${range('moved_at')}`, teamId),
      perDay(
        starts,
        (range) => `SELECT COUNT(*) n FROM checks WHERE team_id = ? AND ${range('ended_at')} AND status = 'complete'`,
        teamId,
      ),
    ];
    const [anyone, ordered, ended, unordered, open, moved, completed] = (await this.database.query<unknown>(
      statements.map(([sql]) => sql).join(';'),
      statements.flatMap(([, values]) => values),
    )) as [unknown[], Count[], Count[], Count[], Count[], DayRow[], DayRow[]];
    return {
      anyone: anyone.length > 0,
      ordered: Number(ordered[0]?.n ?? 0),
      ended: byWord(ended),
      unordered: byWord(unordered),
      open: byWord(open),
      moved,
      completed,
    };
  }

  /** Histograms of the days, each bucket a row. */
  private tagTimes(teamId: string, starts: readonly string[]): Promise<BucketRow[]> {
    const ms = 'TIMESTAMPDIFF(MICROSECOND, transition_at, tagged_at) / 1000';
    const [sql, values] = perDay(
      starts,
      (
        range,
      ) => `SELECT FLOOR(LOG2(GREATEST(${ms}, 1)) * ${BUCKETS_PER_DOUBLING}) bucket, COUNT(*) n FROM checks FORCE INDEX (times)
        WHERE team_id = ? AND ${range('transition_at')} AND tagged_at IS NOT NULL GROUP BY bucket`,
      teamId,
    );
    return this.database.query<BucketRow>(sql, values);
  }
}

/** A query for each day, in one statement; `range` says that a column lies within the day. */
function perDay(
  starts: readonly string[],
  query: (range: (column: string) => string) => string,
  teamId: string,
): [sql: string, values: unknown[]] {
  const days = starts.map((start, day) => {
    const end = starts[day + 1];
    const range = (column: string): string => `${column} >= ?${end === undefined ? '' : ` AND ${column} < ?`}`;
    return {
      sql: `SELECT ${day} day, d.* FROM (${query(range)}) d`,
      values: [teamId, toSqlTime(start), ...(end === undefined ? [] : [toSqlTime(end)])],
    };
  });
  return [days.map(({ sql }) => sql).join(' UNION ALL '), days.flatMap(({ values }) => values)];
}

function byWord(rows: readonly Count[]): Map<string, number> {
  return new Map(rows.map(({ word, n }) => [word, Number(n)]));
}
