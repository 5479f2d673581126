import { configOf } from '@lever-certn/config/config-parts';
import { WholeNumber } from '@lever-certn/config/setting';
import { KafkaConfig } from '@lever-certn/kafka/connection';
import { SealingConfig, ServiceConfig } from '@lever-certn/service/config';

const MIB = 1_048_576;

/** What ingress is told. */
export class IngressConfig extends configOf(ServiceConfig, KafkaConfig, SealingConfig) {
  @WholeNumber('The port of the webhooks; 0 takes a free one.', 0, 65_535)
  PORT: number = 3000;

  @WholeNumber('Webhooks per second that one integration may send in the long run.', 1, 1_000_000)
  WEBHOOKS_PER_SECOND: number = 200;

  @WholeNumber('Webhooks that one integration may send at once.', 1, 10_000_000)
  WEBHOOKS_BURST: number = 20_000;

  @WholeNumber('The largest body of a webhook.', 1024, 16 * MIB)
  WEBHOOK_MAX_BYTES: number = 256 * 1024;

  @WholeNumber('Bytes that may wait for the broker before webhooks are refused with 503.', MIB, 1024 * MIB)
  WAITING_MAX_BYTES: number = 32 * MIB;

  @WholeNumber('How long a webhook may wait for the broker before it is refused with 503.', 50, 10_000)
  BROKER_TIMEOUT_MS: number = 900;
}
