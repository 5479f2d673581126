import { BaseRpcContext } from '@nestjs/microservices';
import type { EventContext } from '@lever-certn/events/cloud-event';

/** Where an event came from and what its envelope says: the `@Ctx()` of every handler. */
export class ReceivedEvent extends BaseRpcContext<[]> {
  constructor(
    readonly context: EventContext,
    /** Without prefix. */
    readonly topic: string,
    readonly partition: number,
    /** As Kafka writes it: a decimal string. */
    readonly offset: string,
  ) {
    super([]);
  }
}
