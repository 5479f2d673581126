import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { CheckRequested } from '@lever-certn/events/check-requested';
import { TOPICS } from '@lever-certn/events/topics';
import { ReceivedEvent } from '@lever-certn/kafka/received-event';
import { DispatchDesk } from './dispatch-desk';

/**
 * Arrives: what to order for an opportunity, or that it is no longer wanted. Recorded: the one row its check has for ever, by the decision table
 * (`request.rules.ts`). Leaves: a status, where it ends in one, and a line, where it is never to be ordered.
 * Twice: a repeat changes nothing, and tells the same line with the same id. Dies before the commit: it comes again.
 */
@Controller()
export class CheckRequestedHandler {
  constructor(private readonly desk: DispatchDesk) {}

  @EventPattern<string>(TOPICS.checkRequested.name)
  handle(@Payload() event: CheckRequested, @Ctx() received: ReceivedEvent): Promise<void> {
    return this.desk.take(event, received.context.traceparent);
  }
}
