import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';
import { TOPICS } from '@lever-certn/events/topics';
import { ReceivedEvent } from '@lever-certn/kafka/received-event';
import { CandidateDesk } from './candidate-desk';

/**
 * Arrives: the status of a check. Recorded: what the newest check of its opportunity wants, and that this check wants a link once it has a report.
 * Twice, or an older version after a newer one: nothing changes. Dies before the commit: it comes again.
 */
@Controller()
export class CheckStatusUpdatedHandler {
  constructor(private readonly desk: CandidateDesk) {}

  @EventPattern<string>(TOPICS.checkStatusUpdated.name)
  handle(@Payload() event: CheckStatusUpdated, @Ctx() received: ReceivedEvent): Promise<void> {
    return this.desk.take(event, received.context.traceparent);
  }
}
