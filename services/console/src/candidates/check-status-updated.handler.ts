import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';
import { TOPICS } from '@lever-certn/events/topics';
import { factsOfStatus } from './facts.rules';
import { ReadModelStore } from './read-model.store';

/** The status of a check: shown. A version that was passed changes nothing. */
@Controller()
export class CheckStatusUpdatedHandler {
  constructor(private readonly readModel: ReadModelStore) {}

  @EventPattern<string>(TOPICS.checkStatusUpdated.name)
  handle(@Payload() event: CheckStatusUpdated): Promise<void> {
    return this.readModel.record(factsOfStatus(event));
  }
}
