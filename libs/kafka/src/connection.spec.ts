import { type ConfigError, loadConfig } from '@lever-certn/config/load-config';
import { KafkaConfig, kafkaSettings, prefixed, unprefixed, type KafkaSettings } from './connection';

const PEM = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----';
const brokers = { KAFKA_BROKERS: 'a:9092,b:9093' };
const read = (environment: Record<string, string>): KafkaSettings => kafkaSettings(loadConfig(KafkaConfig, environment), 'spec');
const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    loadConfig(KafkaConfig, environment);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};

describe('the connection to Kafka', () => {
  it.each([
    ['brokers alone', {}, {}],
    ['a prefix', { TOPIC_PREFIX: 'staging.' }, { topicPrefix: 'staging.' }],
    ['TLS by well-known authorities', { KAFKA_TLS: 'true' }, { tls: true }],
    ['TLS by an authority of ours', { KAFKA_TLS: 'true', KAFKA_CA: PEM }, { tls: { ca: PEM } }],
    ['a certificate of ours', { KAFKA_TLS: 'true', KAFKA_CERT: PEM, KAFKA_KEY: PEM }, { tls: { cert: PEM, key: PEM } }],
    [
      'SASL',
      { KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' },
      { sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' } },
    ],
  ])('reads %s', (_, environment, settings) => {
    expect(read({ ...brokers, ...environment })).toEqual({
      brokers: ['a:9092', 'b:9093'],
      clientId: 'spec',
      topicPrefix: '',
      ...settings,
    });
  });

  it.each([
    ['no brokers', {}, 'KAFKA_BROKERS is not set'],
    ['a broker without port', { KAFKA_BROKERS: 'a' }, 'KAFKA_BROKERS must be host:port'],
    ['a prefix Kafka refuses', { ...brokers, TOPIC_PREFIX: 'a/b' }, 'TOPIC_PREFIX must be'],
    ['an unknown mechanism', { ...brokers, KAFKA_SASL_MECHANISM: 'magic' }, 'KAFKA_SASL_MECHANISM must be one of plain'],
    ['a certificate that is none', { ...brokers, KAFKA_CA: 'x' }, 'KAFKA_CA must be PEM text'],
  ])('says what is wrong with %s', (_, environment, problem) => {
    expect(problemsOf(environment as Record<string, string>)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ['a certificate without TLS', { KAFKA_CA: PEM }, 'need KAFKA_TLS=true'],
    ['a certificate without key', { KAFKA_TLS: 'true', KAFKA_CERT: PEM }, 'belong together'],
    ['a mechanism without password', { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'u' }, 'KAFKA_SASL_PASSWORD'],
  ])('says that %s does not go together', (_, environment, words) => {
    expect(() => read({ ...brokers, ...environment })).toThrow(words);
  });

  it('puts the prefix before names and takes it away', () => {
    const settings = read({ ...brokers, TOPIC_PREFIX: 'p.' });
    expect(prefixed(settings, 'commands')).toBe('p.commands');
    expect(unprefixed(settings, 'p.commands')).toBe('commands');
  });
});
