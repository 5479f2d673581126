import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { CaseUpdated } from '@lever-certn/events/case-updated';
import { TOPICS } from '@lever-certn/events/topics';
import { ReceivedEvent } from '@lever-certn/kafka/received-event';
import { DispatchDesk } from './dispatch-desk';

/**
 * Arrives: Certn says a case, or a service in one, changed. Recorded: the row of that case is due for reading, whichever team of the account it is of; a
 * case of nobody is counted. One that comes before our order is stored is not lost: it is kept for an hour, and storing its case makes that due.
 * Twice: due once more, and read at most once in the gap. Dies before the commit: it comes again.
 */
@Controller()
export class CaseUpdatedHandler {
  constructor(private readonly desk: DispatchDesk) {}

  @EventPattern<string>(TOPICS.caseUpdated.name)
  handle(@Payload() event: CaseUpdated, @Ctx() received: ReceivedEvent): Promise<void> {
    return this.desk.caseChanged({ objectId: event.objectId, traceparent: received.context.traceparent ?? null });
  }
}
