import { ConfigError } from '@lever-certn/config/load-config';
import { Choice, Flag, Optional, Text } from '@lever-certn/config/setting';

const BROKERS = /^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$/;
/** Leaves room for our own names within the 249 characters that Kafka allows for a topic. */
const PREFIX = /^[a-zA-Z0-9._-]{0,100}$/;
const PEM = /-----BEGIN [A-Z0-9 ]+-----/;

/** Ways to sign in that Kafka clients and brokers share. */
export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

/** Where the brokers are and how to speak to them. */
export interface KafkaSettings {
  /** `host:port`, several of them. */
  brokers: string[];
  /** Who we are, in the broker's logs and quotas. */
  clientId: string;
  /** Stands before every topic and consumer group; may be empty. */
  topicPrefix: string;
  /** `true`: TLS by the well-known authorities. PEM text otherwise. */
  tls?: { ca?: string; cert?: string; key?: string } | true;
  sasl?: { mechanism: SaslMechanism; username: string; password: string };
}

/** Of services that speak to Kafka. */
export class KafkaConfig {
  @Text('The Kafka brokers, `host:port`, several separated by commas.', BROKERS, 'host:port, several separated by commas', {
    example: 'kafka-0:9092,kafka-1:9092',
  })
  KAFKA_BROKERS!: string;

  @Text(
    'Stands before the name of every topic and consumer group, so that installations can share a cluster.',
    PREFIX,
    'at most 100 letters, digits, dots, dashes and underscores',
    { example: 'staging.' },
  )
  TOPIC_PREFIX: string = '';

  @Flag('Speak TLS to the brokers.')
  KAFKA_TLS: boolean = false;

  @Optional()
  @Text('The authorities that the brokers are trusted by, as PEM text.', PEM, 'PEM text', { secret: true })
  KAFKA_CA?: string;

  @Optional()
  @Text('The certificate we show to the brokers, as PEM text.', PEM, 'PEM text', { secret: true })
  KAFKA_CERT?: string;

  @Optional()
  @Text('The private key of KAFKA_CERT, as PEM text.', PEM, 'PEM text', { secret: true })
  KAFKA_KEY?: string;

  @Optional()
  @Choice('How we sign in to the brokers; nothing: not at all.', SASL_MECHANISMS)
  KAFKA_SASL_MECHANISM?: string;

  @Optional()
  @Text('The name we sign in with.', /./, 'text', { example: 'lever-certn' })
  KAFKA_SASL_USERNAME?: string;

  @Optional()
  @Text('The password we sign in with.', /./, 'text', { secret: true })
  KAFKA_SASL_PASSWORD?: string;
}

/**
 * The settings that a validated configuration means.
 * @throws ConfigError that names the variables which do not go together, without their values
 */
export function kafkaSettings(config: KafkaConfig, clientId: string): KafkaSettings {
  const tls = tlsOf(config);
  const sasl = saslOf(config);
  return {
    brokers: config.KAFKA_BROKERS.split(','),
    clientId,
    topicPrefix: config.TOPIC_PREFIX,
    ...(tls ? { tls } : {}),
    ...(sasl ? { sasl } : {}),
  };
}

function tlsOf(config: KafkaConfig): KafkaSettings['tls'] {
  const { KAFKA_CA: ca, KAFKA_CERT: cert, KAFKA_KEY: key } = config;
  if (!config.KAFKA_TLS) {
    if (ca || cert || key) throw new ConfigError(['KAFKA_CA, KAFKA_CERT and KAFKA_KEY need KAFKA_TLS=true']);
    return undefined;
  }
  if (Boolean(cert) !== Boolean(key)) throw new ConfigError(['KAFKA_CERT and KAFKA_KEY belong together: set both or none']);
  return ca || cert ? { ...(ca ? { ca } : {}), ...(cert && key ? { cert, key } : {}) } : true;
}

function saslOf(config: KafkaConfig): KafkaSettings['sasl'] {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = config;
  if (!mechanism) return undefined;
  if (!username || !password)
    throw new ConfigError([
      'KAFKA_SASL_MECHANISM needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD (or KAFKA_SASL_PASSWORD_FILE)',
    ]);
  return { mechanism: mechanism as SaslMechanism, username, password };
}

/** A topic's name on the broker. */
export function prefixed(settings: KafkaSettings, name: string): string {
  return settings.topicPrefix + name;
}

/** A topic's own name, as the topic list and dead letters write it. */
export function unprefixed(settings: KafkaSettings, name: string): string {
  return name.startsWith(settings.topicPrefix) ? name.slice(settings.topicPrefix.length) : name;
}
