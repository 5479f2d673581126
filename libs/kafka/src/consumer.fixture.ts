import 'reflect-metadata';
import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { StageChanged } from '@lever-certn/events/stage-changed';
import { TOPICS } from '@lever-certn/events/topics';
import { createConsumerApp } from './consumer-app';
import { EventsStrategy, type EventsStrategyOptions } from './events-strategy';
import { ReceivedEvent } from './received-event';

/** What a spec does with an event. */
export type Recorder = (event: StageChanged, context: ReceivedEvent) => Promise<void> | void;

/** A consumer of `stage-changed` as services have them: a handler class in a Nest module. */
export interface StageConsumer {
  strategy: EventsStrategy;
  app: INestMicroservice;
}

export async function startStageConsumer(options: EventsStrategyOptions, record: Recorder): Promise<StageConsumer> {
  @Controller()
  class StageChangedHandler {
    @EventPattern<string>(TOPICS.stageChanged.name)
    async handle(@Payload() event: StageChanged, @Ctx() context: ReceivedEvent): Promise<void> {
      await record(event, context);
    }
  }
  @Module({ controllers: [StageChangedHandler] })
  class ConsumerModule {}
  const strategy = new EventsStrategy(options);
  const app = await createConsumerApp(ConsumerModule, strategy);
  await app.listen();
  return { strategy, app };
}
