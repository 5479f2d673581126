import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { profileOf, statusChoices, type StatusChoice } from '../candidates/words/status-words.rules';
import { TextField } from '../http/fields';
import { Problem } from '../http/problem';
import { TeamsStore } from '../teams/teams.store';
import { OverviewAnswer, type DayAnswer } from './answers';
import { dayStartsOf, MAX_DAYS, quantileMs } from './overview.rules';
import { OverviewStore, type DayCounts } from './overview.store';

const MAX_CHARACTERS = 400;

class OverviewQuery {
  @TextField(MAX_CHARACTERS, {
    says: `The starts of the reader’s last days, oldest first, today’s last, with commas between; at most ${MAX_DAYS}.`,
    example: '2026-11-01T23:00:00.000Z,2026-11-02T23:00:00.000Z',
  })
  days!: string;
}

/** What is under way. */
const OPEN = new Set(['waiting', 'requested', 'pending', 'analyzing', 'partial']);

/** What happened today, what is under way, and how long tags took, in the days of who reads. */
@ApiTags('candidates')
@Controller('api/teams/:teamId/overview')
export class OverviewController {
  constructor(
    private readonly teams: TeamsStore,
    private readonly overview: OverviewStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Numbers of today and of the last days' })
  @ApiOkResponse({ type: OverviewAnswer })
  async read(@Param('teamId') teamId: string, @Query() query: OverviewQuery): Promise<OverviewAnswer> {
    const starts = dayStartsOf(query.days, Date.now());
    if (!starts) throw notDays();
    const [{ settings }, counts] = await Promise.all([
      this.teams.require(teamId),
      this.overview.counts(teamId, starts, [...OPEN]),
    ]);
    const { anyone, ordered, ended, unordered, open } = counts;
    const days = counts.days.map(dayAnswer);
    return {
      anyone,
      today: {
        moved: days.at(-1)!.moved,
        ordered,
        completed: ended.get('complete') ?? 0,
        failed: (ended.get('error') ?? 0) + (unordered.get('failed') ?? 0),
        skipped: unordered.get('skipped') ?? 0,
      },
      open: openChoices(statusChoices(profileOf(settings.tagProfile))).map(({ label, statuses }) => ({
        label,
        statuses,
        count: statuses.reduce((sum, status) => sum + (open.get(status) ?? 0), 0),
      })),
      days,
    };
  }
}

/** Words for what is under way: what waits first. */
function openChoices(choices: readonly StatusChoice[]): StatusChoice[] {
  const open = choices.filter(({ statuses }) => statuses.every((status) => OPEN.has(status)));
  return open.sort((a, b) => placeOf(a) - placeOf(b));
}

function placeOf({ statuses }: StatusChoice): number {
  return [...OPEN].indexOf(statuses[0]!);
}

function dayAnswer({ start, moved, completed, tagTimes }: DayCounts): DayAnswer {
  return {
    ...{ start, moved, completed },
    tagged: tagTimes.reduce((sum, { count }) => sum + count, 0),
    toTagP50Ms: quantileMs(tagTimes, 0.5),
    toTagP90Ms: quantileMs(tagTimes, 0.9),
  };
}

function notDays(): Problem {
  return new Problem('invalid', {
    detail: 'days does not name the starts of consecutive days that end with today.',
    cure: `Send the starts of at most ${MAX_DAYS} days in UTC, oldest first, today’s last, with commas between; check the clock of the computer.`,
    more: { errors: [{ field: 'days', message: 'not the starts of consecutive days that end with today' }] },
  });
}
