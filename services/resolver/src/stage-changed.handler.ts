import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { StageChanged } from '@lever-certn/events/stage-changed';
import { TOPICS } from '@lever-certn/events/topics';
import { ReceivedEvent } from '@lever-certn/kafka/received-event';
import { LookDesk } from './look-desk';

/**
 * Arrives: Lever says an opportunity moved. Recorded: the opportunity is due for a look; of a disabled team only the line that says so.
 * Twice: one more look, which finds the same and says nothing. Dies before the commit: it comes again.
 */
@Controller()
export class StageChangedHandler {
  constructor(private readonly desk: LookDesk) {}

  @EventPattern<string>(TOPICS.stageChanged.name)
  async handle(@Payload() event: StageChanged, @Ctx() received: ReceivedEvent): Promise<void> {
    const { teamId, opportunityId, triggeredAt } = event;
    const { traceparent } = received.context;
    if (this.desk.isDisabled(teamId)) return this.desk.skipDisabled({ teamId, opportunityId, triggeredAt });
    await this.desk.take({ teamId, opportunityId, stageLook: true, triggeredAt, traceparent });
  }
}
