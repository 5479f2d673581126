import { ApiProperty } from '@nestjs/swagger';
import { PageAnswer } from '../http/paging';
import { PROBLEM_KINDS, PROBLEM_PLACES, type ProblemPlace } from './problem-places.rules';
import { CANDIDATE_STATUSES } from './words/status-words.rules';

const nullableText = { type: String, nullable: true } as const;
const nullableTime = { type: String, format: 'date-time', nullable: true } as const;
const nullableNumber = { type: 'integer', nullable: true } as const;

export class CandidateAnswer {
  @ApiProperty({ description: 'Lever’s id of the candidacy.' }) opportunityId!: string;
  @ApiProperty({ ...nullableText, description: '`null` while it is not known, or no longer kept.' }) name!: string | null;
  @ApiProperty(nullableText) email!: string | null;
  @ApiProperty({ enum: CANDIDATE_STATUSES }) status!: string;
  @ApiProperty({ description: 'The status in the words of the tags, by the profile of the team.' }) label!: string;
  @ApiProperty({ ...nullableText, description: 'Why, where the status alone does not say it.' }) reason!: string | null;
  @ApiProperty({ ...nullableText, description: 'The reason in plain words.' }) reasonLabel!: string | null;
  @ApiProperty({ ...nullableText, description: 'What to do, where a person has to.' }) cure!: string | null;
  @ApiProperty(nullableText) packageName!: string | null;
  @ApiProperty({ ...nullableText, description: 'The check that the status belongs to.' }) checkId!: string | null;
  @ApiProperty({ format: 'date-time' }) movedAt!: string;
  @ApiProperty({ format: 'date-time', description: 'When anything was last told of it.' }) changedAt!: string;
  @ApiProperty({ ...nullableText, description: 'Where Lever shows the candidate.' }) leverUrl!: string | null;
  @ApiProperty({ ...nullableText, description: 'Where to read the report, once one can be made.' }) reportUrl!: string | null;
}

export class CandidatePage extends PageAnswer {
  @ApiProperty({ type: [CandidateAnswer] }) items!: CandidateAnswer[];
}

export class StatusChoiceAnswer {
  @ApiProperty({ description: 'In the words of the tags.' }) label!: string;
  @ApiProperty({ enum: CANDIDATE_STATUSES, isArray: true, description: 'What `status` takes for it.' }) statuses!: string[];
  @ApiProperty({ type: 'integer' }) count!: number;
}

export class PackageChoiceAnswer {
  @ApiProperty() name!: string;
  @ApiProperty({ type: 'integer' }) count!: number;
}

export class ReasonChoiceAnswer {
  @ApiProperty({ description: 'What `problem` takes for it.' }) reason!: string;
  @ApiProperty({ description: 'In plain words.' }) label!: string;
  @ApiProperty({ type: 'integer' }) count!: number;
}

export class CandidateChoicesAnswer {
  @ApiProperty({ type: 'integer', description: 'How many candidates the team has.' }) total!: number;
  @ApiProperty({ type: [StatusChoiceAnswer] }) statuses!: StatusChoiceAnswer[];
  @ApiProperty({ type: [PackageChoiceAnswer], description: 'Those that candidates have, the most frequent first.' })
  packages!: PackageChoiceAnswer[];
  @ApiProperty({ type: [ReasonChoiceAnswer] }) problems!: ReasonChoiceAnswer[];
}

export class CheckAnswer {
  @ApiProperty() checkId!: string;
  @ApiProperty({
    format: 'date-time',
    description: 'When the candidate entered the stage; of an order by hand, when it was given.',
  })
  transitionAt!: string;
  @ApiProperty({ enum: CANDIDATE_STATUSES }) status!: string;
  @ApiProperty({ description: 'The status in the words of the tags.' }) label!: string;
  @ApiProperty(nullableText) reason!: string | null;
  @ApiProperty(nullableText) reasonLabel!: string | null;
  @ApiProperty(nullableText) cure!: string | null;
  @ApiProperty({ description: 'Not over yet: no other check is ordered while it is.' }) open!: boolean;
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
  @ApiProperty({ ...nullableText, description: 'Who ordered it by hand: `user:<id>` or `token:<id>`.' }) orderedBy!:
    string | null;
  @ApiProperty({ ...nullableText, description: 'Their name, as far as they are still known.' }) orderedByName!: string | null;
}

