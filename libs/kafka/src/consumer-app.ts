import type { INestApplication, INestMicroservice, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventErrorFilter } from './event-error-filter';
import type { EventsStrategy } from './events-strategy';

/** A Nest application whose only way in is the strategy's topics. `listen()` it to start, `close()` it to stop. */
export async function createConsumerApp(module: Type | object, strategy: EventsStrategy): Promise<INestMicroservice> {
  const app = await NestFactory.createMicroservice(module as Type, { strategy, logger: false, abortOnError: false });
  return app.useGlobalFilters(new EventErrorFilter());
}

/** Gives an HTTP application the strategy's topics as well. They start with `startAllMicroservices()`. */
export function attachConsumer(app: INestApplication, strategy: EventsStrategy): INestMicroservice {
  return app.connectMicroservice({ strategy }, { deferInitialization: true }).useGlobalFilters(new EventErrorFilter());
}
