import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkTopics } from '@lever-certn/kafka/topics-apply';
import { kafkaSettings } from '@lever-certn/kafka/connection';
import { EventProducer } from '@lever-certn/kafka/event-producer';
import { StartRefusedError, type Readiness, type RunningService, type ServiceContext } from '@lever-certn/service/run-service';
import { SettingsView } from '@lever-certn/settings/settings-view';
import type { IngressConfig } from './config';
import { Deliveries } from './deliveries';
import { INGRESS, IngressModule } from './ingress.module';
import { WebhooksController } from './webhooks.controller';

const HEAD_TIMEOUT_MS = 10_000;
const BODY_TIMEOUT_MS = 20_000;
/** Longer than load balancers keep theirs, so that they close first. */
const KEEP_ALIVE_MS = 72_000;
const MAX_CONNECTIONS = 10_000;
const MAX_INTEGRATION_ID_CHARACTERS = 100;

/** Builds ingress: the broker's topics checked, settings read to their end, the port open. */
export async function buildIngress(context: ServiceContext<IngressConfig>): Promise<RunningService> {
  const { config, log } = context;
  await refuseMissingTopics(context);
  const app = await NestFactory.create<NestFastifyApplication>(IngressModule.of(context), adapter(), {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  const controller = app.get(WebhooksController);
  const producer = app.get(EventProducer);
  const settings = app.get(SettingsView);
  controller.register(app.getHttpAdapter().getInstance() as unknown as FastifyInstance);
  await Promise.all([producer.connect(), settings.start()]);
  await listen(app, config);
  const port = ((app.getHttpServer() as Server).address() as AddressInfo).port;
  log.info({ port }, 'webhooks are taken');
  return {
    ready: () => readiness(producer, settings),
    stop: async () => {
      const closed = app.close();
      await controller.finish();
      await app.get(Deliveries).flush();
      await producer.disconnect();
      await Promise.all([closed, settings.stop()]);
    },
  };
}

/** Fastify with every limit named. */
function adapter(): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    requestTimeout: BODY_TIMEOUT_MS,
    connectionTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    http: { headersTimeout: HEAD_TIMEOUT_MS, maxHeaderSize: 16_384 },
    routerOptions: { maxParamLength: MAX_INTEGRATION_ID_CHARACTERS },
    frameworkErrors: (_error: unknown, _request: unknown, reply: FastifyReply) => void reply.code(404).send(),
  });
}

async function listen(app: NestFastifyApplication, { HOST, PORT }: IngressConfig): Promise<void> {
  await app.init();
  (app.getHttpServer() as Server).maxConnections = MAX_CONNECTIONS;
  try {
    await app.listen(PORT, HOST);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new StartRefusedError([`PORT ${PORT} on ${HOST} can't be opened (${code}): stop what uses it or choose another`]);
  }
}

async function refuseMissingTopics({ config, log }: ServiceContext<IngressConfig>): Promise<void> {
  const { fatal, warnings } = await checkTopics(kafkaSettings(config, INGRESS));
  for (const warning of warnings) log.warn({ warning }, 'topics');
  if (fatal.length > 0) throw new StartRefusedError(fatal);
}

function readiness(producer: EventProducer, settings: SettingsView): Readiness {
  const reasons = [
    ...(producer.healthy ? [] : ['the broker does not take events']),
    ...(settings.ready ? [] : ['settings are not read yet']),
    ...(settings.current ? [] : ['settings may be out of date']),
  ];
  return { ok: reasons.length === 0, reasons };
}