export class TimelineLineAnswer {
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty() id!: string;
  @ApiProperty({ enum: ['delivery', 'command', 'attempt', 'decision', 'requested', 'status', 'done', 'problem'] }) kind!: string;
  @ApiProperty({ description: 'What happened, in plain words.' }) title!: string;
  @ApiProperty({ ...nullableText, description: 'Why, or what more is known.' }) text!: string | null;
  @ApiProperty() outcome!: string;
  @ApiProperty({ description: 'The service that says it.' }) source!: string;
  @ApiProperty(nullableText) checkId!: string | null;
  @ApiProperty(nullableText) vendor!: string | null;
  @ApiProperty(nullableText) step!: string | null;
  @ApiProperty(nullableText) reason!: string | null;
  @ApiProperty(nullableText) detail!: string | null;
  @ApiProperty(nullableNumber) attempt!: number | null;
  @ApiProperty(nullableTime) nextTryAt!: string | null;
  @ApiProperty({ ...nullableText, description: 'Who, where a person did it: `user:<id>` or `token:<id>`.' }) by!: string | null;
  @ApiProperty({ ...nullableText, description: 'Their name, as far as they are still known.' }) byName!: string | null;
}

export class NextTryAnswer {
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty() why!: string;
  @ApiProperty({ description: 'Why, in plain words.' }) label!: string;
  @ApiProperty(nullableText) step!: string | null;
  @ApiProperty() cure!: string;
}

export class ObstaclesAnswer {
  @ApiProperty({ ...nullableText, description: 'Why it can’t be ordered now; `null`: it can.' }) order!: string | null;
  @ApiProperty({ ...nullableText, description: 'Why Lever can’t be read again now; `null`: it can.' }) look!: string | null;
  @ApiProperty({ ...nullableText, description: 'Why there is nothing to settle; `null`: there is.' }) settle!: string | null;
}

export class CandidateDetailAnswer extends CandidateAnswer {
  @ApiProperty({ type: [CheckAnswer], description: 'Newest first.' }) checks!: CheckAnswer[];
  @ApiProperty({ type: [TimelineLineAnswer], description: 'Oldest first.' }) timeline!: TimelineLineAnswer[];
  @ApiProperty({ type: NextTryAnswer, nullable: true }) nextTry!: NextTryAnswer | null;
  @ApiProperty({ type: ObstaclesAnswer, description: 'What stands against what admins may do.' }) obstacles!: ObstaclesAnswer;
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
  @ApiProperty({ description: 'The verdict in plain words.' }) label!: string;
  @ApiProperty({ ...nullableText, description: 'What to do, where somebody has to.' }) cure!: string | null;
  @ApiProperty(nullableText) reason!: string | null;
  @ApiProperty(nullableText) detail!: string | null;
  @ApiProperty(nullableText) opportunityId!: string | null;
  @ApiProperty({ type: 'integer', description: 'How many; more than one only of those that nobody signed.' }) count!: number;
}

export class DeliveryPage extends PageAnswer {
  @ApiProperty({ type: [DeliveryAnswer] }) items!: DeliveryAnswer[];
}

export class DeliveryCountAnswer {
  @ApiProperty(nullableText) vendor!: string | null;
  @ApiProperty() outcome!: string;
  @ApiProperty({ description: 'The verdict in plain words.' }) label!: string;
  @ApiProperty({ ...nullableText, description: 'What to do, where somebody has to.' }) cure!: string | null;
  @ApiProperty({ type: 'integer' }) count!: number;
}

export class DeliveryCountsAnswer {
  @ApiProperty({ format: 'date-time' }) since!: string;
  @ApiProperty({ type: [DeliveryCountAnswer], description: 'The most frequent first.' }) counts!: DeliveryCountAnswer[];
}

export class ProblemAnswer {
  @ApiProperty({ enum: PROBLEM_KINDS }) kind!: string;
  @ApiProperty() reason!: string;
  @ApiProperty({ description: 'What is wrong, in plain words.' }) title!: string;
  @ApiProperty() cure!: string;
  @ApiProperty({ enum: PROBLEM_PLACES, description: 'The part of the console where it is cured, or seen.' }) place!: ProblemPlace;
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

export class ProblemCountAnswer {
  @ApiProperty({ type: 'integer', description: 'How many things wait for a person.' }) count!: number;
}
