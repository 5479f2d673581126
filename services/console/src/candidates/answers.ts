import { ApiProperty } from '@nestjs/swagger';
import { PageAnswer } from '../http/paging';

const nullableText = { type: String, nullable: true } as const;
const nullableTime = { type: String, format: 'date-time', nullable: true } as const;
const nullableNumber = { type: 'integer', nullable: true } as const;

/** What a candidate's row may show. */
export const CANDIDATE_STATUSES = [
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

export class CandidateAnswer {
  @ApiProperty({ description: 'Lever’s id of the candidacy.' }) opportunityId!: string;
  @ApiProperty({ ...nullableText, description: '`null` while it is not known, or no longer kept.' }) name!: string | null;
  @ApiProperty(nullableText) email!: string | null;
  @ApiProperty({ enum: CANDIDATE_STATUSES }) status!: string;
  @ApiProperty({ ...nullableText, description: 'Why, where the status alone does not say it.' }) reason!: string | null;
  @ApiProperty({ ...nullableText, description: 'What to do, where a person has to.' }) cure!: string | null;
  @ApiProperty(nullableText) packageName!: string | null;
  @ApiProperty({ ...nullableText, description: 'The check that the status belongs to.' }) checkId!: string | null;
  @ApiProperty({ format: 'date-time' }) movedAt!: string;
}

export class CandidatePage extends PageAnswer {
  @ApiProperty({ type: [CandidateAnswer] }) items!: CandidateAnswer[];
}

export class CheckAnswer {
  @ApiProperty() checkId!: string;
  @ApiProperty({
    format: 'date-time',
    description: 'When the candidate entered the stage; of an order by hand, when it was given.',
  })
  transitionAt!: string;
  @ApiProperty({ enum: CANDIDATE_STATUSES }) status!: string;
  @ApiProperty(nullableText) reason!: string | null;
  @ApiProperty(nullableText) cure!: string | null;
  @ApiProperty({ type: 'integer' }) version!: number;
  @ApiProperty(nullableText) caseId!: string | null;
  @ApiProperty({ ...nullableText, description: 'Certn’s own word.' }) caseStatus!: string | null;
  @ApiProperty(nullableText) packageName!: string | null;
  @ApiProperty(nullableNumber) servicesTotal!: number | null;
  @ApiProperty(nullableNumber) servicesDone!: number | null;
  @ApiProperty() reportReady!: boolean;
  @ApiProperty({ ...nullableText, description: 'Where to read the report, once one can be made.' }) reportUrl!: string | null;
  @ApiProperty(nullableText) result!: string | null;
  @ApiProperty(nullableTime) occurredAt!: string | null;
  @ApiProperty({ ...nullableText, description: 'Who ordered it by hand.' }) orderedBy!: string | null;
}

export class TimelineLineAnswer {
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty() id!: string;
  @ApiProperty({ enum: ['delivery', 'command', 'attempt', 'decision', 'requested', 'status', 'done', 'problem'] }) kind!: string;
  @ApiProperty() outcome!: string;
  @ApiProperty({ description: 'The service that says it.' }) source!: string;
  @ApiProperty(nullableText) checkId!: string | null;
  @ApiProperty(nullableText) vendor!: string | null;
  @ApiProperty(nullableText) step!: string | null;
  @ApiProperty(nullableText) reason!: string | null;
  @ApiProperty(nullableText) detail!: string | null;
  @ApiProperty(nullableNumber) attempt!: number | null;
  @ApiProperty(nullableTime) nextTryAt!: string | null;
}

export class NextTryAnswer {
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty() why!: string;
  @ApiProperty(nullableText) step!: string | null;
  @ApiProperty() cure!: string;
}

export class CandidateDetailAnswer extends CandidateAnswer {
  @ApiProperty({ type: [CheckAnswer], description: 'Newest first.' }) checks!: CheckAnswer[];
  @ApiProperty({ type: [TimelineLineAnswer], description: 'Oldest first.' }) timeline!: TimelineLineAnswer[];
  @ApiProperty({ type: NextTryAnswer, nullable: true }) nextTry!: NextTryAnswer | null;
}

export class CommandAnswer {
  @ApiProperty() commandId!: string;
}

export class OrderAnswer extends CommandAnswer {
  @ApiProperty({ description: 'The id that the check will have, if it is ordered.' }) checkId!: string;
}

export class DeliveryAnswer {
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty() id!: string;
  @ApiProperty(nullableText) vendor!: string | null;
  @ApiProperty({ description: 'The verdict on the webhook.' }) outcome!: string;
  @ApiProperty(nullableText) reason!: string | null;
  @ApiProperty(nullableText) detail!: string | null;
  @ApiProperty(nullableText) opportunityId!: string | null;
  @ApiProperty({ type: 'integer', description: 'How many; more than one only of those that nobody signed.' }) count!: number;
}

export class DeliveryPage extends PageAnswer {
  @ApiProperty({ type: [DeliveryAnswer] }) items!: DeliveryAnswer[];
}

export class ProblemAnswer {
  @ApiProperty({ enum: ['connection', 'settings', 'candidate', 'raised', 'waiting', 'dead-letters'] }) kind!: string;
  @ApiProperty() reason!: string;
  @ApiProperty() cure!: string;
  @ApiProperty(nullableText) detail!: string | null;
  @ApiProperty(nullableTime) since!: string | null;
  @ApiProperty(nullableText) vendor!: string | null;
  @ApiProperty(nullableText) opportunityId!: string | null;
  @ApiProperty(nullableText) name!: string | null;
  @ApiProperty(nullableText) checkId!: string | null;
}

export class ProblemPage extends PageAnswer {
  @ApiProperty({ type: [ProblemAnswer] }) items!: ProblemAnswer[];
}
