import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Database } from '@lever-certn/database/database';
import { ConsoleConfig } from '../config';
import type { Foundations } from '../console-parts';
import { openApp } from './open-app';
import { openApiDocument } from './openapi';

/** The OpenAPI document of the console, made without a database, a broker or a vendor. */
export async function documentedConsole(): Promise<OpenAPIObject> {
  const app = await unservedConsole();
  try {
    return openApiDocument(app);
  } finally {
    await app.close();
  }
}

/** The console's web server with nothing behind it: enough for what needs no database, broker or vendor. */
export async function unservedConsole(): Promise<NestFastifyApplication> {
  const nothing = {} as unknown;
  const foundations = {
    config: new ConsoleConfig(),
    database: nothing as Database,
    outbox: nothing,
    keyring: nothing,
    indexKey: nothing,
    lever: nothing,
    certn: nothing,
    leverPace: nothing,
    certnPace: nothing,
  } as Foundations;
  return await openApp(foundations, { error: () => undefined });
}
