import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Activity } from '@lever-certn/events/activity';
import { TOPICS } from '@lever-certn/events/topics';
import { ApplicantIndex } from './applicant-index';
import { factsOfActivity } from './facts.rules';
import { ReadModelStore } from './read-model.store';

/** Lines of timelines: decisions, attempts, what was brought about, deliveries, connections, problems. A line that is known changes nothing. */
@Controller()
export class ActivityHandler {
  constructor(
    private readonly readModel: ReadModelStore,
    private readonly applicants: ApplicantIndex,
  ) {}

  @EventPattern<string>(TOPICS.activity.name)
  handle(@Payload() event: Activity): Promise<void> {
    return this.readModel.record(this.applicants.indexed(factsOfActivity(event)));
  }
}
