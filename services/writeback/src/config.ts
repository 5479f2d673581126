import { configOf } from '@lever-certn/config/config-parts';
import { HttpUrl } from '@lever-certn/config/setting';
import { DatabaseConfig } from '@lever-certn/database/database';
import { KafkaConfig } from '@lever-certn/kafka/connection';
import { SealingConfig, ServiceConfig, VendorConfig } from '@lever-certn/service/config';

/** Everything writeback is told by its environment. */
export class WritebackConfig extends configOf(ServiceConfig, KafkaConfig, DatabaseConfig, SealingConfig, VendorConfig) {
  @HttpUrl('The address under which people reach the console; links on candidates begin with it.', {
    example: 'https://certn.example.com',
  })
  PUBLIC_CONSOLE_URL!: string;
}
