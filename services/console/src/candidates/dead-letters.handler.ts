import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { DeadLetter } from '@lever-certn/events/dead-letter';
import { TOPICS } from '@lever-certn/events/topics';
import { ReceivedEvent } from '@lever-certn/kafka/received-event';
import { DeadLettersStore } from './dead-letters.store';

/** A message nobody could read: where it lies and why. The message itself stays in the topic. A repeat changes nothing. */
@Controller()
export class DeadLettersHandler {
  constructor(private readonly deadLetters: DeadLettersStore) {}

  @EventPattern<string>(TOPICS.deadLetters.name)
  handle(@Payload() event: DeadLetter, @Ctx() { partition, offset }: ReceivedEvent): Promise<void> {
    return this.deadLetters.record(event, { partition, offset });
  }
}
