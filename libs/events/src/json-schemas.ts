import { defaultMetadataStorage } from 'class-transformer/cjs/storage';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';
import { TOPIC_LIST, type Topic } from './topics';

/** A JSON Schema as plain JSON. */
export type JsonSchema = Record<string, unknown>;

let definitions: Record<string, JsonSchema> | undefined;

/** The JSON Schemas of all event classes, by class name, made from their class-validator decorators. */
export function eventDefinitions(): Record<string, JsonSchema> {
  definitions ??= validationMetadatasToSchemas({
    classTransformerMetadataStorage: defaultMetadataStorage,
    refPointerPrefix: '#/$defs/',
  }) as unknown as Record<string, JsonSchema>;
  return definitions;
}

/** The self-contained JSON Schema (2020-12) of what a topic carries. Readers ignore fields it does not name. */
export function jsonSchemaOf(topic: Topic): JsonSchema {
  const all = eventDefinitions();
  const used = new Map<string, JsonSchema>();
  const collect = (name: string): void => {
    const schema = all[name];
    if (!schema || used.has(name)) return;
    used.set(name, schema);
    for (const [, reference] of JSON.stringify(schema).matchAll(/"#\/\$defs\/([A-Za-z]+)"/g)) collect(reference!);
  };
  const root = topic.event.name;
  collect(root);
  const own = used.get(root);
  if (!own) throw new Error(`${root} has no validation decorators`);
  used.delete(root);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: topic.type,
    description: topic.says,
    ...own,
    ...(used.size > 0 ? { $defs: Object.fromEntries(used) } : {}),
  };
}

/** Every topic's schema, by topic name. */
export function allJsonSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries(TOPIC_LIST.map((topic) => [topic.name, jsonSchemaOf(topic)]));
}
