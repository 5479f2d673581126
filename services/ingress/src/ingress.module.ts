import { Module, type DynamicModule } from '@nestjs/common';
import { kafkaSettings } from '@lever-certn/kafka/connection';
import { EventProducer } from '@lever-certn/kafka/event-producer';
import { Keyring } from '@lever-certn/sealing/keyring';
import type { ServiceContext } from '@lever-certn/service/run-service';
import { SettingsView } from '@lever-certn/settings/settings-view';
import { Counter } from 'prom-client';
import { CertnWebhooks } from './certn-webhooks';
import type { IngressConfig } from './config';
import { Deliveries } from './deliveries';
import { IntegrationRate } from './integration-rate';
import { LeverWebhooks } from './lever-webhooks';
import { SeenWebhooks } from './seen-webhooks';
import { WebhookIntake } from './webhook-intake';
import { WebhookLog } from './webhook-log';
import { WebhooksController } from './webhooks.controller';

/** The name of the service, of its events' source and of its groups. */
export const INGRESS = 'ingress';

/** The parts of ingress and how they are wired. */
@Module({})
export class IngressModule {
  static of({ config, log, metrics, work }: ServiceContext<IngressConfig>): DynamicModule {
    const kafka = kafkaSettings(config, INGRESS);
    return {
      module: IngressModule,
      providers: [
        { provide: SeenWebhooks, useFactory: () => new SeenWebhooks() },
        { provide: WebhookLog, useFactory: () => new WebhookLog(work, log) },
        {
          provide: SettingsView,
          useFactory: () =>
            new SettingsView({ settings: kafka, keyring: Keyring.parse(config.SEALING_KEYS), log, service: INGRESS }),
        },
        {
          provide: EventProducer,
          useFactory: () =>
            new EventProducer(kafka, {
              source: INGRESS,
              maxWaitingBytes: config.WAITING_MAX_BYTES,
              sendTimeoutMs: config.BROKER_TIMEOUT_MS,
            }),
        },
        {
          provide: Deliveries,
          inject: [EventProducer],
          useFactory: (producer: EventProducer) => {
            const lost = new Counter({
              name: 'lever_certn_delivery_lines_lost_total',
              help: 'Lines of deliveries that could not be told; the webhooks themselves were settled as counted elsewhere',
              registers: [metrics],
            });
            return new Deliveries(producer, INGRESS, (lines) => lost.inc(lines));
          },
        },
        {
          provide: IntegrationRate,
          inject: [SettingsView],
          useFactory: (settings: SettingsView) => {
            const rate = new IntegrationRate(config.WEBHOOKS_PER_SECOND, config.WEBHOOKS_BURST);
            settings.onChange((team, before) => {
              if (before && before.integrationId !== team?.integrationId) rate.forget(before.integrationId);
            });
            return rate;
          },
        },
        {
          provide: WebhookIntake,
          inject: [EventProducer, IntegrationRate, SeenWebhooks, Deliveries],
          useFactory: (producer: EventProducer, rate: IntegrationRate, seen: SeenWebhooks, deliveries: Deliveries) =>
            new WebhookIntake(producer, rate, seen, deliveries),
        },
        {
          provide: WebhooksController,
          inject: [SettingsView, WebhookIntake, SeenWebhooks, Deliveries, WebhookLog],
          useFactory: (
            settings: SettingsView,
            intake: WebhookIntake,
            seen: SeenWebhooks,
            deliveries: Deliveries,
            requests: WebhookLog,
          ) =>
            new WebhooksController({
              settings,
              lever: new LeverWebhooks(intake, seen, deliveries),
              certn: new CertnWebhooks(intake, seen, deliveries),
              requests,
              log,
              maxBodyBytes: config.WEBHOOK_MAX_BYTES,
              maxReadingBytes: 2 * config.WAITING_MAX_BYTES,
            }),
        },
      ],
    };
  }
}
