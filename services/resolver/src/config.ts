import { configOf } from '@lever-certn/config/config-parts';
import { DatabaseConfig } from '@lever-certn/database/database';
import { KafkaConfig } from '@lever-certn/kafka/connection';
import { IndexConfig, SealingConfig, ServiceConfig, VendorConfig } from '@lever-certn/service/config';

/** Everything the resolver is told by its environment. */
export class ResolverConfig extends configOf(
  ServiceConfig,
  KafkaConfig,
  DatabaseConfig,
  SealingConfig,
  IndexConfig,
  VendorConfig,
) {}
