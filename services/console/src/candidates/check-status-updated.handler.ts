import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';
import { TOPICS } from '@lever-certn/events/topics';
import { tombstonesOf, type Tombstone } from '@lever-certn/kafka/message-work';
import { ErasureStore } from './erasure.store';
import { factsOfStatus } from './facts.rules';
import { ReadModelStore } from './read-model.store';

/** The status of a check: shown. A version that was passed changes nothing. A tombstone: the person's data are erased, ids and times stay. */
@Controller()
export class CheckStatusUpdatedHandler {
  constructor(
    private readonly readModel: ReadModelStore,
    private readonly erasure: ErasureStore,
  ) {}

  @EventPattern<string>(TOPICS.checkStatusUpdated.name)
  handle(@Payload() event: CheckStatusUpdated): Promise<void> {
    return this.readModel.record(factsOfStatus(event));
  }

  @EventPattern<string>(tombstonesOf(TOPICS.checkStatusUpdated))
  erased(@Payload() { key }: Tombstone): Promise<void> {
    return this.erasure.erase(key);
  }
}
