import { ApiProperty } from '@nestjs/swagger';

const nullableMs = { type: 'integer', nullable: true } as const;

export class TodayAnswer {
  @ApiProperty({ type: 'integer', description: 'Candidates whose last move into the stage, or order by hand, was today.' })
  moved!: number;
  @ApiProperty({ type: 'integer', description: 'Checks ordered at Certn today, whenever the candidate moved.' }) ordered!: number;
  @ApiProperty({ type: 'integer', description: 'Checks that became complete today.' }) completed!: number;
  @ApiProperty({
    type: 'integer',
    description: 'Checks that ended in an error today, and candidates who moved in today and failed.',
  })
  failed!: number;
  @ApiProperty({ type: 'integer', description: 'Candidates who moved in today and were skipped.' }) skipped!: number;
}

export class OpenAnswer {
  @ApiProperty({ description: 'In the words of the tags.' }) label!: string;
  @ApiProperty({ type: [String], description: 'The statuses that have this word, to filter candidates by.' }) statuses!: string[];
  @ApiProperty({ type: 'integer' }) count!: number;
}

export class DayAnswer {
  @ApiProperty({ format: 'date-time' }) start!: string;
  @ApiProperty({ type: 'integer', description: 'Candidates whose last move into the stage was that day.' }) moved!: number;
  @ApiProperty({ type: 'integer', description: 'Checks that became complete that day.' }) completed!: number;
  @ApiProperty({ type: 'integer', description: 'Checks of moves of that day that have had a tag.' }) tagged!: number;
  @ApiProperty({ ...nullableMs, description: 'Half of them had their first tag within this time of the move; to within 5 %.' })
  toTagP50Ms!: number | null;
  @ApiProperty({ ...nullableMs, description: 'Nine of ten; to within 5 %.' }) toTagP90Ms!: number | null;
}

export class OverviewAnswer {
  @ApiProperty({ description: 'Whether the team has any candidate.' }) anyone!: boolean;
  @ApiProperty({ type: TodayAnswer }) today!: TodayAnswer;
  @ApiProperty({ type: [OpenAnswer], description: 'What is under way, in the order in which it goes on; also those with none.' })
  open!: OpenAnswer[];
  @ApiProperty({ type: [DayAnswer], description: 'As they were asked for: oldest first, today last.' }) days!: DayAnswer[];
}
