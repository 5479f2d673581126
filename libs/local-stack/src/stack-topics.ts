import { describeDrift } from '@lever-certn/kafka/topic-configuration.rules';
import { loadConfig } from '@lever-certn/config/load-config';
import { KafkaConfig, kafkaSettings, type KafkaSettings } from '@lever-certn/kafka/connection';
import { applyTopics } from '@lever-certn/kafka/topics-apply';

/** How the programs of the local stack speak to its broker: the same settings as the services. */
export function stackKafka(brokers: string, topicPrefix: string, env: NodeJS.ProcessEnv): KafkaSettings {
  return kafkaSettings(loadConfig(KafkaConfig, { ...env, KAFKA_BROKERS: brokers, TOPIC_PREFIX: topicPrefix }), 'local-stack');
}

/** Makes the topics that are missing. Throws if one is there that services would not start on. */
export async function topicsApplied(settings: KafkaSettings): Promise<void> {
  const { drift } = await applyTopics(settings);
  const wrong = drift.filter(({ fatal }) => fatal);
  if (wrong.length > 0)
    throw new Error(`services would not start on these topics: ${wrong.map((one) => describeDrift(one)).join('; ')}`);
}
