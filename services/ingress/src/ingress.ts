import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { TOPICS } from '@lever-certn/events/topics';
import { checkTopics } from '@lever-certn/kafka/topics-apply';
import { kafkaSettings } from '@lever-certn/kafka/connection';
import { EventProducer } from '@lever-certn/kafka/event-producer';
import { StartRefusedError, type Readiness, type RunningService, type ServiceContext } from '@lever-certn/service/run-service';
import { waitFor } from '@lever-certn/service/wait-for';
import { SettingsView } from '@lever-certn/settings/settings-view';
import type { IngressConfig } from './config';
import { Deliveries } from './deliveries';
import { INGRESS, IngressModule } from './ingress.module';
import { webhookAdapter } from './webhook-adapter';
import { WebhookLog } from './webhook-log';
import { WebhooksController } from './webhooks.controller';

const TOPICS_USED = [TOPICS.stageChanged, TOPICS.caseUpdated, TOPICS.teamSettings, TOPICS.activity].map(({ name }) => name);
/** More than a burst of one integration, each webhook on a connection of its own. */
const MAX_CONNECTIONS = 32_000;
/** Connections that wait to be taken; beyond, a client's system tries again only after a second. */
const BACKLOG = 8192;

/**
 * Builds ingress. The port opens first, so that vendors are told to try again (503) while the broker is waited for and settings are read; the
 * service counts as started once both are done.
 */
export async function buildIngress(context: ServiceContext<IngressConfig>): Promise<RunningService> {
  const { config, log } = context;
  const app = await NestFactory.create<NestFastifyApplication>(IngressModule.of(context), webhookAdapter(), {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  const controller = app.get(WebhooksController);
  const producer = app.get(EventProducer);
  const settings = app.get(SettingsView);
  controller.register(app.getHttpAdapter().getInstance());
  await listen(app, config);
  const port = (app.getHttpServer().address() as AddressInfo).port;
  log.info({ port }, 'the port of the webhooks is open');
  await refuseMissingTopics(context);
  await Promise.all([waitFor('the broker', log, () => producer.connect()), settings.start()]);
  return {
    ready: () => readiness(producer, settings),
    stop: async () => {
      const finished = controller.finish();
      const closed = app.close();
      await finished;
      app.get(WebhookLog).flush();
      await app.get(Deliveries).flush();
      await producer.disconnect();
      await Promise.all([closed, settings.stop()]);
    },
  };
}

async function listen(app: NestFastifyApplication, { HOST, PORT }: IngressConfig): Promise<void> {
  await app.init();
  app.getHttpServer().maxConnections = MAX_CONNECTIONS;
  try {
    await app.listen({ port: PORT, host: HOST, backlog: BACKLOG });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new StartRefusedError([`PORT ${PORT} on ${HOST} can't be opened (${code}): stop what uses it or choose another`]);
  }
}

async function refuseMissingTopics({ config, log }: ServiceContext<IngressConfig>): Promise<void> {
  const { fatal, warnings } = await waitFor('the broker', log, () => checkTopics(kafkaSettings(config, INGRESS), TOPICS_USED));
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
