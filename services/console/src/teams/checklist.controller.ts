import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { CHECKLIST_PARTS, checklistOf, type ChecklistPart, type ChecklistStep } from './checklist.rules';
import { KnownRecords } from './known-records';
import { currentTests } from './team-answer.rules';
import { ConnectionTestsStore } from './connection-tests.store';
import { TeamsStore } from './teams.store';

class ChecklistStepAnswer implements ChecklistStep {
  @ApiProperty({ enum: CHECKLIST_PARTS }) part!: ChecklistPart;
  @ApiProperty() title!: string;
  @ApiProperty() done!: boolean;
  @ApiProperty({ type: String, nullable: true, description: 'What to do; `null` where it is done.' }) cure!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When it was done, or last seen.' }) at!:
    string | null;
}

class ChecklistAnswer {
  @ApiProperty({ description: 'Whether everything is done.' }) done!: boolean;
  @ApiProperty({ type: [ChecklistStepAnswer] }) items!: ChecklistStepAnswer[];
}

/** What is still to do until a team's integration runs. */
@ApiTags('teams')
@Controller('api/teams/:teamId/checklist')
export class ChecklistController {
  constructor(
    private readonly teams: TeamsStore,
    private readonly tests: ConnectionTestsStore,
    private readonly known: KnownRecords,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The steps of setting up, each computed from what is saved and what was seen' })
  @ApiOkResponse({ type: ChecklistAnswer })
  async read(@Param('teamId') teamId: string): Promise<ChecklistAnswer> {
    const [record, tests, arrivals] = await Promise.all([
      this.teams.require(teamId),
      this.tests.of([teamId]),
      this.known.arrivals(teamId),
    ]);
    const items = checklistOf({ ...record, tests: currentTests(record, tests), arrivals });
    return { done: items.every(({ done }) => done), items };
  }
}
