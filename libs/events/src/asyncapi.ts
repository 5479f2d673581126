import { jsonSchemaOf, type JsonSchema } from './json-schemas';
import { TOPIC_LIST, type Topic } from './topics';

const HEADERS: JsonSchema = {
  type: 'object',
  required: ['ce_specversion', 'ce_type', 'ce_id', 'ce_source', 'ce_time', 'content-type'],
  properties: {
    ce_specversion: { const: '1.0' },
    ce_type: { type: 'string' },
    ce_id: { type: 'string', description: 'Made from the fact: a repeat has the same one.' },
    ce_source: { type: 'string' },
    ce_time: { type: 'string', description: 'ISO 8601, UTC, milliseconds.' },
    'content-type': { const: 'application/json' },
    traceparent: { type: 'string', description: 'W3C trace context: one trace runs from the webhook to the tag.' },
  },
};

/** The AsyncAPI 3 document of all topics, made from the same classes as the schemas. */
export function asyncApiDocument(): JsonSchema {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'lever-certn events',
      version: '1.0.0',
      description:
        'CloudEvents 1.0 in Kafka binary mode. Names take the installation’s prefix. Inside a major only optional fields are added; readers ignore what they do not know.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(TOPIC_LIST.map((topic) => [topic.name, channelOf(topic)])),
    operations: Object.fromEntries(
      TOPIC_LIST.map((topic) => [
        `receive-${topic.name}`,
        { action: 'receive', channel: { $ref: `#/channels/${topic.name}` }, summary: topic.says },
      ]),
    ),
  };
}

function channelOf(topic: Topic): JsonSchema {
  const { $schema: _, ...payload } = inlined(jsonSchemaOf(topic));
  return {
    address: topic.name,
    description: topic.says,
    bindings: {
      kafka: {
        partitions: topic.partitions,
        topicConfiguration: {
          'cleanup.policy': [topic.cleanup],
          'retention.ms': topic.retentionMs,
          'retention.bytes': topic.retentionBytes,
          'max.message.bytes': topic.maxMessageBytes,
        },
      },
    },
    messages: {
      [topic.name]: { name: topic.type, title: topic.says, contentType: 'application/json', headers: HEADERS, payload },
    },
  };
}

/** AsyncAPI resolves references from the document's root, so `$defs` of a nested schema are written out where they are used. */
function inlined(schema: JsonSchema): JsonSchema {
  const definitions = (schema.$defs ?? {}) as Record<string, JsonSchema>;
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    const reference = (value as JsonSchema).$ref;
    if (typeof reference === 'string') return walk(definitions[reference.replace('#/$defs/', '')]);
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== '$defs')
        .map(([key, inner]) => [key, walk(inner)]),
    );
  };
  return walk(schema) as JsonSchema;
}
