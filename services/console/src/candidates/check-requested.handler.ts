import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { CheckRequested } from '@lever-certn/events/check-requested';
import { TOPICS } from '@lever-certn/events/topics';
import { ReceivedEvent } from '@lever-certn/kafka/received-event';
import { ApplicantIndex } from './applicant-index';
import { factsOfRequest } from './facts.rules';
import { ReadModelStore } from './read-model.store';

/** A check is asked for, or no longer wanted: shown with its candidate, who is then found by name and address. A repeat changes nothing. */
@Controller()
export class CheckRequestedHandler {
  constructor(
    private readonly readModel: ReadModelStore,
    private readonly applicants: ApplicantIndex,
  ) {}

  @EventPattern<string>(TOPICS.checkRequested.name)
  handle(@Payload() event: CheckRequested, @Ctx() { context }: ReceivedEvent): Promise<void> {
    return this.readModel.record(this.applicants.indexed(factsOfRequest(event, context.id)));
  }
}
